"""The days of a team, and for a reason those of one person: what was completed, and in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.people import get_person
from screens.cases.names import groups
from web.errors import status_of
from web.i18n import duration, time_zone
from web.person import current_actor
from web.policies import policy
from work.days import Day, Days, TeamTooSmall, days_of_person, days_of_team, sizes_of
from work.team.acts import WhyMissing

bp = Blueprint("days", __name__)


@dataclass(frozen=True)
class DayRow:
    """One day in words."""

    words: str
    done: int
    in_time: str
    hand: str


@bp.get("/days")
@policy("worker.change")
def show_team() -> ResponseReturnValue:
    """The days of a group that one leads: `?group=`, at first the one with most people."""
    me, zone = current_actor(), ZoneInfo(time_zone())
    with reading() as session:
        titles = groups(session)
        led = [(name, title) for name, title in titles.items() if name in me.groups]
        offered = led or list(titles.items())
        shown: dict[str, Any] = {"groups": offered, "today": None, "refused": ""}
        if offered:
            shown["chosen"] = request.args.get("group") or _largest(session, offered)
            try:
                shown |= figures(days_of_team(session, shown["chosen"], zone, by=me))
            except TeamTooSmall as error:
                shown["refused"] = str(error)
        return render_template("team/days.html", **shown)


def _largest(session: Session, offered: Sequence[tuple[str, str]]) -> str:
    """The group with most people; the first of those that have as many."""
    sizes = sizes_of(session, [name for name, _title in offered])
    return max((name for name, _title in offered), key=lambda name: sizes.get(name, 0))


@bp.get("/<name>/days")
@policy("worker.change")
def ask(name: str) -> ResponseReturnValue:
    """Ask for the reason to look at the days of one person."""
    with reading() as session:
        return _question(session, name)


@bp.post("/<name>/days")
@policy("worker.change")
def show_person(name: str) -> ResponseReturnValue:
    """The days of one person, for a reason that is kept and told to them."""
    why = request.form.get("why", "")
    try:
        with transaction() as session:
            person = get_person(session, name)
            zone = ZoneInfo(time_zone())
            found = days_of_person(session, name, zone, why=why, by=current_actor())
            return render_template("team/person_days.html", person=person, **figures(found))
    except WhyMissing as error:
        with reading() as session:
            return _question(session, name, str(error)), status_of(error)


def _question(session: Session, name: str, refused: str = "") -> str:
    person = get_person(session, name)
    return render_template("team/person_days.html", person=person, today=None, refused=refused)


def figures(found: Days) -> dict[str, Any]:
    """What `team/day_figures.html` shows."""
    usual = found.usual_done
    return {
        "today": _row(found.today),
        "before": [_row(day) for day in reversed(found.before)],
        "usual_done": "" if usual is None else format_decimal(round(usual, 1)),
        "usual_hand": _length(found.usual_hand_seconds),
    }


def _row(day: Day) -> DayRow:
    in_time = f"{day.in_time} / {day.with_due}" if day.with_due else ""
    return DayRow(format_date(day.date, "full"), day.done, in_time, _length(day.hand_seconds))


def _length(seconds: float | None) -> str:
    return "" if seconds is None else duration(timedelta(seconds=seconds))
