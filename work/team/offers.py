"""Push: items are offered to who is here and free; they accept, or say why not, or time passes.

While it is offered an item is kept for that one person. Whoever rejected it, or let it pass, is
not offered it again. An offer that finds no answer makes its person away until they are back.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor
from engine import user_tasks
from engine.errors import PersonUnknown
from engine.models import UserTask
from work import catalogue, priorities, queues, sorting, waiting
from work.catalogue import Catalogue, Kind
from work.errors import HandsFull, QueueFull
from work.models import Dispatch, WorkQueue
from work.models.queue import EVERYBODY
from work.models.team import Offer, Presence
from work.queues import Given
from work.team import members, presence

MAX_ANSWER = 500
#: Offers that one turn makes or passes on.
BATCH = 50

NO_ANSWER = "no answer in time"
GONE = "their desk is closed"


class OfferNotFound(NotFound):
    """There is no such offer."""


class OfferGone(Conflict):
    """The offer is {state} already; the work may be with somebody else."""


class AnswerMissing(Invalid):
    """Say in up to {limit} characters why this is not for you: your team leader reads it."""


def current(session: Session, *, by: Actor) -> Offer | None:
    """What is offered to somebody at the moment."""
    query = select(Offer).where(Offer.person == by.name, Offer.state == "open")
    found = session.scalar(query)
    return found if found is not None and found.until > clock.now() else None


def find(session: Session, *, person: str | None = None, limit: int = 50) -> list[Offer]:
    """The last offers, the latest first."""
    query = select(Offer).order_by(Offer.id.desc()).limit(limit)
    return list(session.scalars(query if person is None else query.where(Offer.person == person)))


def are_made_to(session: Session, by: Actor) -> bool:
    """Whether any queue of somebody's groups offers its work."""
    names = [*sorted(by.groups), EVERYBODY]
    pushes = exists().where(WorkQueue.mode == "push", WorkQueue.group_name.in_(names))
    return bool(session.scalar(select(pushes)))


def accept(session: Session, offer_id: UUID, *, by: Actor) -> Given:
    """Claim what was offered. Raises OfferNotFound, OfferGone, and as `user_tasks.claim` does."""
    offer, task = _lock(session, offer_id, by)
    user_tasks.claim(session, task.id, by=by)
    task.reserved_for = None
    offer.state, offer.answered_at = "accepted", clock.now()
    dispatch = Dispatch(
        task_id=task.id,
        class_id=offer.class_id,
        person=by.name,
        at=clock.now(),
        cost=offer.cost,
        reason=offer.reason,
        sentence=offer.sentence,
    )
    session.add(dispatch)
    session.flush()
    return Given(task, dispatch)


def reject(session: Session, offer_id: UUID, reason: str, *, by: Actor) -> None:
    """Say why not; somebody else is offered it. Raises AnswerMissing, OfferNotFound, OfferGone."""
    reason = reason.strip()
    if not 0 < len(reason) <= MAX_ANSWER:
        raise AnswerMissing(limit=MAX_ANSWER)
    offer, task = _lock(session, offer_id, by)
    _close(offer, task, "rejected", reason)
    session.flush()


def has_work(session: Session) -> bool:
    """Whether `pass_on` or `make` could find anything."""
    pushes = exists().where(WorkQueue.mode == "push")
    return bool(session.scalar(select(or_(exists().where(Offer.state == "open"), pushes))))


def pass_on(session: Session) -> int:
    """Close offers that found no answer, or whose task or person is gone; how many."""
    now = clock.now()
    is_gone = or_(
        Offer.until <= now,
        UserTask.state != "open",
        UserTask.assignee.is_not(None),
        ~exists().where(
            Presence.name == Offer.person, Presence.seen_at > now - presence.GONE_AFTER
        ),
    )
    query = (
        select(Offer, UserTask)
        .join(UserTask, UserTask.id == Offer.task_id)
        .where(Offer.state == "open", is_gone)
        .order_by(Offer.id)
        .limit(BATCH)
        .with_for_update(of=(Offer, UserTask), skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query).all()
    for offer, task in rows:
        if not task.is_open or task.assignee is not None:
            _close(offer, task, "withdrawn", "it is done, or somebody has it")
        elif offer.until <= now:
            _close(offer, task, "expired", NO_ANSWER)
            presence.set_away(session, offer.person, NO_ANSWER)
        else:
            _close(offer, task, "expired", GONE)
    session.flush()
    return len(rows)


def make(session: Session) -> int:
    """Offer what waits in push queues to who is here and free; how many offers."""
    known = catalogue.current(session)
    pushed = [kind for kind in known.kinds.values() if kind.queue.mode == "push"]
    if not pushed or not waiting.is_any(session, [kind.id for kind in pushed]):
        return 0
    made = 0
    for row in presence.here(session):
        if made >= BATCH:
            break
        try:
            person = members.actor_of(session, row.name)
        except PersonUnknown:
            continue
        made += _offer(session, known, pushed, row, person)
    return made


def _offer(
    session: Session, known: Catalogue, pushed: Sequence[Kind], row: Presence, person: Actor
) -> bool:
    """Offer one person what they should do next, if they are free for it."""
    desk = waiting.look(session, person.name, known.calendars)
    kinds = [kind for kind in queues.suitable(known, desk, person) if kind in pushed]
    kinds = [kind for kind in kinds if presence.on_shift(session, row.name, kind.queue.calendar)]
    has_one = exists().where(Offer.person == row.name, Offer.state == "open")
    if not kinds or session.scalar(select(has_one)):
        return False
    try:
        kinds = queues.within_limits(session, known, kinds, desk)
    except (HandsFull, QueueFull):
        return False
    found = queues.candidates(session, kinds, person, is_offer=True)
    while found:
        chosen = max(found, key=lambda each: each.place)
        locked = waiting.lock(session, person.name, chosen.waiting, is_offer=True)
        if locked is not None:
            task, now = locked[0], clock.now()
            reason = queues.explained(chosen, task, queues.others(found, chosen))
            task.reserved_for, row.offered_at = person.name, now
            session.add(
                Offer(
                    task_id=task.id,
                    class_id=chosen.kind.id,
                    person=person.name,
                    made_at=now,
                    until=now + timedelta(seconds=chosen.kind.queue.offer_seconds),
                    cost=priorities.cost_of_waiting(chosen.head),
                    reason=reason,
                    sentence=priorities.sentence(reason),
                    state="open",
                )
            )
            session.flush()
            return True
        found.remove(chosen)
    return False


def _lock(session: Session, offer_id: UUID, by: Actor) -> tuple[Offer, UserTask]:
    """An open offer for `by`, under the lock of its case and task."""
    offer = session.get(Offer, offer_id)
    if offer is None or offer.person != by.name:
        raise OfferNotFound
    task, _ = user_tasks.lock(session, offer.task_id, by=by)
    session.refresh(offer, with_for_update=True)
    if offer.state != "open" or offer.until <= clock.now() or task.reserved_for != by.name:
        state = "expired" if offer.state == "open" else offer.state
        raise OfferGone(state=state)
    return offer, task


def _close(offer: Offer, task: UserTask, state: str, answer: str) -> None:
    offer.state, offer.answered_at, offer.answer = state, clock.now(), answer
    if task.reserved_for == offer.person:
        task.reserved_for = None


def sort_in(session: Session) -> None:
    """Take in what is new, so that it can be offered."""
    if sorting.has_unsorted(session):
        sorting.take_in(session)
