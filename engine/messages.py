"""Messages continue and start instances by name and correlation key; signals reach all."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError
from core.ids import new_id
from core.outbox import ring
from core.people import Actor
from core.permissions import allow
from engine import definitions, progress
from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime
from engine.errors import MessageGone, MessageInvalid
from engine.models import Definition, Message, ProcessInstance, Subscription
from engine.waiting_messages import refuse

MAX_NAME_LENGTH = 200
MAX_TIME_TO_LIVE = timedelta(days=365)
#: The id of a delivered message is remembered this long, at least.
REMEMBERED = timedelta(days=1)
#: Instances that one signal moves in its own transaction; workers move the others.
AT_ONCE = 50
#: Messages that one sweep rings for.
BATCH = 200
RING_AGAIN = timedelta(seconds=10)


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


def deliver_kept(session: Session, instance_id: UUID) -> None:
    """Hand an active instance the messages that were kept for it, in the order they came.

    One that it cannot take in becomes an incident and holds up no other.
    """
    instance = progress.get_for_update(session, instance_id)
    if instance.is_suspended:
        return
    now = clock.now()
    kept = list(session.scalars(_kept(instance_id).limit(BATCH)))
    for message in kept:
        message.state, message.ring_at = "done", None
        message.expires_at = now + REMEMBERED
        if not instance.has_ended and (problem := _problem_of(session, instance, message, now)):
            refuse(session, instance, message, problem, now)
    progress.save(session)
    if len(kept) == BATCH:
        ring(session, "engine.jobs.deliver_kept", instance_id)


def deliver_again(session: Session, message_id: UUID) -> None:
    """Hand an instance a message that it could not take in before. Raises MessageGone."""
    message = session.get(Message, message_id, with_for_update=True)
    if message is None or message.state != "failed" or message.instance_id is None:
        raise MessageGone
    message.state = "kept"
    session.flush()
    deliver_kept(session, message.instance_id)


def ring_due(session: Session) -> None:
    """Ring again for messages on their way."""
    now = clock.now()
    on_their_way = select(Message).where(Message.ring_at <= now).order_by(Message.ring_at)
    for message in session.scalars(on_their_way.limit(BATCH)):
        message.ring_at = now + RING_AGAIN
        _ring(session, message)


def bring_together(session: Session) -> None:
    """Ring for waiting messages that somebody waits for: both came at once and missed each other.

    Rare, and a look at every waiting message: asked now and then, not with each sweep.
    """
    for message in session.scalars(_matched(clock.now()).limit(BATCH)):
        ring(session, "engine.jobs.publish_message", message.id)


def expire(session: Session) -> None:
    """Forget messages whose time is over, and ids that need not be remembered any more."""
    session.execute(delete(Message).where(Message.expires_at <= clock.now()))


def has_due(session: Session) -> bool:
    """Whether `ring_due` would find anything."""
    return bool(session.scalar(select(exists().where(Message.ring_at <= clock.now()))))


def has_missed(session: Session) -> bool:
    """Whether `bring_together` would find anything."""
    return session.scalar(_matched(clock.now()).limit(1)) is not None


def has_expired(session: Session) -> bool:
    """Whether `expire` would find anything."""
    return bool(session.scalar(select(exists().where(Message.expires_at <= clock.now()))))


def replace_starts(
    session: Session, definition: Definition, starts: Iterable[Element], at: datetime
) -> None:
    """Let the message and signal start events of this version start the process, no older one's."""
    versions = select(Definition.id).where(
        Definition.kind == "process", Definition.key == definition.key
    )
    session.execute(
        delete(Subscription).where(
            Subscription.instance_id.is_(None), Subscription.definition_id.in_(versions)
        )
    )
    for start, event in [(one, event) for one in starts for event in one.events]:
        if event.kind in ("message", "signal") and event.name:
            session.add(
                Subscription(
                    kind=event.kind,
                    name=event.name,
                    definition_id=definition.id,
                    element_id=start.id,
                    is_unique=bool(event.correlation and event.correlation.unique),
                    created_at=at,
                )
            )


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
    started = _start(session, message, keys, now)
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
            _keep(session, message, instance_id, now, ring_now=True)
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
        _keep(session, message, instance.id, now)
        return True
    if is_answered:
        return _take_in(session, instance, message, now)
    try:
        with session.begin_nested():
            return _take_in(session, instance, message, now)
    except BackOfficeError as error:
        kept = _keep(session, message, instance.id, now)
        refuse(session, instance, kept, str(error), now)
        return True


