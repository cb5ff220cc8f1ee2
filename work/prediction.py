"""Will it be late? What an open clock will show when it stops, by what past cases did from here.

learn     in the background: for each service level and each element where tokens rest, how long
          they stay and how long it is from there, both as the clock would have shown it
predict   for one clock: what is left of the stay, or the queue ahead if that is longer, and the
          rest of the way; with several tokens the last one counts

Figures are quantiles, so their sum is the distribution of 400 equally likely ends. A page reads
what was predicted; it never computes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import prod
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core import clock as time
from core.people import Group, Membership, Person
from engine.models import ProcessInstance, UserTask, UserTaskCandidate
from work.models import LearnedPath, SlaCase, SlaClock, WorkClass
from work.models.sla import PAUSED, TASK
from work.paths import keys, learned, promise_of, store
from work.priorities import span
from work.sla import keeping, scopes
from work.sla.standing import is_held_up
from work.sla.terms import Terms
from work.sla.timekeeping import shown

__all__ = ["Outlook", "has_old", "keys", "learned", "outlook", "predict", "refresh", "store"]

#: Clocks that one transaction looks at, and after how long it looks again.
BATCH = 50
AGAIN = timedelta(minutes=5)
#: Fewer visits than this teach nothing.
MIN_COUNT = 20
#: Tasks ahead in a queue that are counted.
MAX_AHEAD = 500
#: From this chance on a clock counts as likely to be late.
LIKELY = 0.5
#: Who has waited longer than anybody before may wait so many times as long again.
_BEYOND = (0.1, 0.5, 1.0)
#: Nothing is certain before it has happened.
_LEAST, _MOST = 0.01, 0.99

Paths = Mapping[tuple[str, str], LearnedPath]


@dataclass(frozen=True)
class Outlook:
    """What is expected of one clock."""

    #: The chance to be late, from 0 to 1.
    late: float
    #: Business seconds until it stops, at even odds; None while it stands still.
    seconds: int
    #: When that is; None while it stands still.
    expected_at: datetime | None
    #: Past visits that it rests on.
    count: int

    @property
    def is_likely_late(self) -> bool:
        return self.late >= LIKELY


def outlook(clock: SlaClock) -> Outlook | None:
    """What was expected of a clock when it was last looked at; None when too little is known."""
    if clock.late_probability is None or not clock.is_open:
        return None
    return Outlook(clock.late_probability, 0, clock.expected_at, 0)


def has_old(session: Session) -> bool:
    """Whether `refresh` would find anything."""
    return bool(session.scalar(select(exists().where(*_old()))))


def refresh(session: Session, limit: int = BATCH) -> int:
    """Predict anew for the open clocks that nobody looked at for longest; how many."""
    query = select(SlaClock).where(*_old()).limit(limit)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    known: dict[tuple[str, str], Paths] = {}
    now, terms = time.now(), Terms(session)
    for clock in found:
        about = clock.key, promise_of(clock)
        if about not in known:
            known[about] = _paths(session, *about)
        said = predict(session, clock, known[about], terms, now)
        # Not by the row's object: others change the clock under the lock of its case.
        session.execute(
            update(SlaClock)
            .where(SlaClock.id == clock.id)
            .values(
                predicted_at=now,
                late_probability=said and said.late,
                expected_at=said and said.expected_at,
            )
            .execution_options(synchronize_session=False)
        )
    return len(found)


def predict(
    session: Session, clock: SlaClock, paths: Paths, terms: Terms, now: datetime
) -> Outlook | None:
    """What is expected of an open clock; None when past cases teach too little."""
    if not paths:
        return None
    case = session.get(SlaCase, clock.instance_id)
    instance = session.get(ProcessInstance, clock.instance_id)
    if case is None or instance is None:
        return None
    calendar, runs = terms.calendar(clock.calendar), clock.stretches
    has_shown = shown(calendar, runs, now)
    program, scope = scopes.program_of(session, instance), scopes.scope_of(clock)
    sla = scopes.sla_of(program, clock)
    ends, counts = [], []
    for token, here in scope.leaves(program, case.standing):
        path = paths.get((here.process_key, here.element_id))
        if path is None or path.count < MIN_COUNT:
            return None
        stood = has_shown - shown(calendar, runs, datetime.fromisoformat(here.since))
        is_held = bool(is_held_up(program, {token: list(here)}, sla, scope))
        ahead = _queue_ahead(session, clock.instance_id, token)
        rest = [0] if is_held else [max(left, ahead) for left in left_of(path.stays, stood)]
        after = [0] if clock.level == TASK else path.after
        ends.append(sorted(first + then for first in rest for then in after))
        counts.append(path.count)
    if not ends:
        return None
    left = clock.target_seconds - has_shown
    in_time = prod(sum(end <= left for end in each) / len(each) for each in ends)
    late = 1.0 if left < 0 else min(_MOST, max(_LEAST, 1 - in_time))
    seconds = max(each[len(each) // 2] for each in ends)
    is_paused = clock.state == PAUSED
    at = None if is_paused else keeping.moment_or_none(calendar, now, seconds)
    return Outlook(late, seconds, at, min(counts))


def left_of(stays: Sequence[int], stood: int) -> list[int]:
    """How much longer something stays that has stood so long: of those that stayed longer."""
    longer = [stay - stood for stay in stays if stay > stood]
    return longer or [round(stood * times) for times in _BEYOND]


def sentence(late: float, expected_at: datetime | None, left_seconds: int) -> str:
    """A prediction in one sentence of English."""
    tenths = min(9, max(1, round(late * 10)))
    if late >= LIKELY:
        text = f"Likely to be late: of ten cases like this about {tenths} were"
    else:
        text = f"Likely in time: of ten cases like this about {10 - tenths} were"
    if left_seconds > 0:
        text += f"; {span(left_seconds)} of working time are left"
    return text + "."


def _old() -> tuple[ColumnElement[bool], ...]:
    before = time.now() - AGAIN
    waits = or_(SlaClock.predicted_at.is_(None), SlaClock.predicted_at < before)
    return SlaClock.stopped_at.is_(None), waits


def _paths(session: Session, key: str, promise: str) -> Paths:
    query = select(LearnedPath).where(LearnedPath.key == key, LearnedPath.promise == promise)
    return {(row.process_key, row.element_id): row for row in session.scalars(query)}


def _queue_ahead(session: Session, instance_id: UUID, token: str) -> int:
    """Seconds of work that are ahead of a task in its class, for each who may do it."""
    query = select(UserTask.class_id, UserTask.rank_at, UserTask.id).where(
        UserTask.instance_id == instance_id,
        UserTask.token == token,
        UserTask.state == "open",
        UserTask.assignee.is_(None),
        UserTask.rank_at.is_not(None),
    )
    row = session.execute(query.limit(1)).first()
    if row is None or row.class_id is None:
        return 0
    work_class = session.get(WorkClass, row.class_id)
    if work_class is None:
        return 0
    before = (
        select(UserTask.id)
        .where(
            UserTask.class_id == row.class_id,
            UserTask.state == "open",
            UserTask.assignee.is_(None),
            or_(
                UserTask.rank_at < row.rank_at,
                and_(UserTask.rank_at == row.rank_at, UserTask.id < row.id),
            ),
        )
        .limit(MAX_AHEAD)
    )
    ahead = session.scalar(select(func.count()).select_from(before.subquery())) or 0
    people = _people(session, row.id) if ahead else 1
    return round(ahead * work_class.handle_seconds / max(1, people))


def _people(session: Session, task_id: UUID) -> int:
    query = (
        select(func.count(Person.id.distinct()))
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Group.id == Membership.group_id)
        .join(UserTaskCandidate, UserTaskCandidate.group_name == Group.name)
        .where(UserTaskCandidate.task_id == task_id, Person.deactivated_at.is_(None))
    )
    return session.scalar(query) or 0
