"""Messages kept for one instance that cannot take them in yet, applied in the order they came."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import BackOfficeError
from core.ids import new_id
from core.outbox import ring
from engine import progress
from engine.bpmn.runtime import Runtime
from engine.errors import MessageGone
from engine.models import Message, ProcessInstance
from engine.waiting_messages import refuse

#: The id of a delivered message is remembered this long, at least.
REMEMBERED = timedelta(days=1)
#: A message on its way is rung for again after this long.
RING_AGAIN = timedelta(seconds=10)
#: Messages applied in one transaction.
BATCH = 200


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


def keep(
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


def take_in(session: Session, instance: ProcessInstance, message: Message, now: datetime) -> bool:
    """Move an instance on by a message; False when it waits for it no more."""
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
            take_in(session, instance, message, now)
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


def _kept(instance_id: UUID) -> Select[Message]:
    return (
        select(Message)
        .where(Message.instance_id == instance_id, Message.state == "kept")
        .order_by(Message.id)
    )
