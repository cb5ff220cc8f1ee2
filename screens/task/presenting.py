"""What the task page shows, as finished values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from core import permissions
from core.people import Actor
from core.values import to_json
from engine.models import UserTask
from forms.schema import Form
from screens.cases.names import Names, case_name
from screens.cases.presenting import BADGES, STATES
from screens.cases.values import in_words
from screens.inbox.presenting import may_release
from screens.task.plain_form import Control, controls
from work.related import Related


@dataclass(frozen=True)
class TaskView:
    """One task as this person sees it."""

    id: UUID
    name: str
    process: str
    case: str
    case_url: str
    groups: tuple[str, ...]
    #: Where it is done; empty for anywhere.
    sites: tuple[str, ...]
    #: What whoever does it should know, with levels: "gas 2".
    skills: tuple[str, ...]
    due_at: datetime | None
    created_at: datetime
    closed_at: datetime | None
    assignee: str
    badge: str
    state_words: str
    #: Changes whenever somebody else may do the task, or nobody: see `state_key`.
    state_key: str
    #: What became of it, once it is closed.
    closing: str
    is_open: bool
    is_mine: bool
    is_with_another: bool
    may_claim: bool
    may_release: bool
    may_hand_over: bool
    #: Whether the form can be filled in and sent.
    may_complete: bool
    #: Results noted for a task without a form, as typed, when they come back unsaved.
    results: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FormView:
    """A form for form-js, and the same as plain controls."""

    schema: Mapping[str, Any]
    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[Control, ...] = ()
    read_only: bool = False
    #: Which version of the form this is, so that answers to an older one are noticed.
    version: UUID | None = None
    #: The step that was open last, from 0, and where what is typed is kept; "" where it is not.
    step: int = 0
    progress_url: str = ""
    #: Where chosen files are sent; "" where none can be.
    upload_url: str = ""


@dataclass(frozen=True)
class RelatedView:
    """Another case of the same customer."""

    name: str
    url: str
    process: str
    state: str
    badge: str
    started_at: datetime
    why: str


@dataclass(frozen=True)
class Upcoming:
    """The task that comes next."""

    name: str
    case: str
    url: str
    due_at: datetime | None


def task_view(
    task: UserTask,
    me: Actor,
    names: Names,
    *,
    sites: Sequence[str],
    skills: Sequence[tuple[str, int]],
) -> TaskView:
    """A task for its page."""
    is_with_another = task.assignee not in (None, me.name)
    may_take = permissions.may(me, "task.take", task)
    closed_by = names.person(task.completed_by)
    return TaskView(
        id=task.id,
        name=task.name,
        process=names.process(task.key),
        case=case_name(task.business_key, task.instance_id),
        case_url=url_for("cases.show", instance_id=task.instance_id),
        groups=tuple(names.group(group) for group in task.groups),
        sites=tuple(sites),
        skills=tuple(f"{name} {level}" for name, level in skills),
        due_at=task.due_at,
        created_at=task.created_at,
        closed_at=task.completed_at or task.cancelled_at,
        assignee=names.person(task.assignee),
        badge=_badge(task),
        state_words=_state(task),
        state_key=state_key(task),
        closing=_closing(task, me, closed_by),
        is_open=task.is_open,
        is_mine=task.assignee == me.name,
        is_with_another=is_with_another,
        may_claim=task.is_open and task.assignee is None and may_take,
        may_release=may_release(task, me),
        may_hand_over=task.is_open
        and (task.assignee == me.name or permissions.may(me, "task.assign", task)),
        may_complete=task.is_open and may_take and not is_with_another,
    )


def state_key(task: UserTask) -> str:
    """The same as long as nobody else took, gave back or closed the task."""
    return f"{task.state} {task.assignee or ''}".strip()


def news(task: UserTask, me: Actor, names: Names) -> str:
    """What happened to a task while its page was open."""
    if not task.is_open:
        return _closing(task, me, names.person(task.completed_by))
    if task.assignee is None:
        return str(_("Nobody has this task any more. Claim it to complete it."))
    if task.assignee == me.name:
        return str(_("This task is yours now."))
    return str(
        _(
            "%(person)s has this task now. What you typed is kept.",
            person=names.person(task.assignee),
        )
    )


def form_view(
    form: Form,
    values: Mapping[str, Any],
    errors: Mapping[str, str] | None = None,
    *,
    read_only: bool = False,
    version: UUID | None = None,
    step: int = 0,
    progress_url: str = "",
    upload_url: str = "/form-files",
) -> FormView:
    """A form with values and the errors of a submission."""
    plain = to_json(values)
    wrong = dict(errors or {})
    drawn = controls(form, plain, wrong, read_only=read_only)
    return FormView(
        form.schema, plain, wrong, drawn, read_only, version, step, progress_url, upload_url
    )


def related_view(found: Related, names: Names) -> RelatedView:
    """Another case, and why it is shown."""
    case = found.instance
    shared = found.variable and _("same %(what)s", what=in_words(found.variable).lower())
    return RelatedView(
        case_name(case.business_key, case.id),
        url_for("cases.show", instance_id=case.id),
        names.process(case.key),
        str(STATES[case.state]),
        BADGES[case.state],
        case.started_at,
        str(shared or _("same business key")),
    )


def upcoming(tasks: Iterable[UserTask], but: UUID) -> Upcoming | None:
    """The first of the tasks that is another one."""
    task = next((task for task in tasks if task.id != but), None)
    if task is None:
        return None
    return Upcoming(
        task.name,
        case_name(task.business_key, task.instance_id),
        url_for("task.show", task_id=task.id),
        task.due_at,
    )


def _badge(task: UserTask) -> str:
    if task.is_open:
        return "person"
    return "done" if task.state == "completed" else "paused"


def _state(task: UserTask) -> str:
    if not task.is_open:
        return str(_("Completed")) if task.state == "completed" else str(_("No longer needed"))
    return str(_("In work")) if task.assignee else str(_("Open"))


def _closing(task: UserTask, me: Actor, closed_by: str) -> str:
    if task.is_open:
        return ""
    if task.state == "cancelled":
        return str(_("This task is no longer needed: the case went another way."))
    if task.completed_by == me.name:
        return str(_("You completed this task."))
    return str(_("%(person)s completed this task.", person=closed_by))
