"""Getting the next item: the head of the class that it costs most to leave waiting.

One query reads the first item of each class that somebody may do; `work.priorities` compares them;
the item is then locked together with its case, skipping what others hold. So the cost depends on
the number of classes and not of items, and no two people ever get the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from core import clock
from core.model import Json
from core.people import Actor
from core.permissions import allow
from engine import user_tasks
from engine.models import ProcessInstance, UserTask, UserTaskCandidate
from work import catalogue, priorities, skills, sorting, waiting
from work.catalogue import Catalogue, Kind, Queue
from work.errors import HandsFull, QueueFull
from work.models import Dispatch, WorkQueue
from work.models.team import Offer
from work.priorities import AFFINITY, Head
from work.team import bots
from work.waiting import Desk, Waiting

#: Tasks that are sorted in before the next one is chosen; sweeps sort the others.
TAKE_IN = 50


@dataclass(frozen=True)
class Given:
    """An item somebody was given, and why."""

    task: UserTask
    dispatch: Dispatch


@dataclass(frozen=True)
class Candidate:
    """An item that somebody may be given, and what it costs to leave it waiting."""

    kind: Kind
    head: Head
    waiting: Waiting

    @property
    def place(self) -> tuple[bool, bool, float, float]:
        """The higher, the earlier: kept for them, put first, then by cost of waiting."""
        pinned_at = self.waiting.pinned_at
        return (
            self.waiting.way == "reserved",
            pinned_at is not None,
            0.0 if pinned_at is None else -pinned_at.timestamp(),
            priorities.cost_of_waiting(self.head),
        )


def give_next(session: Session, *, by: Actor) -> Given | None:
    """Claim for `by` what they should do next; None when nothing waits for them.

    Raises HandsFull, QueueFull and, for bots, BotPaused; and NotAllowed for those who do not take
    tasks.
    """
    allow(by, "task.take")
    if not bots.may_work(session, by):
        return None
    known, desk = _look(session, by)
    kinds = suitable(known, desk, by)
    kinds = within_limits(session, known, kinds, desk)
    found = candidates(session, kinds, by)
    while found:
        chosen = max(found, key=lambda each: each.place)
        row = waiting.lock(session, by.name, chosen.waiting)
        if row is not None:
            return _give(session, *row, chosen, others(found, chosen), by)
        # Others hold all of it, or took the last one.
        found.remove(chosen)
    return None


def last_dispatch(session: Session, task: UserTask) -> Dispatch | None:
    """Why somebody was given a task, when it was given out."""
    query = select(Dispatch).where(Dispatch.task_id == task.id).order_by(Dispatch.id.desc())
    return session.scalar(query.limit(1))


def suitable(known: Catalogue, desk: Desk, by: Actor) -> list[Kind]:
    """The classes whose groups and skills `by` has, and whose site is theirs."""
    has = skills.as_held(desk.skills, by)
    return [kind for kind in known.kinds.values() if kind.suits(by.groups, has, desk.site)]


def candidates(
    session: Session, kinds: Sequence[Kind], by: Actor, *, is_offer: bool = False
) -> list[Candidate]:
    """What waits for somebody: the first item of each class, and what comes before it."""
    by_id = {kind.id: kind for kind in kinds}
    found = waiting.heads(
        session,
        by.name,
        list(by_id),
        in_recovery=[kind.id for kind in kinds if kind.queue.recovery],
        knowing=[kind.id for kind in kinds if kind.knows_cases],
        is_offer=is_offer,
    )
    return [_candidate(by_id[each.class_id], each) for each in found]


def explained(chosen: Candidate, task: UserTask, others: int) -> Json:
    """Why an item comes next, as values: see `priorities.sentence`."""
    pinned = {} if task.pinned_by is None else {"pinned_by": task.pinned_by}
    return pinned | {
        "left_seconds": int(chosen.head.left_seconds),
        "handle_seconds": int(chosen.head.handle_seconds),
        "weight": chosen.kind.weight,
        "others": others,
        "knows_the_case": chosen.waiting.way == "known",
        "recovery": chosen.head.recovery,
    }


def others(found: Sequence[Candidate], chosen: Candidate) -> int:
    """How many other classes there were to choose from."""
    return len({each.kind.id for each in found} - {chosen.kind.id})


def _look(session: Session, by: Actor) -> tuple[Catalogue, Desk]:
    """What holds for queues and for somebody, once new tasks are sorted in."""
    known = catalogue.remembered(session)
    desk = waiting.look(session, by.name, known.calendars)
    if desk.has_unsorted:
        sorting.take_in(session, TAKE_IN)
        desk = waiting.look(session, by.name, known.calendars)
    if not known.holds(desk.stamp, desk.versions):
        known = catalogue.read(session)
    return known, desk


def within_limits(session: Session, known: Catalogue, kinds: list[Kind], desk: Desk) -> list[Kind]:
    """The classes of queues that somebody may take more of. Raises HandsFull, QueueFull."""
    count = sum(desk.in_hand.values())
    if desk.in_hand_limit is not None and count >= desk.in_hand_limit:
        raise HandsFull(count=count, limit=desk.in_hand_limit)
    queues = {kind.queue.name: kind.queue for kind in kinds}
    taken = {name: _in_hand(known, name, desk) for name in queues}
    free = {
        name
        for name, queue in queues.items()
        if desk.in_hand_limit is not None or taken[name] < queue.in_hand_limit
    }
    if queues and not free:
        fullest = max(queues, key=lambda name: taken[name])
        raise HandsFull(count=taken[fullest], limit=queues[fullest].in_hand_limit)
    full = {name for name in free if _is_full(session, known, queues[name])}
    if full and full == free:
        raise QueueFull
    return [kind for kind in kinds if kind.queue.name in free - full]


def _in_hand(known: Catalogue, queue: str, desk: Desk) -> int:
    return sum(
        count
        for class_id, count in desk.in_hand.items()
        if class_id is not None
        and (kind := known.kinds.get(class_id)) is not None
        and kind.queue.name == queue
    )


def _is_full(session: Session, known: Catalogue, queue: Queue) -> bool:
    """Whether all people together have as much of a queue in hand as they may."""
    if queue.shared_limit is None:
        return False
    # One after the other, or two would take what is free for one.
    session.scalar(
        select(WorkQueue.group_name).where(WorkQueue.group_name == queue.name).with_for_update()
    )
    class_ids = [kind.id for kind in known.kinds.values() if kind.queue.name == queue.name]
    return waiting.in_hand_of_all(session, class_ids) >= queue.shared_limit


def _candidate(kind: Kind, found: Waiting) -> Candidate:
    queue = kind.queue
    head = Head(
        kind.weight * (AFFINITY if found.way == "known" else 1),
        kind.handle_seconds,
        queue.calendar.between(clock.now(), found.rank_at),
        kind.look_ahead_seconds,
        queue.guard_seconds,
        queue.recovery,
    )
    return Candidate(kind, head, found)


def _give(
    session: Session,
    task: UserTask,
    instance: ProcessInstance,
    chosen: Candidate,
    count: int,
    by: Actor,
) -> Given:
    set_groups(session, task, chosen.kind)
    user_tasks.claim_locked(session, task, instance, by=by)
    if task.reserved_for is not None:
        task.reserved_for = None
        _take_up(session, task, by)
    reason = explained(chosen, task, count)
    dispatch = Dispatch(
        task_id=task.id,
        class_id=chosen.kind.id,
        person=by.name,
        at=clock.now(),
        cost=priorities.cost_of_waiting(chosen.head),
        reason=reason,
        sentence=priorities.sentence(reason),
    )
    session.add(dispatch)
    session.flush()
    return Given(task, dispatch)


def _take_up(session: Session, task: UserTask, by: Actor) -> None:
    """What was offered is accepted by asking for the next."""
    mine = update(Offer).where(
        Offer.task_id == task.id, Offer.person == by.name, Offer.state == "open"
    )
    session.execute(mine.values(state="accepted", answered_at=clock.now()))


def set_groups(session: Session, task: UserTask, kind: Kind) -> None:
    """The groups that a task is offered to, known from its class: they need not be read."""
    rows = [UserTaskCandidate(task_id=task.id, group_name=name) for name in kind.groups]
    for row in rows:
        make_transient_to_detached(row)
    set_committed_value(task, "candidates", [session.merge(row, load=False) for row in rows])
