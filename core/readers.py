"""People as readers of what is written to them: in which language, by the clocks of which zone."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import calendars, languages
from core.calendars import OFFICE, BusinessCalendar
from core.calendars.errors import CalendarInvalid, CalendarNotFound
from core.db import default_language
from core.errors import Invalid
from core.languages import Speech
from core.people import Actor, Person, get_person


class LanguageUnknown(Invalid):
    """There is no language {language} here; there are: {languages}."""


def choose(session: Session, language: str | None, *, by: Actor) -> None:
    """Read pages and mails in a language from now on; None takes a choice back.

    Raises LanguageUnknown.
    """
    known = languages.offered()
    if language is not None and language not in known:
        raise LanguageUnknown(language=language, languages=", ".join(known))
    get_person(session, by.name).language = language
    session.flush()


def installed() -> str:
    """The language of the installation, if its texts are there."""
    language = default_language()
    return language if language in languages.offered() else languages.SOURCE


def speeches(session: Session, names: Iterable[str]) -> dict[str, Speech]:
    """How to write to people, by name: in their own language, else that of the installation.

    The zone is that of their own calendar, else that of the office.
    """
    wanted = list(names)
    known, otherwise, office = languages.offered(), installed(), _office_zone(session)
    query = select(Person.name, Person.language).where(Person.name.in_(wanted))
    chosen = {row.name: row.language for row in session.execute(query)}
    own = select(BusinessCalendar).where(BusinessCalendar.person.in_(wanted))
    zones = {row.person: _zone(session, row) for row in session.scalars(own)}
    found = {}
    for name in wanted:
        language = chosen.get(name)
        found[name] = Speech(
            language if language in known else otherwise, zones.get(name) or office
        )
    return found


def speech_at(session: Session, address: str) -> Speech:
    """How to write to a mail address: as to the person who has it, else as the installation."""
    same = func.lower(Person.email) == address.lower()
    name = session.scalar(select(Person.name).where(same).order_by(Person.id).limit(1))
    if name is None:
        return Speech(installed(), _office_zone(session))
    return speeches(session, [name])[name]


def shown_names(session: Session, names: Iterable[str]) -> dict[str, str]:
    """What people are called where somebody reads of them, by name."""
    query = select(Person.name, Person.display_name).where(Person.name.in_(list(names)))
    return {row.name: row.display_name for row in session.execute(query)}


def _zone(session: Session, row: BusinessCalendar) -> str | None:
    try:
        return calendars.shown(session, row).zone
    except (CalendarInvalid, CalendarNotFound):
        # What it is based on is gone: nothing to refuse a mail for.
        return None


def _office_zone(session: Session) -> str:
    try:
        return calendars.named(session, OFFICE).opening.zone
    except (CalendarInvalid, CalendarNotFound):
        return "UTC"
