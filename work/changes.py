"""What has just changed at the desk, for whoever looks at it: read from the log, cheaply.

Every change of a user task is an entry of the execution log, and ids sort by time. An entry can be
committed later than one with a greater id, so a reader looks back a little and remembers what it
has seen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from core import clock
from core.ids import first_id
from core.people import Actor, Role
from engine.models import LogEntry, UserTask, UserTaskCandidate
from work.models.notification import Notification

#: How long a transaction may take between making an id and its commit.
LOOK_BACK = timedelta(seconds=10)
#: Entries that are looked at in one turn; the others come with the next.
LIMIT = 2_000
KINDS = ("userTask", "manualTask")

# Asked twice a second by each process, so they are made once: that costs more than asking.
_OF_TASKS = (
    select(
        LogEntry.id,
        LogEntry.instance_id,
        LogEntry.by,
        UserTask.id.label("task_id"),
        UserTask.assignee,
        UserTask.is_for_all,
    )
    .outerjoin(
        UserTask,
        and_(UserTask.instance_id == LogEntry.instance_id, UserTask.token == LogEntry.token),
    )
    .where(LogEntry.id > bindparam("since"), LogEntry.kind.in_(KINDS))
    .order_by(LogEntry.id)
    .limit(LIMIT)
)
_GROUPS = select(UserTaskCandidate.task_id, UserTaskCandidate.group_name).where(
    UserTaskCandidate.task_id.in_(bindparam("tasks", expanding=True))
)
_NOTICES = (
    select(Notification.id, Notification.person, Notification.instance_id)
    .where(Notification.id > bindparam("since"))
    .limit(LIMIT)
)


@dataclass(frozen=True)
class Change:
    """One task that changed and who may have it on their screen; or a notification for somebody."""

    #: Of the log entry, or of the notification.
    id: UUID
    task_id: UUID | None
    instance_id: UUID | None
    groups: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    is_for_all: bool = False
    is_notice: bool = False

    def concerns(self, actor: Actor) -> bool:
        """Whether `actor` could have it in a list; a guess that is quick and never too narrow."""
        if self.is_notice:
            return actor.name in self.people
        if self.is_for_all or actor.has(Role.OPERATOR, Role.TEAM_LEADER):
            return True
        return actor.name in self.people or not actor.groups.isdisjoint(self.groups)


def lately(session: Session) -> list[Change]:
    """All that changed within the last ten seconds, oldest first."""
    since = first_id(clock.now() - LOOK_BACK)
    return [*_of_tasks(session, since), *_notices(session, since)]


def _of_tasks(session: Session, since: UUID) -> Iterable[Change]:
    rows = session.execute(_OF_TASKS, {"since": since}).all()
    groups = _groups(session, {row.task_id for row in rows if row.task_id})
    for row in rows:
        yield Change(
            id=row.id,
            task_id=row.task_id,
            instance_id=row.instance_id,
            groups=frozenset(groups.get(row.task_id, ())),
            people=frozenset(filter(None, (row.by, row.assignee))),
            is_for_all=bool(row.is_for_all),
        )


def _groups(session: Session, tasks: set[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    if tasks:
        for row in session.execute(_GROUPS, {"tasks": list(tasks)}):
            found.setdefault(row.task_id, []).append(row.group_name)
    return found


def _notices(session: Session, since: UUID) -> Iterable[Change]:
    for row in session.execute(_NOTICES, {"since": since}):
        yield Change(
            id=row.id,
            task_id=None,
            instance_id=row.instance_id,
            people=frozenset({row.person}),
            is_notice=True,
        )
