"""What the sweep does for messages: rings again, brings together what missed, forgets."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.outbox import ring
from engine.kept_messages import RING_AGAIN
from engine.models import Definition, Message, ProcessInstance, Subscription

#: Messages that one sweep rings for.
BATCH = 200


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
