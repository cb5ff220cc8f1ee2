"""Words, dates and numbers in the reader's language and zone; the source text is English."""

from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import unquote
from zoneinfo import available_timezones

from babel import localedata
from babel.dates import format_skeleton, format_timedelta
from babel.support import NullTranslations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale, refresh, to_user_timezone
from flask_babel import gettext as _

from core import clock, languages, readers
from web.choices import AUTO, LANGUAGE, LAST_LANGUAGE
from web.person import actor_or_none, own_language

DEFAULT_ZONE = "UTC"


class Said(Domain):
    """The texts of the reader's language."""

    def get_translations(self) -> NullTranslations:
        return languages.translations(reader_language())


babel = Babel()


def reader_language() -> str:
    """The language of the request at hand; English where nobody reads, as in jobs."""
    found = get_locale()
    return found.language if found else languages.SOURCE


def language() -> str:
    """The language of the page: the one chosen, else one that the browser asks for.

    Else that of the installation; of the API English.
    """
    if (chosen := chosen_language()) != AUTO:
        return chosen
    # Programs ask for no language, and are answered in English wherever they call.
    otherwise = languages.SOURCE if request.path.startswith("/api/") else readers.installed()
    return request.accept_languages.best_match(languages.offered()) or otherwise


def chosen_language() -> str:
    """What the reader has chosen, as the person who is signed in or on this browser; AUTO: nothing.

    Strangers come back to the language of whoever signed in here last.
    """
    mine = own_language() if actor_or_none() else request.cookies.get(LAST_LANGUAGE)
    for chosen in (mine, request.cookies.get(LANGUAGE)):
        if chosen in languages.offered():
            return chosen
    return AUTO


def choices() -> list[tuple[str, str]]:
    """The languages to choose from, each by its own name: [("en", "English"), …]."""
    return [(known, languages.NAMES[known]) for known in languages.offered()]


def locale() -> str:
    """The language in the habits of the reader's country: "en_GB" writes 3 Nov, "en" Nov 3."""
    countries = (tag.partition("-")[2] for tag in request.accept_languages.values())
    known = f"{language()}_{next(filter(None, countries), '').upper()}"
    return known if known in localedata.locale_identifiers() else language()


def time_zone() -> str:
    """The reader's zone, as the browser told it in the cookie `zone`."""
    zone = unquote(request.cookies.get("zone", ""))
    return zone if zone in _zones() else DEFAULT_ZONE


@cache
def _zones() -> frozenset[str]:
    """The names of all zones; to find them, hundreds of files are opened, so only once."""
    return frozenset(available_timezones())


def moment(at: datetime) -> str:
    """The exact local time with its zone, for hovering: "Nov 3, 2026, 14:05 CET"."""
    return languages.moment(to_user_timezone(at), str(get_locale() or languages.SOURCE))


def weekday(day: date) -> str:
    """A day near by, with its weekday: "Tue, Jan 6"."""
    return format_skeleton("MMMEd", day, locale=get_locale() or "en")


def weekday_moment(at: datetime) -> str:
    """A local time whose weekday matters: "Tue, Jan 6, 2026, 09:00"."""
    local, locale = to_user_timezone(at), get_locale() or "en"
    day = format_skeleton("yMMMEd", local, locale=locale)
    return f"{day}, {format_skeleton('Hm', local, locale=locale)}"


def relative(at: datetime, now: datetime | None = None) -> str:
    """How far off a moment is, in words: "in 2 hours", "3 days ago"; no seconds, they flicker."""
    distance = at - (now or clock.now())
    if abs(distance) < timedelta(seconds=45):
        return str(_("just now"))
    locale = get_locale() or "en"
    return format_timedelta(distance, granularity="minute", add_direction=True, locale=locale)


def due_in(at: datetime, now: datetime | None = None) -> str:
    """When something is due, said by itself: "Due in 2 hours"."""
    distance = at - (now or clock.now())
    if distance < timedelta(seconds=45):
        return str(_("Due now"))
    return str(_("Due %(in_time)s", in_time=relative(at, now)))


def duration(length: timedelta) -> str:
    """How long something takes or is late: "3 days", "2 hours"."""
    return format_timedelta(abs(length), locale=get_locale() or "en")


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_TIMEZONE"] = DEFAULT_ZONE
    babel.init_app(app, locale_selector=locale, timezone_selector=time_zone)
    babel.domain_instance = Said()
    # A context that outlives a request, as in tests, must not keep the language of the first.
    app.before_request(refresh)
    app.jinja_env.filters.update(moment=moment, relative=relative, duration=duration, due_in=due_in)
    app.jinja_env.globals.update(
        language=language, chosen_language=chosen_language, languages=choices
    )
