"""Clocks as people see them: which there are, what each shows, and how it goes in one word."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from core import clock as time
from core.errors import NotFound
from core.people import Actor
from core.permissions import allow
from engine.models import ProcessInstance, UserTask
from engine.visibility import instances_seen_by
from work.models import SlaClock
from work.models.sla import AT_RISK, BREACHED, CASE, ON_TRACK, PAUSED, RUNNING, STATES, TASK
from work.prediction import LIKELY
from work.sla import keeping
from work.sla.terms import Terms

#: How an open clock goes, the most urgent first.
OPEN_WORDS = (BREACHED, AT_RISK, PAUSED, ON_TRACK)
#: What a list can be filtered by: those, and what is expected to be late.
FILTERS = (BREACHED, AT_RISK, "likely_late", PAUSED, ON_TRACK)


class SlaClockNotFound(NotFound):
    """There is no SLA clock {clock_id}."""


@dataclass(frozen=True)
class Reading:
    """What a clock shows at a moment."""

    clock: SlaClock
    at: datetime
    #: Seconds of business time that it has counted, and that are left; negative when it is late.
    shown_seconds: int
    left_seconds: int
    #: Seconds that a working day of its calendar has.
    day_seconds: int

    @property
    def word(self) -> str:
        """How it goes: one of OPEN_WORDS, or "met", "missed" or "cancelled"."""
        return word_of(self.clock)

    @property
    def is_likely_late(self) -> bool:
        """Whether past cases say that it will be late, though it is not yet."""
        late = self.clock.late_probability
        return self.clock.is_open and self.left_seconds >= 0 and (late or 0) >= LIKELY


def word_of(clock: SlaClock) -> str:
    """How a clock goes, in one word; a breach is told even while it stands still."""
    if not clock.is_open:
        return clock.state
    if clock.state == PAUSED and clock.condition != BREACHED:
        return PAUSED
    return clock.condition


def find(
    session: Session,
    *,
    by: Actor,
    state: str | None = None,
    word: str | None = None,
    key: str | None = None,
    level: str | None = None,
    instance_id: UUID | None = None,
    due_before: datetime | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[SlaClock]:
    """Clocks of cases that `by` may see, oldest first.

    `state` is one of STATES or "open"; `word` one of FILTERS, of open clocks only.
    """
    allow(by, "instance.see")
    query = select(SlaClock).join(ProcessInstance, ProcessInstance.id == SlaClock.instance_id)
    query = query.where(instances_seen_by(by))
    if state == "open":
        query = query.where(SlaClock.stopped_at.is_(None))
    elif state in STATES:
        query = query.where(SlaClock.state == state)
    if word is not None:
        query = query.where(goes(word))
    wanted = {SlaClock.key: key, SlaClock.level: level, SlaClock.instance_id: instance_id}
    query = query.where(*(column == value for column, value in wanted.items() if value is not None))
    if due_before is not None:
        query = query.where(SlaClock.stopped_at.is_(None), SlaClock.due_at < due_before)
    if after is not None:
        query = query.where(SlaClock.id > after)
    return list(session.scalars(query.order_by(SlaClock.id).limit(limit)))


def get(session: Session, clock_id: UUID, *, by: Actor) -> SlaClock:
    """One clock of a case that `by` may see. Raises SlaClockNotFound."""
    allow(by, "instance.see")
    query = select(SlaClock).join(ProcessInstance, ProcessInstance.id == SlaClock.instance_id)
    found = session.scalar(query.where(SlaClock.id == clock_id, instances_seen_by(by)))
    if found is None:
        raise SlaClockNotFound(clock_id=str(clock_id))
    return found


def of_case(session: Session, instance_id: UUID, limit: int = 50) -> list[Reading]:
    """The clocks of a case that the caller may see, open ones first, the most urgent in front."""
    query = select(SlaClock).where(SlaClock.instance_id == instance_id)
    query = query.order_by(SlaClock.stopped_at.is_not(None), _urgency(), SlaClock.id)
    return readings(session, session.scalars(query.limit(limit)).all())


def of_task(session: Session, task: UserTask) -> list[Reading]:
    """The open clocks that a task is about: its own and that of its case."""
    query = select(SlaClock).where(
        SlaClock.instance_id == task.instance_id,
        SlaClock.stopped_at.is_(None),
        or_(SlaClock.task_id == task.id, SlaClock.level != TASK),
    )
    query = query.order_by((SlaClock.task_id == task.id).desc(), _urgency(), SlaClock.id)
    return readings(session, session.scalars(query.limit(10)).all())


def of_tasks(session: Session, tasks: Collection[UserTask]) -> dict[UUID, Reading]:
    """The most urgent open clock of each task in a list, with one question for all of them."""
    ids = {task.instance_id for task in tasks}
    if not ids:
        return {}
    query = select(SlaClock).where(SlaClock.instance_id.in_(ids), SlaClock.stopped_at.is_(None))
    query = query.order_by(_urgency(), SlaClock.due_at.asc().nulls_last(), SlaClock.id)
    by_case: dict[UUID, list[Reading]] = {}
    for reading in readings(session, session.scalars(query.limit(10 * len(ids))).all()):
        by_case.setdefault(reading.clock.instance_id, []).append(reading)
    found: dict[UUID, Reading] = {}
    for task in tasks:
        for reading in by_case.get(task.instance_id, ()):
            if reading.clock.level != TASK or reading.clock.task_id == task.id:
                found[task.id] = reading
                break
    return found


def readings(session: Session, clocks: Sequence[SlaClock]) -> list[Reading]:
    """What clocks show now, or showed when they stopped."""
    terms, now, found = Terms(session), time.now(), []
    for clock in clocks:
        calendar = terms.calendar(clock.calendar)
        shown = keeping.shown_at(clock, calendar, clock.stopped_at or now)
        left = clock.target_seconds - shown
        found.append(Reading(clock, now, shown, left, calendar.day_seconds))
    return found


def tasks_that_go(word: str) -> ColumnElement[bool]:
    """User tasks with an open clock that goes like that, as a condition on UserTask."""
    about = or_(SlaClock.task_id == UserTask.id, SlaClock.level == CASE)
    return exists().where(SlaClock.instance_id == UserTask.instance_id, about, goes(word))


def goes(word: str) -> ColumnElement[bool]:
    """Open clocks that go like a word of FILTERS, as a condition on SlaClock."""
    is_open = SlaClock.stopped_at.is_(None)
    if word == PAUSED:
        return and_(is_open, SlaClock.state == PAUSED, SlaClock.condition != BREACHED)
    if word == "likely_late":
        expected = SlaClock.late_probability >= LIKELY
        return and_(is_open, SlaClock.condition != BREACHED, expected)
    runs = or_(SlaClock.state == RUNNING, SlaClock.condition == BREACHED)
    return and_(is_open, SlaClock.condition == word, runs)


def _urgency() -> ColumnElement[int]:
    places = {word: place for place, word in enumerate((BREACHED, AT_RISK, ON_TRACK))}
    return case(places, value=SlaClock.condition, else_=len(places))
