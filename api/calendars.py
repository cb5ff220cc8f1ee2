"""Calendars of business time: list, read, put, remove."""

from functools import partial
from typing import Any

from apiflask import APIBlueprint
from marshmallow import RAISE
from marshmallow.validate import Regexp
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import Day as DayField
from api.fields import Identifier, Integer, Length, List, Moment, Name, Nested, Shape, String
from api.paging import PageQuery, page, page_of
from core import calendars
from core.calendars import BusinessCalendar, CalendarDay, Day, Wanted
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import due_dates

bp = APIBlueprint("calendars", __name__, url_prefix="/calendars", tag="Calendars")

MAX_SHIFTS = 20
MAX_TITLE = 200
_SHIFT = Regexp(r"^\d{2}:\d{2}-\d{2}:\d{2}$", error="Write a shift such as 08:00-17:00.")


def _hours(**options: Any) -> List:
    """Shifts of one day, such as `["08:00-12:00", "13:00-17:00"]`."""
    return List(String(validate=_SHIFT), validate=Length(max=MAX_SHIFTS), **options)


class DayShape(Shape):
    first = DayField(required=True)
    last = DayField(required=True)
    hours = _hours(load_default=list, metadata={"description": "None: closed, or absent."})
    reason = String(load_default="", validate=Length(max=MAX_TITLE))


class CalendarBody(Shape):
    title = String(load_default="", validate=Length(max=MAX_TITLE))
    based_on = Name(
        load_default=None,
        allow_none=True,
        metadata={"description": "A calendar that gives what is null here, and its days."},
    )
    person = Name(load_default=None, allow_none=True)
    zone = Name(load_default=None, allow_none=True)
    week = List(
        _hours(),
        load_default=None,
        allow_none=True,
        validate=Length(equal=7),
        metadata={"description": "Seven days from Monday on, each with its shifts."},
    )
    country = String(load_default=None, allow_none=True, validate=Length(max=3))
    subdivision = String(load_default=None, allow_none=True, validate=Length(max=20))
    days = List(Nested(DayShape), load_default=list, validate=Length(max=1_000))


class CalendarShape(CalendarBody):
    id = Identifier()
    name = String()
    version = Integer()
    changed_at = Moment()
    changed_by = String()


@bp.get("")
@policy("calendar.see")
@bp.input(PageQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(CalendarShape))
@reads
def list_calendars(session: Session, query: dict[str, Any]) -> Json:
    """The stored calendars, oldest first. `office` is there even when it is not stored."""
    return page(partial(calendars.find, session, by=current_actor()), to_json, **query)


@bp.get("/<name>")
@policy("calendar.see")
@bp.output(CalendarShape)
@reads
def get_calendar(session: Session, name: str) -> Json:
    """One calendar."""
    return to_json(calendars.get(session, name, by=current_actor()))


@bp.put("/<name>")
@policy("calendar.change")
@bp.input(CalendarBody, arg_name="body")
@bp.output(CalendarShape)
@writes
def put_calendar(session: Session, name: str, body: dict[str, Any]) -> Json:
    """Make a calendar, or make it another one. Due dates that count in it are computed anew."""
    return to_json(calendars.put(session, name, _wanted(body), by=current_actor()))


@bp.delete("/<name>")
@policy("calendar.change")
@bp.output({}, 204)
@writes
def delete_calendar(session: Session, name: str) -> tuple[None, int]:
    """Remove a calendar that neither others nor open tasks use."""
    due_dates.remove_calendar(session, name, by=current_actor())
    return None, 204


def to_json(row: BusinessCalendar) -> Json:
    return {
        "id": str(row.id),
        "name": row.name,
        "title": row.title,
        "basedOn": row.based_on,
        "person": row.person,
        "zone": row.zone,
        "week": None if row.week is None else [_joined(hours) for hours in row.week],
        "country": row.country,
        "subdivision": row.subdivision,
        "days": [_day(day) for day in row.days],
        "version": row.version,
        "changedAt": moment(row.changed_at),
        "changedBy": row.changed_by,
    }


def _wanted(body: dict[str, Any]) -> Wanted:
    week = body.pop("week")
    days = [Day(**{**day, "hours": _split(day["hours"])}) for day in body.pop("days")]
    whole = None if week is None else tuple(_split(hours) for hours in week)
    return Wanted(week=whole, days=tuple(days), **body)


def _day(day: CalendarDay) -> Json:
    return {
        "first": day.first.isoformat(),
        "last": day.last.isoformat(),
        "hours": _joined(day.shifts),
        "reason": day.reason,
    }


def _split(hours: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((text[:5], text[6:]) for text in hours)


def _joined(shifts: list[list[str]]) -> list[str]:
    return [f"{start}-{stop}" for start, stop in shifts]
