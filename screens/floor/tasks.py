"""Tasks behind a number, as rows: what and when, never who."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core import clock
from core.people import Actor
from engine.models import UserTask
from engine.visibility import sees_everything
from screens.cases.names import Labels, Names, case_name

PRIORITIES = {"low": _l("Low"), "high": _l("High"), "urgent": _l("Urgent")}


@dataclass(frozen=True)
class TaskRow:
    """One task. One that is kept from the reader (four eyes) has no name and no address."""

    id: UUID
    name: str
    url: str
    process: str
    case: str
    case_url: str
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    due_at: datetime | None
    created_at: datetime
    completed_at: datetime | None
    #: "Waiting", "In hand", "Done" …
    state: str
    priority: str
    is_first: bool


def task_rows(
    tasks: Iterable[UserTask], me: Actor, names: Names, known: Labels
) -> tuple[TaskRow, ...]:
    """The tasks of one page."""
    return tuple(_row(task, me, names, known) for task in tasks)


def _row(task: UserTask, me: Actor, names: Names, known: Labels) -> TaskRow:
    is_kept = me.name in task.excluded and not sees_everything(me)
    return TaskRow(
        id=task.id,
        name=str(_("Kept from you (four eyes)")) if is_kept else task.name,
        url="" if is_kept else url_for("task.show", task_id=task.id),
        process=names.process(task.key),
        case="" if is_kept else case_name(task.business_key, task.instance_id),
        case_url="" if is_kept else url_for("cases.show", instance_id=task.instance_id),
        labels=() if is_kept else known.get(task.instance_id, ()),
        groups=tuple(names.group(group) for group in task.groups),
        due_at=task.rank_at or task.due_at,
        created_at=task.created_at,
        completed_at=task.completed_at,
        state=_state(task),
        priority=str(PRIORITIES[task.priority]) if task.priority in PRIORITIES else "",
        is_first=task.is_open and task.pinned_at is not None,
    )


def _state(task: UserTask) -> str:
    if task.state == "completed":
        return str(_("Done"))
    if task.state == "cancelled":
        return str(_("Cancelled"))
    if task.follow_up_at is not None and task.follow_up_at > clock.now():
        return str(_("Resting"))
    return str(_("In hand") if task.assignee else _("Waiting"))
