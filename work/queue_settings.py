"""Settings of queues: mode, targets, rules and recovery; what classes take from them."""

from dataclasses import asdict, dataclass
from statistics import mean

from sqlalchemy import ColumnElement, literal_column, select, update
from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import OFFICE, Calendar
from core.errors import BackOfficeError
from core.people import Actor
from core.permissions import allow
from engine import progress
from engine.models import Incident, UserTask
from engine.projections.incidents import cause_of, open_incident
from work import policies, sorting, stamp
from work.errors import QueueInvalid
from work.models import WorkClass, WorkQueue
from work.models.queue import IN_HAND_LIMIT, OFFER_SECONDS, TARGET_SECONDS
from work.priorities import GUARD_SECONDS, LOOK_AHEAD_SECONDS
from work.sorting import OPEN

MODES = ("open", "pull", "push")
MAX_SECONDS = 400 * 86_400
MAX_LIMIT = 1_000
MAX_SHARED = 100_000
MIN_OFFER, MAX_OFFER = 10, 3_600
#: The kind of incident of rules that fail.
RULES = "rules"
#: Done items that a class learns its handling time from, at least and at most.
SAMPLES = (10, 200)
#: One item counts for so many seconds at least and at most: forgotten tasks teach nothing.
BOUNDS = (30, 8 * 3600)
_COMPLETED: ColumnElement[str] = literal_column("'completed'")


@dataclass(frozen=True)
class Settings:
    """A queue as it should be; times in seconds of business time."""

    mode: str = "open"
    calendar: str = OFFICE
    target_seconds: int = TARGET_SECONDS
    look_ahead_seconds: int = LOOK_AHEAD_SECONDS
    in_hand_limit: int = IN_HAND_LIMIT
    shared_limit: int | None = None
    offer_seconds: int = OFFER_SECONDS
    rules: str | None = None
    recovery: bool = False
    guard_seconds: int = GUARD_SECONDS


def find(session: Session, *, by: Actor) -> list[WorkQueue]:
    """The queues that somebody has set, and the others that have had work, by group."""
    allow(by, "queue.see")
    names = {
        *session.scalars(select(WorkClass.queue)),
        *session.scalars(select(WorkQueue.group_name)),
    }
    return [sorting.queue_of(session, name) for name in sorted(names)]


def get(session: Session, group: str, *, by: Actor) -> WorkQueue:
    """The queue of one group; the usual settings where nobody made any."""
    allow(by, "queue.see")
    return sorting.queue_of(session, group)


def put(session: Session, group: str, settings: Settings, *, by: Actor) -> WorkQueue:
    """Set a queue. Its classes and the places of its items follow at once.

    Raises QueueInvalid, CalendarNotFound, DefinitionNotFound for the rules.
    """
    allow(by, "queue.change")
    _check(session, settings)
    queue = session.get(WorkQueue, group)
    if queue is None:
        queue = WorkQueue(group_name=group)
        session.add(queue)
    before = (queue.calendar, queue.target_seconds, queue.rules)
    for name, value in asdict(settings).items():
        setattr(queue, name, value)
    queue.rules_problem = None
    queue.changed_at, queue.changed_by = clock.now(), by.name
    session.flush()
    policies.rules_of(session, queue)
    rule(session, queue)
    if before != (queue.calendar, queue.target_seconds, queue.rules):
        _sort_again(session, group)
    stamp.renew(session)
    return queue


def rule(session: Session, queue: WorkQueue) -> None:
    """Ask the rules of a queue about each of its classes; when they fail, the defaults hold."""
    problem, rules = None, None
    try:
        rules = policies.rules_of(session, queue)
    except BackOfficeError as error:
        problem = str(error)
    now, moved, changed = clock.now(), False, False
    for each in session.scalars(select(WorkClass).where(WorkClass.queue == queue.group_name)):
        target = each.target_seconds
        problem = policies.settle(each, queue, rules) or problem
        changed = changed or session.is_modified(each)
        each.ruled_at = now
        moved = moved or target != each.target_seconds
    if problem is not None and queue.rules_problem != problem:
        _report(session, queue, problem)
    queue.rules_problem = problem
    session.flush()
    if moved:
        _sort_again(session, queue.group_name)
    if changed:
        stamp.renew(session)


