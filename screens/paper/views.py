"""The form of a task on paper: with what is in it now, or with what was answered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import reading
from core.errors import NotFound
from core.values import to_json
from engine import user_tasks
from engine.models import LogEntry, UserTask
from screens.cases.names import case_name, read_names
from screens.task.plain_form import controls
from web.person import current_actor
from web.policies import policy
from work import completion

bp = Blueprint("paper", __name__, template_folder="templates")


class NothingToPrint(NotFound):
    """This task has no form, so there is nothing to print."""


@bp.get("/user-tasks/<uuid:task_id>/paper")
@policy("task.see")
def show(task_id: UUID) -> ResponseReturnValue:
    """The form of an open or finished task, to be printed."""
    me = current_actor()
    with reading() as session:
        task = user_tasks.get(session, task_id, by=me)
        shown = completion.shown(session, task)
        if shown.form is None:
            raise NothingToPrint
        values = to_json({**shown.values, **_answered(session, task)})
        names = read_names(session, {task.completed_by})
        return render_template(
            "paper/show.html",
            title=task.name,
            process=names.process(task.key),
            case=case_name(task.business_key, task.instance_id),
            task_url=url_for("task.show", task_id=task.id),
            completed_by=names.person(task.completed_by),
            completed_at=task.completed_at,
            controls=controls(shown.form, values, read_only=True),
        )


def _answered(session: Session, task: UserTask) -> Mapping[str, Any]:
    """What was answered when the task was completed: the case may have gone on since."""
    if task.state != "completed":
        return {}
    query = select(LogEntry.variables).where(
        LogEntry.instance_id == task.instance_id,
        LogEntry.element_id == task.element_id,
        LogEntry.token == task.token,
        LogEntry.lifecycle == "complete",
    )
    found = session.scalar(query.order_by(LogEntry.id.desc()).limit(1))
    return found if isinstance(found, dict) else {}
