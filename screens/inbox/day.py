"""My day: what a person completed today, beside their own past. Nobody else can open it."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_decimal

from core.db import reading
from web.i18n import duration, time_zone
from web.person import current_actor
from web.policies import policy
from work.own_days import Day, own_days

bp = Blueprint("day", __name__)


@dataclass(frozen=True)
class DayRow:
    """One day in words."""

    words: str
    done: int
    in_time: str
    hand: str


@bp.get("/day")
@policy("task.take")
def show() -> ResponseReturnValue:
    """Today against one's own last four weeks."""
    with reading() as session:
        found = own_days(session, ZoneInfo(time_zone()), by=current_actor())
    usual = found.usual_done
    return render_template(
        "inbox/day.html",
        today=_row(found.today),
        before=[_row(day) for day in reversed(found.before)],
        usual_done="" if usual is None else format_decimal(round(usual, 1)),
        usual_hand=_length(found.usual_hand_seconds),
    )


def _row(day: Day) -> DayRow:
    in_time = f"{day.in_time} / {day.with_due}" if day.with_due else ""
    return DayRow(format_date(day.date, "full"), day.done, in_time, _length(day.hand_seconds))


def _length(seconds: float | None) -> str:
    return "" if seconds is None else duration(timedelta(seconds=seconds))
