"""Absences: when people do not work, noted by themselves or by their team leaders."""

from typing import Any

from apiflask import APIBlueprint
from marshmallow.validate import Regexp
from sqlalchemy.orm import Session

from api.answers import reads, writes
from api.fields import Day as DayField
from api.fields import Length, List, Name, Nested, Shape, String
from core import dates
from core.calendars import Day
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work.team import absences
from work.team.absences import MAX_REASON, Wish

bp = APIBlueprint("absences", __name__, url_prefix="/absences", tag="Teams")

_TIME = Regexp(r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", error="Write a time such as 13:30.")
_PART = {"description": "For a part of a single day, with the other one."}


class AbsencesQuery(Shape):
    person = Name(load_default=None, metadata={"description": "Without it the caller."})


class AbsenceBody(Shape):
    person = Name(load_default=None, allow_none=True)
    first = DayField(required=True)
    last = DayField(load_default=None, allow_none=True)
    start = String(load_default=None, allow_none=True, validate=_TIME, metadata=_PART)
    stop = String(load_default=None, allow_none=True, validate=_TIME, metadata=_PART)
    reason = String(load_default="", validate=Length(max=MAX_REASON))
    cover = Name(
        load_default=None,
        allow_none=True,
        metadata={"description": "Who does the work meanwhile."},
    )


class AbsenceShape(Shape):
    person = String()
    first = DayField()
    last = DayField()
    hours = List(String(), metadata={"description": "What is still worked; empty: nothing."})
    reason = String()


class AbsenceList(Shape):
    items = List(Nested(AbsenceShape), required=True)
    next = String(allow_none=True, required=True)


@bp.get("")
@policy("queue.see")
@bp.input(AbsencesQuery, location="query", arg_name="query")
@bp.output(AbsenceList)
@reads
def list_absences(session: Session, query: dict[str, Any]) -> Json:
    """Days with other hours than usual from today on: the caller's, or as team leader others'."""
    me = current_actor()
    person = query["person"] or me.name
    found = absences.find(session, person, by=me)
    return {"items": [_to_json(person, day) for day in found], "next": None}


@bp.post("")
@policy("queue.see")
@bp.input(AbsenceBody, arg_name="body")
@bp.output(AbsenceShape, 201)
@writes
def create_absence(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Note when the caller does not work; team leaders also for others."""
    me = current_actor()
    person, first = body["person"] or me.name, body["first"]
    times = (body["start"] or "", body["stop"] or "")
    wish = Wish(first, body["last"] or first, *times, body["reason"])
    noted = absences.note(session, person, wish, cover=body["cover"] or "", by=me)
    return _to_json(person, noted), 201


@bp.delete("/<person>/<first>")
@policy("queue.see")
@bp.output({}, 204)
@writes
def delete_absence(session: Session, person: str, first: str) -> tuple[None, int]:
    """Work after all in the absence that begins on that day."""
    absences.end(session, person, dates.day(first), by=current_actor())
    return None, 204


def _to_json(person: str, day: Day) -> Json:
    return {
        "person": person,
        "first": day.first.isoformat(),
        "last": day.last.isoformat(),
        "hours": ["-".join(shift) for shift in day.hours],
        "reason": day.reason,
    }
