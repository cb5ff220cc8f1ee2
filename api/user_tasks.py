"""Work for people: list, claim, hand over, complete."""

from functools import partial
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.fields import (
    Identifier,
    Integer,
    List,
    Moment,
    Name,
    Nothing,
    OneOf,
    Reference,
    Shape,
    String,
    VariableFilters,
    Variables,
)
from api.paging import PageQuery, page, page_of
from core.model import Json
from core.values import to_json as value_to_json
from engine import user_tasks
from engine.models import UserTask
from web.person import current_actor
from web.policies import policy
from work import assignment, completion, queues, undo

bp = APIBlueprint("user_tasks", __name__, url_prefix="/user-tasks", tag="User tasks")

STATES = ("open", "completed", "cancelled")


class UserTaskShape(Shape):
    id = Identifier()
    instance_id = Identifier()
    definition_id = Identifier()
    key = String()
    business_key = String(allow_none=True)
    element_id = String()
    name = String()
    state = String(validate=OneOf(STATES))
    lane = String(allow_none=True)
    groups = List(String())
    assignee = String(allow_none=True)
    due_at = Moment(allow_none=True)
    follow_up_at = Moment(allow_none=True)
    created_at = Moment()
    claimed_at = Moment(allow_none=True)
    completed_at = Moment(allow_none=True)
    completed_by = String(allow_none=True)
    loop_index = Integer(allow_none=True)


class UserTaskWithForm(UserTaskShape):
    form = Variables(allow_none=True, metadata={"description": "The form-js schema."})
    values = Variables(metadata={"description": "What the form shows at first."})


class GivenTask(UserTaskShape):
    why = String(metadata={"description": "Why it is next, in one sentence."})


class UserTasksQuery(PageQuery):
    state = String(validate=OneOf(STATES), load_default=None)
    assignee = Name(load_default=None)
    group = Name(load_default=None)
    instance_id = Reference(load_default=None)
    key = Name(load_default=None)
    due_before = Moment(load_default=None)
    variable = VariableFilters()


class Assignment(Shape):
    person = Name(required=True)


class Answers(Shape):
    variables = Variables(load_default=dict)


@bp.get("")
@policy("task.see")
@bp.input(UserTasksQuery, location="query", unknown=RAISE, arg_name="query")
@bp.output(page_of(UserTaskShape))
@reads
def list_user_tasks(session: Session, query: dict[str, Any]) -> Json:
    """The user tasks that the caller may see, oldest first."""
    find = partial(user_tasks.find, session, by=current_actor())
    return page(find, to_json, **query)


@bp.post("/next")
@policy("task.take")
@bp.input(Nothing, arg_name="body")
@bp.output(GivenTask, 201)
@bp.doc(responses={204: "Nothing waits for the caller."})
@writes
def create_next(session: Session, body: Json) -> tuple[Json | None, int]:
    """Claim what the caller should do next; 204 when nothing waits for them."""
    given = queues.give_next(session, by=current_actor())
    if given is None:
        return None, 204
    return {**to_json(given.task), "why": given.dispatch.sentence}, 201


@bp.get("/<uuid:task_id>")
@policy("task.see")
@bp.output(UserTaskWithForm)
@reads
def get_user_task(session: Session, task_id: UUID) -> Json:
    """One user task with its form and the values that the form shows."""
    task = user_tasks.get(session, task_id, by=current_actor())
    shown = completion.shown(session, task)
    return {
        **to_json(task),
        "form": dict(shown.form.schema) if shown.form else None,
        "values": value_to_json(shown.values),
    }


@bp.put("/<uuid:task_id>/claim")
@policy("task.take")
@bp.input(Nothing, arg_name="body")
@bp.output(UserTaskShape)
@writes
def put_claim(session: Session, task_id: UUID, body: Json) -> Json:
    """Reserve a task for oneself."""
    return to_json(assignment.claim(session, task_id, by=current_actor()))


@bp.delete("/<uuid:task_id>/claim")
@policy("task.take")
@bp.output({}, 204)
@writes
def delete_claim(session: Session, task_id: UUID) -> tuple[None, int]:
    """Give a task back to its candidates."""
    user_tasks.release(session, task_id, by=current_actor())
    return None, 204


@bp.put("/<uuid:task_id>/assignee")
@policy("task.assign")
@bp.input(Assignment, arg_name="body")
@bp.output(UserTaskShape)
@writes
def put_assignee(session: Session, task_id: UUID, body: dict[str, Any]) -> Json:
    """Hand a task over to somebody."""
    return to_json(assignment.hand_over(session, task_id, body["person"], by=current_actor()))


@bp.post("/<uuid:task_id>/completion")
@policy("task.take")
@bp.input(Answers, arg_name="body")
@bp.output(UserTaskShape, 201)
@writes
def create_completion(session: Session, task_id: UUID, body: dict[str, Any]) -> tuple[Json, int]:
    """Complete a user task with the answers to its form."""
    task = completion.complete(session, task_id, body["variables"], by=current_actor())
    return to_json(task), 201


@bp.delete("/<uuid:task_id>/completion")
@policy("task.see")
@bp.output(UserTaskShape)
@bp.doc(responses={409: "The time is over, or something followed that cannot be taken back."})
@writes
def delete_completion(session: Session, task_id: UUID) -> Json:
    """Undo the completion of a user task.

    For a short while (`BACKOFFICE_UNDO`), by whoever completed it or by a team leader: the case is
    then where it was before. 409 says what followed: a call, a message, another step.
    """
    return to_json(undo.undo(session, task_id, by=current_actor()))


def to_json(task: UserTask) -> Json:
    return {
        "id": str(task.id),
        "instanceId": str(task.instance_id),
        "definitionId": str(task.definition_id),
        "key": task.key,
        "businessKey": task.business_key,
        "elementId": task.element_id,
        "name": task.name,
        "state": task.state,
        "lane": task.lane,
        "groups": list(task.groups),
        "assignee": task.assignee,
        "dueAt": moment(task.due_at),
        "followUpAt": moment(task.follow_up_at),
        "createdAt": moment(task.created_at),
        "claimedAt": moment(task.claimed_at),
        "completedAt": moment(task.completed_at),
        "completedBy": task.completed_by,
        "loopIndex": task.loop_index,
    }
