"""Messages continue and start instances by name and correlation key; signals reach all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError
from core.ids import new_id
from core.people import Actor
from core.permissions import allow
from engine import progress
from engine.errors import MessageInvalid
from engine.kept_messages import REMEMBERED, keep, take_in
from engine.message_starts import start_processes
from engine.models import Message, ProcessInstance, Subscription
from engine.waiting_messages import refuse

MAX_NAME_LENGTH = 200
MAX_TIME_TO_LIVE = timedelta(days=365)
#: Instances that one signal moves in its own transaction; workers move the others.
AT_ONCE = 50


@dataclass(frozen=True)
class Delivery:
    """What became of a message or signal."""

    id: UUID
    #: Ids of the instances that waited for it.
    delivered: list[str] = field(default_factory=list)
    #: Ids of the instances that it started.
    started: list[str] = field(default_factory=list)
    #: Whether it waits for somebody who will wait for it.
    waiting: bool = False


def publish(
    session: Session,
    name: str,
    correlation_key: str | None = None,
    variables: Mapping[str, Any] | None = None,
    time_to_live: timedelta | None = None,
    message_id: str | None = None,
    *,
    by: Actor,
) -> Delivery:
    """Hand a message to all instances that wait for it, else start, else keep it for its time.

    Without a time to live a message that nobody waits for is gone. The same `message_id` is
    delivered once: the first outcome is answered again. Raises MessageInvalid.
    """
    allow(by, "message.send")
    _require_valid(name, correlation_key, message_id)
    known = _known(session, message_id)
    if known is not None:
        return known
    now = clock.now()
    message = Message(
        id=new_id(),
        kind="message",
        name=name,
        correlation_key=correlation_key,
        variables=progress.require_variables(variables),
        state="thrown",
        message_id=message_id,
        created_at=now,
        created_by=by.name,
    )
    if _is_new(session, message):
        return _deliver(session, message, time_to_live, now)
    known = _known(session, message_id)
    assert known is not None
    return known


def broadcast(
    session: Session, name: str, variables: Mapping[str, Any] | None = None, *, by: Actor
) -> Delivery:
    """Hand a signal to everybody who waits for it, and start what it starts."""
    allow(by, "signal.send")
    _require_valid(name, None, None)
    now = clock.now()
    message = Message(
        id=new_id(),
        kind="signal",
        name=name,
        variables=progress.require_variables(variables),
        state="thrown",
        created_at=now,
        created_by=by.name,
    )
    return _deliver(session, message, None, now)


def publish_thrown(session: Session, message_id: UUID) -> Delivery | None:
    """Deliver what an instance threw, or what waits and has found somebody. None when done."""
    query = select(Message).where(
        Message.id == message_id, Message.state.in_(("thrown", "waiting"))
    )
    message = session.scalar(
        query.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )
    if message is None:
        return None
    now = clock.now()
    if message.state == "thrown":
        time_to_live = progress.THROWN_TIME_TO_LIVE if message.kind == "message" else None
        return _deliver(session, message, time_to_live, now, is_answered=False)
    assert message.expires_at is not None
    return _deliver(session, message, message.expires_at - now, now, is_answered=False)


def give_up(session: Session, message_id: UUID) -> None:
    """Stop delivering a message that cannot be delivered at all."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is not None:
        message.state, message.ring_at = "failed", None
        message.expires_at = clock.now() + REMEMBERED
        session.flush()


def _require_valid(name: str, correlation_key: str | None, message_id: str | None) -> None:
    texts = (name, correlation_key or "", message_id or "")
    if not name or any(len(text) > MAX_NAME_LENGTH for text in texts):
        raise MessageInvalid(limit=MAX_NAME_LENGTH)


def _is_new(session: Session, message: Message) -> bool:
    """Store a message that is told apart. False when somebody else has just stored the same id."""
    if message.message_id is None:
        return True  # It is stored only if nobody waits for it.
    try:
        with session.begin_nested():
            session.add(message)
    except IntegrityError:
        return False
    return True


def _known(session: Session, message_id: str | None) -> Delivery | None:
    if message_id is None:
        return None
    first = session.scalar(select(Message).where(Message.message_id == message_id))
    if first is None:
        return None
    return Delivery(**{"id": first.id, **(first.outcome or {})})


def _deliver(
    session: Session,
    message: Message,
    time_to_live: timedelta | None,
    now: datetime,
    *,
    is_answered: bool = True,
) -> Delivery:
    """Hand it to all. A receiver that cannot take it is told to the sender who waits for an answer.

    Where nobody waits for one, it is an incident of that receiver.
    """
    delivered, keys = _continue(session, message, now, is_answered)
    started = start_processes(session, message, keys, now)
    is_waiting = not delivered and not started and bool(time_to_live)
    outcome = Delivery(message.id, delivered, started, is_waiting)
    _settle(session, message, outcome, time_to_live, now)
    session.flush()
    return outcome


def _settle(
    session: Session,
    message: Message,
    outcome: Delivery,
    time_to_live: timedelta | None,
    now: datetime,
) -> None:
    message.ring_at = None
    if outcome.waiting:
        assert time_to_live is not None
        message.state = "waiting"
        message.expires_at = now + min(time_to_live, MAX_TIME_TO_LIVE)
        session.add(message)
    elif message.message_id is not None:
        message.state, message.expires_at = "done", now + REMEMBERED
    elif message in session:
        session.delete(message)
    message.outcome = {k: v for k, v in asdict(outcome).items() if k != "id"}


def _continue(
    session: Session, message: Message, now: datetime, is_answered: bool
) -> tuple[list[str], set[str]]:
    """Hand the message to the instances that wait: their ids, and the keys of their processes."""
    delivered: list[str] = []
    keys: set[str] = set()
    for number, instance_id in enumerate(_waiting_instances(session, message)):
        if message.kind == "signal" and number >= AT_ONCE:
            keep(session, message, instance_id, now, ring_now=True)
            delivered.append(str(instance_id))
            continue
        instance = progress.get_for_update(session, instance_id)
        if _hand_over(session, instance, message, now, is_answered):
            delivered.append(str(instance_id))
            keys.add(instance.key)
    return delivered, keys


def _hand_over(
    session: Session, instance: ProcessInstance, message: Message, now: datetime, is_answered: bool
) -> bool:
    if instance.has_ended:
        return False
    if instance.is_suspended:
        keep(session, message, instance.id, now)
        return True
    if is_answered:
        return take_in(session, instance, message, now)
    try:
        with session.begin_nested():
            return take_in(session, instance, message, now)
    except BackOfficeError as error:
        kept = keep(session, message, instance.id, now)
        refuse(session, instance, kept, str(error), now)
        return True


def _waiting_instances(session: Session, message: Message) -> list[UUID]:
    """In the order of their ids: all who lock several instances lock them in this order."""
    waiting = select(Subscription.instance_id).where(
        Subscription.kind == message.kind,
        Subscription.name == message.name,
        Subscription.instance_id.is_not(None),
    )
    if message.kind == "signal" and message.thrown_by is not None:
        # Its own instance has heard it already.
        waiting = waiting.where(Subscription.instance_id != message.thrown_by)
    for_any_key = waiting.where(Subscription.correlation_key.is_(None))
    if message.correlation_key is None:
        query = for_any_key.distinct().order_by("instance_id")
        return [each for each in session.scalars(query) if each]
    # Two questions, for one with "or" inside would look at all who wait for the name.
    for_this_key = waiting.where(Subscription.correlation_key == message.correlation_key)
    both = for_any_key.union(for_this_key).order_by("instance_id")
    return [each for each in session.scalars(both) if each]
