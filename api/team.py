"""Teams: who is here, what is offered, lending, cover, and the book of team leaders' acts."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    Boolean,
    Identifier,
    Integer,
    Length,
    List,
    Moment,
    Name,
    Nested,
    Nothing,
    Shape,
    String,
)
from api.paging import PageQuery, page, page_of
from api.user_tasks import GivenTask
from api.user_tasks import to_json as task_to_json
from core import clock
from core.model import Json
from core.permissions import may
from web.person import current_actor
from web.policies import policy
from work.models.team import Cover, Lending, Offer, Presence, TeamAct
from work.team import acts, covers, lending, offers, presence

bp = APIBlueprint("team", __name__, tag="Teams")


class PresenceBody(Shape):
    away = Boolean(load_default=None, allow_none=True)
    reason = String(load_default="", validate=Length(max=presence.MAX_REASON))


class PresenceShape(Shape):
    here = Boolean()
    seen_at = Moment()
    away_since = Moment(allow_none=True)
    away_reason = String(allow_none=True)


class OfferShape(Shape):
    id = Identifier()
    task_id = Identifier()
    person = String()
    made_at = Moment()
    until = Moment()
    why = String()
    state = String()
    answer = String(allow_none=True)


class OfferList(Shape):
    items = List(Nested(OfferShape), required=True)
    next = String(allow_none=True, required=True)


class Rejection(Shape):
    reason = String(required=True, validate=Length(1, offers.MAX_ANSWER))


class LendingBody(Shape):
    person = Name(required=True)
    group = Name(required=True)
    since = Moment(load_default=None, allow_none=True)
    until = Moment(required=True)
    why = String(required=True, validate=Length(1, acts.MAX_WHY))


class LendingShape(LendingBody):
    id = Identifier()
    made_by = String()


class LendingList(Shape):
    items = List(Nested(LendingShape), required=True)
    next = String(allow_none=True, required=True)


class CoverBody(Shape):
    person = Name(load_default=None, allow_none=True)
    cover = Name(required=True)
    since = Moment(load_default=None, allow_none=True)
    until = Moment(required=True)
    note = String(load_default="", validate=Length(max=covers.MAX_NOTE))


class CoverShape(CoverBody):
    id = Identifier()
    made_by = String()


class CoverList(Shape):
    items = List(Nested(CoverShape), required=True)
    next = String(allow_none=True, required=True)


class ActShape(Shape):
    id = Identifier()
    at = Moment()
    by = String()
    act = String()
    concerning = String(allow_none=True)
    tasks = Integer()
    why = String()


@bp.put("/presence")
@policy("task.take")
@bp.input(PresenceBody, arg_name="body")
@bp.output(PresenceShape)
@writes
def put_presence(session: Session, body: dict[str, Any]) -> Json:
    """Tell that one's desk is open, at least every minute; `away` says that one takes no work."""
    me = current_actor()
    if body["away"] is None:
        row = presence.seen(session, by=me)
    elif body["away"]:
        row = presence.leave(session, reason=body["reason"], by=me)
    else:
        row = presence.come_back(session, by=me)
    return _presence_to_json(row)


@bp.get("/offers")
@policy("task.take")
@bp.output(OfferList)
@reads
def list_offers(session: Session) -> Json:
    """What is offered to the caller now: one item at most."""
    found = offers.current(session, by=current_actor())
    return {"items": [] if found is None else [_offer_to_json(found)], "next": None}


@bp.post("/offers/<uuid:offer_id>/acceptance")
@policy("task.take")
@bp.input(Nothing, arg_name="body")
@bp.output(GivenTask, 201)
@writes
def create_acceptance(session: Session, offer_id: UUID, body: Json) -> tuple[Json, int]:
    """Claim what was offered; 409 when its time has passed."""
    given = offers.accept(session, offer_id, by=current_actor())
    return {**task_to_json(given.task), "why": given.dispatch.sentence}, 201


