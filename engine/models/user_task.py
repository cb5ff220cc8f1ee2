"""Work for people: one open or finished task of an instance, and the groups it is offered to.

open ──claim──▶ open with an assignee ──complete──▶ completed ──undo──▶ open
  ╰──────────────────┴──▶ cancelled, when its token goes
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, and_, event, exists, or_, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from core.ids import new_id
from core.json_lists import texts_of
from core.model import Model, json_column
from core.people import Actor, ApiToken, Group, Membership, Person
from engine.errors import NotACandidate, UserTaskClaimed, UserTaskClosed
from engine.models.instance import ProcessInstance
from engine.models.partial import PARTS_OF_WORDS, partial_index, words_index


class UserTaskCandidate(Model):
    """A group that one user task is offered to."""

    __tablename__ = "user_task_candidate"
    __table_args__ = (Index("ix_user_task_candidate_group", "group_name", "task_id"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    group_name: Mapped[str] = mapped_column(primary_key=True)


_MEMBER = (
    select(Membership.person_id)
    .join(Group, Group.id == Membership.group_id)
    .join(Person, Person.id == Membership.person_id)
    .where(Group.name == UserTaskCandidate.group_name, Person.deactivated_at.is_(None))
)

_GROUPS = texts_of(ApiToken.group_names)
#: Programs that belong to a group, too: `core.people.peopled_groups` says the same.
_PROGRAM = (
    select(ApiToken.id)
    .select_from(ApiToken, _GROUPS)
    .where(_GROUPS.c.value == UserTaskCandidate.group_name, ApiToken.revoked_at.is_(None))
)


UNSORTED = "state = 'open' AND class_id IS NULL"
WAITING = "state = 'open' AND assignee IS NULL AND rank_at IS NOT NULL AND reserved_for IS NULL"
RESERVED = "state = 'open' AND assignee IS NULL AND reserved_for IS NOT NULL"
PINNED = "state = 'open' AND assignee IS NULL AND pinned_at IS NOT NULL"
IN_HAND = "state = 'open' AND assignee IS NOT NULL"
DONE = "state = 'completed' AND class_id IS NOT NULL"
RESTING = "state = 'open' AND class_id IS NOT NULL AND rank_at IS NULL"
COUNTING = "state = 'open' AND calendar IS NOT NULL"
COMPLETED = "state = 'completed'"


class UserTask(Model):
    """One user task, or manual task, of one instance."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_instance_id", "instance_id"),
        Index("ix_user_task_assignee", "assignee", "state", "id"),
        Index("ix_user_task_key", "key", "id"),
        partial_index("ix_user_task_open", "id", where="state = 'open'"),
        partial_index("ix_user_task_due_at", "due_at", "id", where="state = 'open'"),
        partial_index("ix_user_task_unsorted", "id", where=UNSORTED),
        partial_index("ix_user_task_waiting", "class_id", "rank_at", "id", where=WAITING),
        partial_index("ix_user_task_reserved", "reserved_for", where=RESERVED),
        partial_index("ix_user_task_pinned", "pinned_at", where=PINNED),
        partial_index("ix_user_task_in_hand", "class_id", where=IN_HAND),
        partial_index("ix_user_task_done", "class_id", "id", where=DONE),
        partial_index("ix_user_task_completed_at", "completed_at", "class_id", where=COMPLETED),
        partial_index("ix_user_task_resting", "follow_up_at", where=RESTING),
        partial_index("ix_user_task_calendar", "calendar", "calendar_version", where=COUNTING),
        words_index("ix_user_task_words", "name", "business_key", where="state = 'open'"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    #: Key of the process and business key of the case, here so that lists need no join.
    key: Mapped[str]
    business_key: Mapped[str | None]
    element_id: Mapped[str]
    name: Mapped[str]
    token: Mapped[str]
    #: Which of a multi-instance activity's items it is, from 0.
    loop_index: Mapped[int | None]
    #: "userTask" or "manualTask".
    kind: Mapped[str]
    lane: Mapped[str | None]
    #: "open", "completed" or "cancelled".
    state: Mapped[str] = mapped_column(default="open")
    #: Offered to every associate: it has neither lane, nor groups, nor an assignee from the model.
    is_for_all: Mapped[bool] = mapped_column(default=False)
    #: People who may not take it (four eyes).
    excluded: Mapped[list[str]] = json_column()
    skills: Mapped[list[str]] = json_column()
    #: Where it is done, any of these; None or [] for anywhere.
    sites: Mapped[list[str] | None] = json_column()
    assignee: Mapped[str | None]
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    #: The calendar its moments count in, None for plain time, and the durations it was promised.
    calendar: Mapped[str | None]
    calendar_version: Mapped[int | None]
    schedule: Mapped[dict[str, str] | None] = json_column()
    #: What the model says for the order of work: `work:priority` and `work:assignment affinity`.
    category: Mapped[str | None]
    weight: Mapped[float | None]
    affinity: Mapped[str | None]
    #: The class of work it is sorted into and its place there, None while it rests. They belong to
    #: work/queues.py; the engine never reads them.
    class_id: Mapped[UUID | None]
    rank_at: Mapped[datetime | None]
    #: What team leaders and offers say of its place; the engine never reads these either. The one
    #: worker it is kept for; since when, and by whom, it comes before all others; and "low",
    #: "high" or "urgent".
    reserved_for: Mapped[str | None]
    pinned_at: Mapped[datetime | None]
    pinned_by: Mapped[str | None]
    priority: Mapped[str | None]
    #: Who handed it on, and gets it back when the assignee hands it back.
    delegated_by: Mapped[str | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]

    #: It is offered to groups, and nobody belongs to any of them: its team leaders are all.
    is_unmanned: Mapped[bool] = column_property(
        and_(
            exists().where(UserTaskCandidate.task_id == id),  # noqa: A003
            ~exists().where(
                UserTaskCandidate.task_id == id,  # noqa: A003
                or_(_MEMBER.exists(), _PROGRAM.exists()),
            ),
        ),
        deferred=True,
    )

    instance: Mapped[ProcessInstance] = relationship()
    candidates: Mapped[list[UserTaskCandidate]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by=UserTaskCandidate.group_name
    )

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups it is offered to."""
        return tuple(candidate.group_name for candidate in self.candidates)

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    def is_candidate(self, actor: Actor) -> bool:
        """Whether it is offered to `actor` by group, or to everybody."""
        if actor.name in self.excluded:
            return False
        return self.is_for_all or not actor.groups.isdisjoint(self.groups)

    def allows(self, actor: Actor, verb: str) -> bool:
        """Whether the task itself lets `actor` do `verb`; their roles are asked elsewhere."""
        if actor.roles & {"administrator"} or actor.kind == "system":
            return True
        if verb == "task.see":
            # Queries leave out what an actor may not see.
            return True
        if verb == "task.assign":
            return "operator" in actor.roles or self.is_led_by(actor)
        return actor.name not in self.excluded and (
            self.assignee == actor.name or self.is_candidate(actor) or self.is_led_by(actor)
        )

    def is_led_by(self, actor: Actor) -> bool:
        """Whether `actor` leads a group it is offered to; every leader one without people."""
        return "team_leader" in actor.roles and (
            self.is_for_all or not actor.groups.isdisjoint(self.groups) or self.is_unmanned
        )

    def claim(self, by: Actor, at: datetime) -> None:
        """Reserve the task for one person. Claiming one's own task again is fine."""
        self.require_open()
        if not self.allows(by, "task.take"):
            raise NotACandidate(groups=list(self.groups))
        if self.assignee not in (None, by.name):
            raise UserTaskClaimed(assignee=self.assignee)
        if self.claimed_at is None or self.assignee is None:
            self.assignee, self.claimed_by, self.claimed_at = by.name, by.name, at

    def release(self) -> None:
        """Give it back to its candidates."""
        self.require_open()
        self.assignee = self.claimed_by = self.claimed_at = None

    def hand_over(self, person: str, by: Actor, at: datetime) -> None:
        """Make `person` its assignee."""
        self.require_open()
        self.assignee, self.claimed_by, self.claimed_at = person, by.name, at

    def complete(self, by: Actor, at: datetime) -> None:
        """Close the task. An unclaimed task is claimed on the way."""
        self.claim(by, at)
        self.state, self.completed_by, self.completed_at = "completed", by.name, at

    def reopen(self) -> None:
        """Take back that it was completed."""
        self.state, self.completed_by, self.completed_at = "open", None, None

    def require_open(self) -> None:
        """Raise UserTaskClosed when it is completed or cancelled."""
        if self.state != "open":
            closed_at = self.completed_at or self.cancelled_at
            raise UserTaskClosed(state=self.state, closed_at=closed_at and closed_at.isoformat())


event.listen(UserTask.__table__, "before_create", PARTS_OF_WORDS)