def _take_in(session: Session, instance: ProcessInstance, message: Message, now: datetime) -> bool:
    runtime = progress.runtime_of(session, instance)
    if not _deliver_to(runtime, message, now):
        return False
    progress.record_progress(session, instance, runtime, at=now)
    return True


def _problem_of(
    session: Session, instance: ProcessInstance, message: Message, now: datetime
) -> str | None:
    """Why an instance cannot take in a message; None when it has, or waits for it no more."""
    try:
        with session.begin_nested():
            _take_in(session, instance, message, now)
    except BackOfficeError as error:
        return str(error)
    return None


def _deliver_to(runtime: Runtime, message: Message, now: datetime) -> bool:
    """Give it to every token that waits for a signal, or to the first that waits for a message."""
    waits = [
        wait
        for wait in runtime.waits()
        if wait.kind == message.kind
        and wait.event_name == message.name
        and wait.correlation_key in (None, message.correlation_key)
    ]
    for wait in waits if message.kind == "signal" else waits[:1]:
        runtime.deliver(wait.token, dict(message.variables), at=now)
    return bool(waits)


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


def _start(session: Session, message: Message, keys: set[str], now: datetime) -> list[str]:
    """Start the processes that begin with this message, unless it continued one of them."""
    starts = select(Subscription).where(
        Subscription.kind == message.kind,
        Subscription.name == message.name,
        # Starts have no key of their own; said so that the index finds them among all who wait.
        Subscription.correlation_key.is_(None),
        Subscription.definition_id.is_not(None),
        Subscription.instance_id.is_(None),
    )
    started = []
    for subscription in session.scalars(starts.order_by(Subscription.id)).all():
        assert subscription.definition_id is not None
        definition = definitions.get(session, subscription.definition_id)
        if message.kind == "message" and definition.key in keys:
            continue
        try:
            instance = progress.begin(
                session,
                definition,
                at=now,
                by=message.created_by,
                variables=message.variables,
                element=subscription.element_id,
                message=message.name,
                start_key=message.correlation_key if subscription.is_unique else None,
            )
        except progress.StartKeyTaken:
            continue
        started.append(str(instance.id))
    return started


def _keep(
    session: Session,
    message: Message,
    instance_id: UUID,
    now: datetime,
    *,
    ring_now: bool = False,
) -> Message:
    """Keep a copy for one instance, to be applied when it can be."""
    copy = Message(
        id=new_id(),
        kind=message.kind,
        name=message.name,
        correlation_key=message.correlation_key,
        variables=message.variables,
        state="kept",
        instance_id=instance_id,
        ring_at=now + RING_AGAIN if ring_now else None,
        created_at=now,
        created_by=message.created_by,
    )
    session.add(copy)
    if ring_now:
        ring(session, "engine.jobs.deliver_kept", instance_id)
    return copy


def _kept(instance_id: UUID) -> Select[Message]:
    return (
        select(Message)
        .where(Message.instance_id == instance_id, Message.state == "kept")
        .order_by(Message.id)
    )


def _ring(session: Session, message: Message) -> None:
    if message.state == "kept":
        ring(session, "engine.jobs.deliver_kept", message.instance_id)
    else:
        ring(session, "engine.jobs.publish_message", message.id)


def _matched(now: datetime) -> Select[Message]:
    """Waiting messages that somebody waits for: both came at the same moment and missed."""
    taken = exists().where(
        ProcessInstance.key == Definition.key,
        ProcessInstance.start_key == Message.correlation_key,
        ProcessInstance.ended_at.is_(None),
    )
    blocked = exists().where(
        Definition.id == Subscription.definition_id,
        Subscription.is_unique,
        taken.correlate(Definition, Message),
    )

    def heard(key: ColumnElement[bool]) -> ColumnElement[bool]:
        found = exists().where(
            Subscription.kind == Message.kind,
            Subscription.name == Message.name,
            key,
            ~blocked.correlate(Subscription, Message),
        )
        return found.correlate(Message)

    # Two questions, for one with "or" inside could not be answered by an index.
    either = or_(
        heard(Subscription.correlation_key == Message.correlation_key),
        heard(Subscription.correlation_key.is_(None)),
    )
    return (
        select(Message)
        .where(
            Message.state == "waiting",
            Message.expires_at > now,
            either,
        )
        .order_by(Message.id)
    )