@bp.post("/offers/<uuid:offer_id>/rejection")
@policy("task.take")
@bp.input(Rejection, arg_name="body")
@bp.output({}, 204)
@writes
def create_rejection(session: Session, offer_id: UUID, body: dict[str, Any]) -> tuple[None, int]:
    """Say why not; the item is offered to somebody else."""
    offers.reject(session, offer_id, body["reason"], by=current_actor())
    return None, 204


@bp.get("/lendings")
@policy("queue.see")
@bp.output(LendingList)
@reads
def list_lendings(session: Session) -> Json:
    """Who works in another team, now or soon."""
    found = lending.find(session, by=current_actor())
    return {"items": [_lending_to_json(each) for each in found], "next": None}


@bp.post("/lendings")
@policy("worker.change")
@bp.input(LendingBody, arg_name="body")
@bp.output(LendingShape, 201)
@writes
def create_lending(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Let a person work in another team for a while."""
    return _lending_to_json(lending.lend(session, **body, by=current_actor())), 201


@bp.delete("/lendings/<uuid:lending_id>")
@policy("worker.change")
@bp.output({}, 204)
@writes
def delete_lending(session: Session, lending_id: UUID) -> tuple[None, int]:
    """Take a person back before the time."""
    lending.end(session, lending_id, by=current_actor())
    return None, 204


@bp.get("/covers")
@policy("task.take")
@bp.output(CoverList)
@reads
def list_covers(session: Session) -> Json:
    """Who stands in for whom: for team leaders all, for others their own."""
    me = current_actor()
    person = None if may(me, "worker.change") else me.name
    found = covers.find(session, person=person, by=me)
    return {"items": [_cover_to_json(each) for each in found], "next": None}


@bp.post("/covers")
@policy("task.take")
@bp.input(CoverBody, arg_name="body")
@bp.output(CoverShape, 201)
@writes
def create_cover(session: Session, body: dict[str, Any]) -> tuple[Json, int]:
    """Name who does the caller's work while they are away; team leaders also for others."""
    me = current_actor()
    person, cover = body.pop("person") or me.name, body.pop("cover")
    return _cover_to_json(covers.name(session, person, cover, **body, by=me)), 201


@bp.delete("/covers/<uuid:cover_id>")
@policy("task.take")
@bp.output({}, 204)
@writes
def delete_cover(session: Session, cover_id: UUID) -> tuple[None, int]:
    """End a cover before the time."""
    covers.end(session, cover_id, by=current_actor())
    return None, 204


@bp.get("/team-acts")
@policy("worker.change")
@bp.input(PageQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(ActShape))
@reads
def list_team_acts(session: Session, query: dict[str, Any]) -> Json:
    """What team leaders did and why, the latest first."""
    return page(partial(acts.find, session, by=current_actor()), _act_to_json, **query)


def _presence_to_json(row: Presence) -> Json:
    return {
        "here": presence.is_here(row, clock.now()),
        "seenAt": moment(row.seen_at),
        "awaySince": moment(row.away_since),
        "awayReason": row.away_reason,
    }


def _offer_to_json(offer: Offer) -> Json:
    return {
        "id": str(offer.id),
        "taskId": str(offer.task_id),
        "person": offer.person,
        "madeAt": moment(offer.made_at),
        "until": moment(offer.until),
        "why": offer.sentence,
        "state": offer.state,
        "answer": offer.answer,
    }


def _lending_to_json(row: Lending) -> Json:
    return {
        "id": str(row.id),
        "person": row.person,
        "group": row.group_name,
        "since": moment(row.since),
        "until": moment(row.until),
        "why": row.why,
        "madeBy": row.made_by,
    }


def _cover_to_json(row: Cover) -> Json:
    return {
        "id": str(row.id),
        "person": row.person,
        "cover": row.cover,
        "since": moment(row.since),
        "until": moment(row.until),
        "note": row.note,
        "madeBy": row.made_by,
    }


def _act_to_json(row: TeamAct) -> Json:
    return {
        "id": str(row.id),
        "at": moment(row.at),
        "by": row.by,
        "act": row.act,
        "concerning": row.concerning,
        "tasks": row.tasks,
        "why": row.why,
    }
