"""Who sees which instances and tasks: conditions for queries, so that what is hidden never leaves.

The roles of one actor add up. What somebody may *do* with what they see, core.permissions and the
rows' own `allows` say.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)

from core.people import Actor, Role
from engine.models import (
    ProcessGrant,
    ProcessInstance,
    ProcessViewer,
    UserTask,
    UserTaskCandidate,
)

_ESCAPE = "/"


@dataclass(frozen=True)
class Alike:
    """Whoever has these roles, for a statement that is made once for all of them.

    It is executed with `asking` of the one who asks.
    """

    roles: frozenset[Role]
    kind: str

    @classmethod
    def to(cls, actor: Actor) -> "Alike":
        """Those who have the roles of `actor`."""
        return cls(actor.roles, actor.kind)

    @property
    def name(self) -> ColumnElement[str]:
        return bindparam("by_name", type_=String())

    def has(self, *roles: Role) -> bool:
        """As of an Actor."""
        return Actor("", self.roles).has(*roles)


Asker = Actor | Alike


def asking(actor: Actor) -> dict[str, Any]:
    """What a statement that was made for `Alike.to(actor)` needs to know of `actor`."""
    quoted = json.dumps(actor.name)
    for sign in (_ESCAPE, "%", "_"):
        quoted = quoted.replace(sign, _ESCAPE + sign)
    return {"by_name": actor.name, "by_groups": sorted(actor.groups), "by_quoted": quoted}


def instances_seen_by(actor: Actor) -> ColumnElement[bool]:
    """Instances that `actor` may see, as a condition on ProcessInstance."""
    if sees_everything(actor):
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if actor.has(Role.ANALYST, Role.INTEGRATOR):
        ways.append(ProcessInstance.key.in_(_granted(actor)))
    if actor.has(Role.INTEGRATOR, Role.ASSOCIATE, Role.TEAM_LEADER):
        ways.append(ProcessInstance.started_by == actor.name)
    if actor.has(Role.ASSOCIATE, Role.TEAM_LEADER):
        theirs = exists().where(UserTask.instance_id == ProcessInstance.id, _concerns(actor))
        # Tasks of its own, also inside a query that reads tasks itself.
        ways.append(theirs.correlate(ProcessInstance))
    if actor.groups:
        shown = select(ProcessViewer.key).where(ProcessViewer.group_name.in_(sorted(actor.groups)))
        ways.append(ProcessInstance.key.in_(shown))
    return or_(*ways)


def user_tasks_seen_by(actor: Asker) -> ColumnElement[bool]:
    """User tasks that `actor` may see, as a condition on UserTask."""
    if sees_everything(actor):
        return true()
    ways: list[ColumnElement[bool]] = [false()]
    if actor.has(Role.ANALYST, Role.INTEGRATOR):
        ways.append(UserTask.key.in_(_granted(actor)))
    if actor.has(Role.INTEGRATOR):
        started = select(ProcessInstance.id).where(ProcessInstance.started_by == actor.name)
        ways.append(UserTask.instance_id.in_(started.correlate(None)))
    if actor.has(Role.ASSOCIATE, Role.TEAM_LEADER):
        ways.append(_concerns(actor))
    return or_(*ways)


def offered_to(actor: Asker) -> ColumnElement[bool]:
    """User tasks that `actor` could take: of their groups, or for everybody."""
    return and_(or_(UserTask.is_for_all, _of_groups(actor)), ~_excludes(actor))


def excludes(person: str) -> ColumnElement[bool]:
    """User tasks that `person` may not take (four eyes)."""
    return cast(UserTask.excluded, String).contains(json.dumps(person), autoescape=True)


def _excludes(actor: Asker) -> ColumnElement[bool]:
    if isinstance(actor, Actor):
        return excludes(actor.name)
    return cast(UserTask.excluded, String).contains(bindparam("by_quoted"), escape=_ESCAPE)


def sees_everything(actor: Asker) -> bool:
    """Whether nothing is hidden from `actor`."""
    return actor.kind == "system" or actor.has(Role.OPERATOR)


def _concerns(actor: Asker) -> ColumnElement[bool]:
    ways: list[ColumnElement[bool]] = [
        UserTask.assignee == actor.name,
        UserTask.completed_by == actor.name,
        offered_to(actor),
    ]
    if actor.has(Role.TEAM_LEADER):
        ways.append(and_(UserTask.is_unmanned))
    return or_(*ways)


def _of_groups(actor: Asker) -> ColumnElement[bool]:
    """Asked of one task after the other, by index: PostgreSQL would read the candidates of all
    tasks that ever were for an EXISTS, though a page of a list needs fifty.
    """
    groups = (
        sorted(actor.groups) if isinstance(actor, Actor) else bindparam("by_groups", expanding=True)
    )
    offer = select(literal(1)).where(
        UserTaskCandidate.task_id == UserTask.id, UserTaskCandidate.group_name.in_(groups)
    )
    return offer.correlate(UserTask).limit(1).scalar_subquery().is_not(None)


def _granted(actor: Asker) -> Select[str]:
    return select(ProcessGrant.key).where(ProcessGrant.actor == actor.name)
