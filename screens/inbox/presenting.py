"""What the page of tasks shows, as finished values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from core import clock, permissions
from core.people import Actor
from engine.models import UserTask
from engine.user_tasks import MOST_COUNTED
from screens.cases.names import Labels, Names, case_name
from screens.clocks.presenting import ClockView, clock_view
from work.sla.finding import Reading


@dataclass(frozen=True)
class Row:
    """One task in the list."""

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
    assignee: str
    is_mine: bool
    may_claim: bool
    may_release: bool
    #: When it comes back, while it rests.
    rests_until: datetime | None
    #: The most urgent SLA clock that it is about.
    clock: ClockView | None = None


@dataclass(frozen=True)
class ViewLink:
    """One of the views, with how many tasks are in it."""

    key: str
    label: str
    count: int
    url: str
    is_here: bool

    @property
    def shown(self) -> str:
        return str(self.count) if self.count < MOST_COUNTED else f"{MOST_COUNTED - 1}+"


def row(
    task: UserTask, me: Actor, names: Names, known: Labels, reading: Reading | None = None
) -> Row:
    """A task as this person sees it."""
    return Row(
        id=task.id,
        name=task.name,
        url=url_for("task.show", task_id=task.id),
        process=names.process(task.key),
        case=case_name(task.business_key, task.instance_id),
        case_url=url_for("cases.show", instance_id=task.instance_id),
        labels=known.get(task.instance_id, ()),
        groups=tuple(names.group(group) for group in task.groups),
        due_at=task.due_at,
        created_at=task.created_at,
        assignee=names.person(task.assignee),
        is_mine=task.assignee == me.name,
        may_claim=task.assignee is None and permissions.may(me, "task.take", task),
        may_release=may_release(task, me),
        rests_until=_rests_until(task),
        clock=clock_view(reading) if reading is not None else None,
    )


def rows(
    tasks: Iterable[UserTask],
    me: Actor,
    names: Names,
    known: Labels,
    clocks: Mapping[UUID, Reading],
) -> tuple[Row, ...]:
    """The tasks of one page of the list."""
    return tuple(row(task, me, names, known, clocks.get(task.id)) for task in tasks)


def _rests_until(task: UserTask) -> datetime | None:
    at = task.follow_up_at
    return at if at is not None and at > clock.now() else None


def may_release(task: UserTask, me: Actor) -> bool:
    """People give back their own tasks; who may hand over gives back those of others."""
    if task.assignee is None or not task.is_open:
        return False
    return task.assignee == me.name or permissions.may(me, "task.assign", task)
