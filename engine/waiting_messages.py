"""Messages that came before anybody waited for them, and those that an instance cannot take in."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.journal import Wait
from engine.models import Message, ProcessInstance
from engine.projections.incidents import open_incident

TOO_LARGE = "with it the variables of the case would be too large."
#: A message that failed is there for a retry so long.
KEPT_FOR = timedelta(days=365)


def take_waiting(session: Session, wait: Wait, at: datetime) -> Message | None:
    """The oldest message that waits for such a subscription, taken out; None if there is none."""
    query = select(Message).where(
        Message.state == "waiting", Message.name == wait.event_name, Message.expires_at > at
    )
    if wait.correlation_key is not None:
        query = query.where(Message.correlation_key == wait.correlation_key)
    query = query.order_by(Message.id).limit(1).with_for_update(skip_locked=True)
    message = session.scalar(query)
    if message is not None:
        message.state, message.ring_at = "done", None
    return message


def refuse(
    session: Session, instance: ProcessInstance, message: Message, reason: str, at: datetime
) -> None:
    """Make an incident of a message that an instance cannot take in; it holds up no other."""
    message.state, message.ring_at, message.expires_at = "failed", None, at + KEPT_FOR
    message.instance_id = instance.id
    open_incident(
        session,
        instance,
        element_id=None,
        name=message.name,
        token=None,
        kind="message",
        message=f"The message “{message.name}” cannot be taken in: {reason}",
        at=at,
        message_id=message.id,
        payload={"name": message.name, "correlationKey": message.correlation_key},
    )
