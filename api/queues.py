"""Queues of work: how each is ordered and given out, and what workers can do."""

from typing import Any

from apiflask import APIBlueprint
from marshmallow.fields import Dict, Float
from sqlalchemy.orm import Session

from api.answers import reads, writes
from api.fields import Boolean, Integer, Length, List, Name, Nested, OneOf, Range, Shape, String
from core.calendars import OFFICE
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import queue_settings, sites, skills
from work.models import Worker, WorkQueue
from work.models.queue import EVERYBODY, IN_HAND_LIMIT, OFFER_SECONDS, TARGET_SECONDS
from work.priorities import GUARD_SECONDS, LOOK_AHEAD_SECONDS
from work.queue_settings import (
    MAX_LIMIT,
    MAX_OFFER,
    MAX_SECONDS,
    MAX_SHARED,
    MIN_OFFER,
    MODES,
    Settings,
)

bp = APIBlueprint("queues", __name__, tag="Queues")

#: How addresses name the queue of tasks that are offered to every associate.
ALL = "everybody"


def _seconds(default: int) -> Integer:
    about = {"description": "Seconds of business time."}
    return Integer(load_default=default, validate=Range(60, MAX_SECONDS), metadata=about)


class QueueBody(Shape):
    mode = String(load_default="open", validate=OneOf(MODES))
    calendar = Name(load_default=OFFICE)
    target_seconds = _seconds(TARGET_SECONDS)
    look_ahead_seconds = _seconds(LOOK_AHEAD_SECONDS)
    in_hand_limit = Integer(load_default=IN_HAND_LIMIT, validate=Range(1, MAX_LIMIT))
    shared_limit = Integer(
        load_default=None,
        allow_none=True,
        validate=Range(1, MAX_SHARED),
        metadata={"description": "Tasks that all people together may have in hand."},
    )
    offer_seconds = Integer(
        load_default=OFFER_SECONDS,
        validate=Range(MIN_OFFER, MAX_OFFER),
        metadata={"description": "In mode `push`: how long one offer waits for its answer."},
    )
    rules = Name(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Key of a decision: weight, target, lookAhead, handling, skills, site."
        },
    )
    recovery = Boolean(load_default=False)
    guard_seconds = _seconds(GUARD_SECONDS)


class QueueShape(QueueBody):
    group = String()
    rules_problem = String(allow_none=True)


class QueueList(Shape):
    items = List(Nested(QueueShape), required=True)
    next = String(allow_none=True, required=True)


class WorkerBody(Shape):
    skills = Dict(
        keys=String(validate=Length(1, skills.MAX_NAME)),
        values=Integer(validate=Range(1, skills.MAX_LEVEL)),
        required=True,
        metadata={"description": "Levels by skill; a language is a skill."},
    )
    site = String(
        load_default=None,
        allow_none=True,
        validate=Length(max=sites.MAX_NAME),
        metadata={"description": "Where they work; tasks that name sites are for people there."},
    )
    in_hand_limit = Integer(load_default=None, allow_none=True, validate=Range(1, MAX_LIMIT))
    error_limit = Float(
        load_default=None,
        allow_none=True,
        validate=Range(0, 1),
        metadata={"description": "For bots: the share of tasks that they may give up."},
    )


class WorkerShape(WorkerBody):
    name = String()


@bp.get("/queues")
@policy("queue.see")
@bp.output(QueueList)
@reads
def list_queues(session: Session) -> Json:
    """The queues that have been set or have had work. `everybody` is the one of tasks for all."""
    found = queue_settings.find(session, by=current_actor())
    return {"items": [to_json(queue) for queue in found], "next": None}


@bp.get("/queues/<group>")
@policy("queue.see")
@bp.output(QueueShape)
@reads
def get_queue(session: Session, group: str) -> Json:
    """The queue of one group."""
    return to_json(queue_settings.get(session, _name(group), by=current_actor()))


@bp.put("/queues/<group>")
@policy("queue.change")
@bp.input(QueueBody, arg_name="body")
@bp.output(QueueShape)
@writes
def put_queue(session: Session, group: str, body: dict[str, Any]) -> Json:
    """Set how a queue is ordered and given out; it holds at once."""
    settings = Settings(**body)
    return to_json(queue_settings.put(session, _name(group), settings, by=current_actor()))


@bp.get("/workers/<name>")
@policy("queue.see")
@bp.output(WorkerShape)
@reads
def get_worker(session: Session, name: str) -> Json:
    """The declared skills of a person or program."""
    return worker_to_json(name, skills.seen(session, name, by=current_actor()))


@bp.put("/workers/<name>")
@policy("worker.change")
@bp.input(WorkerBody, arg_name="body")
@bp.output(WorkerShape)
@writes
def put_worker(session: Session, name: str, body: dict[str, Any]) -> Json:
    """Declare all skills of a person or program."""
    worker = skills.declare(session, name, body.pop("skills"), **body, by=current_actor())
    return worker_to_json(name, worker)


def to_json(queue: WorkQueue) -> Json:
    return {
        "group": queue.group_name or ALL,
        "mode": queue.mode,
        "calendar": queue.calendar,
        "targetSeconds": queue.target_seconds,
        "lookAheadSeconds": queue.look_ahead_seconds,
        "inHandLimit": queue.in_hand_limit,
        "sharedLimit": queue.shared_limit,
        "offerSeconds": queue.offer_seconds,
        "rules": queue.rules,
        "rulesProblem": queue.rules_problem,
        "recovery": queue.recovery,
        "guardSeconds": queue.guard_seconds,
    }


def worker_to_json(name: str, worker: Worker | None) -> Json:
    return {
        "name": name,
        "skills": dict(worker.skills) if worker else {},
        "site": worker.site if worker else None,
        "inHandLimit": worker.in_hand_limit if worker else None,
        "errorLimit": worker.error_limit if worker else None,
    }


def _name(group: str) -> str:
    return EVERYBODY if group == ALL else group
