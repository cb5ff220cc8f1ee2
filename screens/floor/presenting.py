"""The floor as finished values: numbers with the lists behind them, bars, words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_time
from flask import url_for
from flask_babel import LazyString, format_date, format_decimal, get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from screens.floor.asking import ALL, TEAMS, address, tasks_url
from screens.floor.course import Course, course
from work.floor.board import Board, Row
from work.floor.measures import Asked
from work.floor.plan import Line, Plan
from work.floor.snapshot import Band, Count
from work.floor.supply import Need
from work.models.queue import EVERYBODY

BAND_WORDS: tuple[LazyString, ...] = (
    _l("Today"),
    _l("1–2 days"),
    _l("3–7 days"),
    _l("Older"),
)
#: Width of a full bar.
FULL = 100


@dataclass(frozen=True)
class Number:
    """A number and the list of exactly that."""

    value: int
    url: str
    #: What it is, for those who hear the number alone.
    words: str


@dataclass(frozen=True)
class Tile:
    """One total, with what it is made of."""

    key: str
    label: str
    icon: str
    #: Names its look: "", "at-risk" or "late".
    look: str
    number: Number
    #: Parts of it, or what it is to be compared with.
    parts: tuple[Number, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class AgeBar:
    """Open work of one age; widths of 100 for the longest bar of the board."""

    number: Number
    late: int
    at_risk: int
    other: int
    about: str


@dataclass(frozen=True)
class RowView:
    """One queue or team."""

    key: str
    title: str
    arrived: Number
    done: Number
    open: Number
    ages: tuple[AgeBar, ...]
    at_risk: Number
    late: Number
    priority_url: str
    lend_url: str


@dataclass(frozen=True)
class PlanLine:
    """What came, or what was done, against what is usual."""

    label: str
    so_far: Number
    usual_by_now: str
    #: "8 more than usual".
    difference: str
    usual_all_day: str
    forecast: str
    course: Course


@dataclass(frozen=True)
class PlanView:
    """The day against the same weekday of past weeks."""

    lines: tuple[PlanLine, ...]
    open_tonight: str
    #: Says how it was computed, and from how little if it was.
    basis: str
    is_thin: bool
    #: The days that were compared with: their name, what came, what was done.
    days: tuple[tuple[str, Number, Number], ...]


@dataclass(frozen=True)
class NeedView:
    """One skill: the work of today, the hands, and what is spare or missing."""

    key: str
    label: str
    tasks: Number
    needed: str
    people: Number
    has: str
    spare: str
    is_missing: bool
    lend_url: str


@dataclass(frozen=True)
class BoardView:
    """The whole board."""

    at: datetime
    as_of: str
    day: str
    zone: str
    tiles: tuple[Tile, ...]
    rows: tuple[RowView, ...]
    plan: PlanView
    needs: tuple[NeedView, ...]


def board_view(found: Board, rows: str, titles: Mapping[str, str]) -> BoardView:
    """The board, cut by queue or by team."""
    by_team = rows == TEAMS
    shown = found.teams if by_team else found.queues
    longest = max((band.open for row in shown for band in row.count.bands), default=0)
    local = found.at.astimezone(found.day.zone)
    return BoardView(
        at=found.at,
        as_of=format_time(local, "HH:mm:ss", locale=get_locale()),
        day=format_date(found.day.date, "full", rebase=False),
        zone=str(found.day.zone),
        tiles=_tiles(found.totals, found.plan),
        rows=tuple(_row(row, by_team, titles, longest) for row in shown),
        plan=_plan(found, format_time(local, "HH:mm", locale=get_locale())),
        needs=tuple(_need(each) for each in found.needs),
    )


def title_of(name: str, titles: Mapping[str, str]) -> str:
    """What a queue or team is called."""
    return str(_("Everybody")) if name == EVERYBODY else titles.get(name) or name


def skill_words(key: str) -> str:
    """A skill such as `gas:2` in words."""
    name, _colon, level = key.partition(":")
    if not name:
        return str(_("All work"))
    return (
        name
        if level in ("", "1")
        else str(_("%(skill)s, level %(level)s", skill=name, level=level))
    )


def _tiles(total: Count, plan: Plan) -> tuple[Tile, ...]:
    everything = Asked()

    def number(what: str, words: str, band: int | None = None, value: int | None = None) -> Number:
        shown = getattr(total, what) if value is None else value
        return Number(shown, tasks_url(everything, what, band), words)

    oldest = len(total.bands) - 1
    return (
        Tile(
            "arrived",
            str(_("Arrived today")),
            "login",
            "",
            number("arrived", str(_("arrived today"))),
            about=_usually(plan.arrived),
        ),
        Tile(
            "done",
            str(_("Done today")),
            "circle-check",
            "",
            number("done", str(_("done today"))),
            about=_usually(plan.done),
        ),
        Tile(
            "open",
            str(_("Open")),
            "inbox",
            "",
            number("open", str(_("open"))),
            (
                number("waiting", str(_("waiting"))),
                number("in_hand", str(_("in hand"))),
                *([number("resting", str(_("resting")))] if total.resting else []),
            ),
        ),
        Tile(
            "ageing",
            str(_("Ageing")),
            "hourglass",
            "",
            number("open", str(_("older than a week")), oldest, total.bands[oldest].open),
            about=str(_("open for more than a week")),
        ),
        Tile(
            "at_risk",
            str(_("At risk")),
            "clock-exclamation",
            "at-risk" if total.at_risk else "",
            number("at_risk", str(_("at risk"))),
            about=str(_("due within 4 hours, or a service level at risk")),
        ),
        Tile(
            "late",
            str(_("Late")),
            "alarm",
            "late" if total.late else "",
            number("late", str(_("late"))),
            (number("breached", str(_("breached a service level"))),),
        ),
    )


def _usually(line: Line) -> str:
    if line.usual_by_now is None:
        return str(_("nothing to compare with yet"))
    return str(_("usually %(number)s by now", number=_mean(line.usual_by_now)))


def _row(row: Row, by_team: bool, titles: Mapping[str, str], longest: int) -> RowView:
    part = Asked(team=row.name) if by_team else Asked(queue=row.name)
    title, count = title_of(row.name, titles), row.count

    def number(what: str, words: str) -> Number:
        return Number(getattr(count, what), tasks_url(part, what), f"{words}, {title}")

    pressing = (
        "late" if count.late and not count.at_risk else "at_risk" if count.at_risk else "open"
    )
    team = None if row.name == EVERYBODY else row.name
    return RowView(
        key=row.name or ALL,
        title=title,
        arrived=number("arrived", str(_("arrived today"))),
        done=number("done", str(_("done today"))),
        open=number("open", str(_("open"))),
        ages=tuple(
            _age(part, place, band, longest, title) for place, band in enumerate(count.bands)
        ),
        at_risk=number("at_risk", str(_("at risk"))),
        late=number("late", str(_("late"))),
        priority_url=url_for("floor.priority", **address(_asking(part, pressing))),
        lend_url=url_for("floor.lend", team=team) if team else "",
    )


def _asking(part: Asked, what: str) -> Asked:
    return Asked(what, part.queue, part.team)


def _age(part: Asked, place: int, band: Band, longest: int, title: str) -> AgeBar:
    full = FULL / longest if longest else 0
    late, at_risk = round(band.late * full), round(band.at_risk * full)
    words = str(_("open, %(age)s", age=BAND_WORDS[place]))
    about = str(
        _(
            "%(open)s open: %(late)s late, %(risk)s at risk",
            open=band.open,
            late=band.late,
            risk=band.at_risk,
        )
    )
    return AgeBar(
        Number(band.open, tasks_url(part, "open", place), f"{words}, {title}"),
        late,
        at_risk,
        max(0, round(band.open * full) - late - at_risk),
        about,
    )


def _plan(found: Board, now: str) -> PlanView:
    plan, start = found.plan, found.day.start
    arrived = _line(str(_("Arrived")), "arrived", plan.arrived, plan, start)
    done = _line(str(_("Done")), "done", plan.done, plan, start)
    weekday = format_date(found.day.date, "EEEE", rebase=False)
    if not plan.days:
        basis = str(
            _(
                "Too little history: no %(weekday)s of the last four weeks can be compared with "
                "today. The plan appears by itself as weeks go by.",
                weekday=weekday,
            )
        )
    else:
        basis = _basis(plan, weekday)
    return PlanView(
        (arrived, done),
        "" if plan.open_tonight is None else str(plan.open_tonight),
        basis,
        plan.is_thin,
        tuple(_days(plan)),
    )


def _basis(plan: Plan, weekday: str) -> str:
    how = _(
        "Usual is the mean of the same weekday in past weeks. Expected is so far, plus what "
        "usually comes from now on."
    )
    if not plan.is_thin:
        return str(how)
    thin = _(
        "Little history: only %(count)s to compare with.", count=f"{len(plan.days)} × {weekday}"
    )
    return f"{thin} {how}"


def _days(plan: Plan) -> Iterable[tuple[str, Number, Number]]:
    for place, day in enumerate(plan.days):
        shown = format_date(day, "medium", rebase=False)
        numbers = (
            Number(
                line.by_day[place],
                url_for("floor.tasks", what=what, day=day.isoformat()),
                f"{words}, {shown}",
            )
            for what, words, line in (
                ("arrived", str(_("arrived")), plan.arrived),
                ("done", str(_("done")), plan.done),
            )
        )
        came, went = numbers
        yield shown, came, went


def _line(label: str, what: str, line: Line, plan: Plan, start: datetime) -> PlanLine:
    so_far = Number(line.so_far, tasks_url(Asked(), what), label)
    drawn = course(label, line, plan.part)
    if line.usual_by_now is None or line.usual_all_day is None:
        return PlanLine(label, so_far, "–", "", "–", "–", drawn)
    more = round(line.so_far - line.usual_by_now)
    words = ""
    if more > 0:
        words = str(_("%(number)s more", number=more))
    elif more < 0:
        words = str(_("%(number)s fewer", number=-more))
    return PlanLine(
        label,
        so_far,
        _mean(line.usual_by_now),
        words,
        _mean(line.usual_all_day),
        str(line.forecast),
        drawn,
    )


def _need(need: Need) -> NeedView:
    label = skill_words(need.key)
    asked = {"skill": need.key} if need.key else {}
    time = _hours(abs(need.spare_seconds))
    is_missing = need.spare_seconds < 0
    return NeedView(
        key=need.key or "all",
        label=label,
        tasks=Number(
            need.tasks,
            url_for("floor.tasks", what="due_today", **asked),
            str(
                ngettext(
                    "task due today, %(skill)s",
                    "tasks due today, %(skill)s",
                    need.tasks,
                    skill=label,
                )
            ),
        ),
        needed=_hours(need.needed_seconds),
        people=Number(
            need.people,
            url_for("floor.people", **asked),
            str(ngettext("person, %(skill)s", "people, %(skill)s", need.people, skill=label)),
        ),
        has=_hours(need.has_seconds),
        spare=str(
            _("%(time)s missing", time=time) if is_missing else _("%(time)s spare", time=time)
        ),
        is_missing=is_missing,
        lend_url=url_for("floor.lend", **asked),
    )


def _hours(seconds: int) -> str:
    """Hours of work to a tenth, below ten of them."""
    hours = seconds / 3600
    number = format_decimal(round(hours, 1) if hours < 10 else round(hours))
    return str(_("%(hours)s h", hours=number))


def _mean(number: float) -> str:
    """A mean without a precision that it does not have."""
    return str(round(number))