def rule_all(session: Session) -> None:
    """Ask all rules again: a new version of a decision may have been deployed."""
    query = select(WorkQueue).where(WorkQueue.rules.is_not(None)).order_by(WorkQueue.group_name)
    for queue in session.scalars(query.with_for_update(skip_locked=True)):
        rule(session, queue)


def learn(session: Session) -> None:
    """Let classes learn how long their work takes: means of a class, never of a person."""
    changed = False
    for each in session.scalars(select(WorkClass).where(WorkClass.is_handle_ruled.is_(False))):
        calendar = sorting.calendar_of(session, sorting.queue_of(session, each.queue))
        taken = [
            _seconds(calendar, row.claimed_at, row.completed_at) for row in _done(session, each)
        ]
        if len(taken) >= SAMPLES[0]:
            each.handle_seconds = round(mean(taken))
            changed = changed or session.is_modified(each)
    if changed:
        stamp.renew(session)


def _done(session: Session, found: WorkClass) -> list[UserTask]:
    query = (
        select(UserTask)
        .where(
            UserTask.class_id == found.id,
            UserTask.state == _COMPLETED,
            UserTask.claimed_at.is_not(None),
        )
        .order_by(UserTask.id.desc())
        .limit(SAMPLES[1])
    )
    return list(session.scalars(query))


def _seconds(calendar: Calendar, claimed_at: object, completed_at: object) -> int:
    taken = calendar.between(claimed_at, completed_at)  # type: ignore[arg-type]
    return min(BOUNDS[1], max(BOUNDS[0], taken))


def _check(session: Session, settings: Settings) -> None:
    if settings.mode not in MODES:
        raise QueueInvalid(reason=f"its mode is one of {', '.join(MODES)}")
    if not 1 <= settings.in_hand_limit <= MAX_LIMIT:
        raise QueueInvalid(reason=f"one person has from 1 to {MAX_LIMIT} tasks in hand")
    if settings.shared_limit is not None and not 1 <= settings.shared_limit <= MAX_SHARED:
        raise QueueInvalid(reason=f"all together have from 1 to {MAX_SHARED} tasks in hand")
    if not MIN_OFFER <= settings.offer_seconds <= MAX_OFFER:
        raise QueueInvalid(reason="an offer waits from 10 seconds to an hour")
    times = (settings.target_seconds, settings.look_ahead_seconds, settings.guard_seconds)
    if not all(60 <= seconds <= MAX_SECONDS for seconds in times):
        raise QueueInvalid(reason="its times are from one minute to 400 days")
    calendars.named(session, settings.calendar)


def _sort_again(session: Session, group: str) -> None:
    """Let the items without a due date find their places anew."""
    classes = select(WorkClass.id).where(WorkClass.queue == group)
    session.execute(
        update(UserTask)
        .where(UserTask.state == OPEN, UserTask.class_id.in_(classes), UserTask.due_at.is_(None))
        .values(class_id=None, rank_at=None)
    )


def _report(session: Session, queue: WorkQueue, problem: str) -> None:
    """An incident at the first case that waits in the queue: somebody must mend the rules."""
    classes = select(WorkClass.id).where(WorkClass.queue == queue.group_name)
    waiting = select(UserTask).where(UserTask.state == OPEN, UserTask.class_id.in_(classes))
    task = session.scalar(waiting.order_by(UserTask.id).limit(1))
    if task is None:
        return
    message = f"The rules {queue.rules} fail: {problem} Work is ordered by the usual settings."
    known = select(Incident.id).where(
        Incident.cause == cause_of(task.key, task.element_id, RULES, message),
        Incident.resolved_at.is_(None),
    )
    if session.scalar(known.limit(1)) is None:
        open_incident(
            session,
            progress.get_for_update(session, task.instance_id),
            element_id=task.element_id,
            name=task.name,
            token=task.token,
            kind=RULES,
            message=message,
            at=clock.now(),
        )
