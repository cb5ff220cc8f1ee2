"""Team leaders' acts on many tasks, and passing tasks on: delegation, follow-up, findings."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    Identifier,
    Length,
    List,
    Moment,
    Name,
    Nested,
    OneOf,
    Reference,
    Shape,
    String,
    Variables,
)
from api.user_tasks import UserTaskShape
from api.user_tasks import to_json as task_to_json
from core.model import Json
from engine import user_tasks
from web.person import current_actor
from web.policies import policy
from work.models.team import Handing
from work.policies import PRIORITIES
from work.team import acts, bots, delegation, leading
from work.team.leading import Changed

bp = APIBlueprint("leading", __name__, tag="Teams")

_TASKS = {"description": "Ids of user tasks."}


class ManyTasks(Shape):
    tasks = List(Reference(), required=True, validate=Length(1, leading.MAX_TASKS), metadata=_TASKS)
    why = String(required=True, validate=Length(1, acts.MAX_WHY))


class Pins(ManyTasks):
    person = Name(
        load_default=None,
        allow_none=True,
        metadata={"description": "Whom they are kept for; null: for whoever may do them."},
    )


class Assignments(ManyTasks):
    person = Name(
        required=True, allow_none=True, metadata={"description": "Null: back to the queue."}
    )


class Priorities(ManyTasks):
    priority = String(required=True, validate=OneOf(["normal", *PRIORITIES]))


class DueDates(ManyTasks):
    due_at = Moment(required=True, allow_none=True, metadata={"description": "Null: none."})


class Refusal(Shape):
    id = Identifier()
    message = String()


class ChangedShape(Shape):
    done = List(Identifier())
    refused = List(Nested(Refusal))


class DelegationBody(Shape):
    person = Name(required=True)
    note = String(load_default="", validate=Length(max=delegation.MAX_NOTE))


class FollowUpBody(Shape):
    at = Moment(required=True)
    note = String(load_default="", validate=Length(max=delegation.MAX_NOTE))


class FindingsBody(Shape):
    message = String(required=True, validate=Length(1, bots.MAX_MESSAGE))
    findings = Variables(load_default=None, allow_none=True)


class HandingShape(Shape):
    id = Identifier()
    kind = String()
    giver = String()
    taker = String(allow_none=True)
    at = Moment()
    by = String()
    note = String()
    findings = Variables(allow_none=True)


class HandingList(Shape):
    items = List(Nested(HandingShape), required=True)
    next = String(allow_none=True, required=True)


@bp.post("/user-task-pins")
@policy("task.assign")
@bp.input(Pins, arg_name="body")
@bp.output(ChangedShape)
@writes
def create_pins(session: Session, body: dict[str, Any]) -> Json:
    """Put tasks before all others of their queues, or keep them for one person."""
    task_ids = body.pop("tasks")
    return _changed_to_json(leading.pin(session, task_ids, **body, by=current_actor()))


@bp.post("/user-task-due-dates")
@policy("task.assign")
@bp.input(DueDates, arg_name="body")
@bp.output(ChangedShape)
@writes
def create_due_dates(session: Session, body: dict[str, Any]) -> Json:
    """Give tasks another due date."""
    task_ids = body.pop("tasks")
    return _changed_to_json(leading.date(session, task_ids, **body, by=current_actor()))


@bp.delete("/user-task-pins")
@policy("task.assign")
@bp.input(ManyTasks, arg_name="body")
@bp.output(ChangedShape)
@writes
def delete_pins(session: Session, body: dict[str, Any]) -> Json:
    """Let tasks find their own places again."""
    changed = leading.unpin(session, body["tasks"], why=body["why"], by=current_actor())
    return _changed_to_json(changed)


@bp.post("/user-task-assignments")
@policy("task.assign")
@bp.input(Assignments, arg_name="body")
@bp.output(ChangedShape)
@writes
def create_assignments(session: Session, body: dict[str, Any]) -> Json:
    """Make somebody the assignee of many tasks, or give them back to their queues."""
    task_ids, person = body.pop("tasks"), body.pop("person")
    return _changed_to_json(leading.reassign(session, task_ids, person, **body, by=current_actor()))


@bp.post("/user-task-priorities")
@policy("task.assign")
@bp.input(Priorities, arg_name="body")
@bp.output(ChangedShape)
@writes
def create_priorities(session: Session, body: dict[str, Any]) -> Json:
    """Weigh many tasks."""
    task_ids, priority = body.pop("tasks"), body.pop("priority")
    changed = leading.prioritise(session, task_ids, priority, **body, by=current_actor())
    return _changed_to_json(changed)


@bp.post("/user-tasks/<uuid:task_id>/delegation")
@policy("task.see")
@bp.input(DelegationBody, arg_name="body")
@bp.output(UserTaskShape, 201)
@writes
def create_delegation(session: Session, task_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Pass a task on with a note; one may get it back."""
    me = current_actor()
    task = delegation.delegate(session, task_id, body["person"], note=body["note"], by=me)
    return task_to_json(task), 201


@bp.delete("/user-tasks/<uuid:task_id>/delegation")
@policy("task.take")
@bp.output({}, 204)
@writes
def delete_delegation(session: Session, task_id: UUID) -> tuple[None, int]:
    """Hand a task back to who passed it on."""
    delegation.hand_back(session, task_id, by=current_actor())
    return None, 204


@bp.put("/user-tasks/<uuid:task_id>/follow-up")
@policy("task.see")
@bp.input(FollowUpBody, arg_name="body")
@bp.output(UserTaskShape)
@writes
def put_follow_up(session: Session, task_id: UUID, body: dict[str, Any]) -> Json:
    """Let a task rest until a date; then it comes back by itself."""
    me = current_actor()
    return task_to_json(
        delegation.follow_up(session, task_id, body["at"], note=body["note"], by=me)
    )


@bp.delete("/user-tasks/<uuid:task_id>/follow-up")
@policy("task.see")
@bp.output({}, 204)
@writes
def delete_follow_up(session: Session, task_id: UUID) -> tuple[None, int]:
    """Bring a resting task back at once."""
    delegation.end_follow_up(session, task_id, by=current_actor())
    return None, 204


@bp.get("/user-tasks/<uuid:task_id>/handings")
@policy("task.see")
@bp.output(HandingList)
@reads
def list_handings(session: Session, task_id: UUID) -> Json:
    """Who passed a task on to whom, with their notes, and what bots found, the latest first."""
    task = user_tasks.get(session, task_id, by=current_actor())
    found = delegation.handings(session, task)
    return {"items": [_handing_to_json(each) for each in found], "next": None}


@bp.post("/user-tasks/<uuid:task_id>/findings")
@policy("task.take")
@bp.input(FindingsBody, arg_name="body")
@bp.output(UserTaskShape, 201)
@writes
def create_findings(session: Session, task_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """As a bot, leave a task to a person with what was found out."""
    me = current_actor()
    task = bots.give_up(session, task_id, body["message"], body["findings"], by=me)
    return task_to_json(task), 201


def _changed_to_json(changed: Changed) -> Json:
    return {
        "done": [str(each) for each in changed.done],
        "refused": [{"id": str(id_), "message": why} for id_, why in changed.refused.items()],
    }


def _handing_to_json(row: Handing) -> Json:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "giver": row.giver,
        "taker": row.taker,
        "at": moment(row.at),
        "by": row.by,
        "note": row.note,
        "findings": row.findings,
    }
