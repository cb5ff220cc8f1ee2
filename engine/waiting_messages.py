"""Messages that came before anybody waited for them, kept for their time to live."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn.journal import Wait
from engine.models import Message


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
