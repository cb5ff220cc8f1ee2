"""The timer and subscription rows of tokens that wait for a moment, a message or a signal."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.ids import new_id
from engine.bpmn.journal import Wait
from engine.models import ProcessInstance, Subscription, Timer


def open_timer(session: Session, instance: ProcessInstance, wait: Wait, at: datetime) -> Timer:
    """Write down when a token goes on by itself."""
    assert wait.due_at is not None
    timer = Timer(
        id=new_id(),
        instance_id=instance.id,
        element_id=wait.element_id,
        token=wait.token,
        due_at=wait.due_at,
        cycle=wait.cycle,
        created_at=at,
    )
    session.add(timer)
    return timer


def open_subscription(
    session: Session, instance: ProcessInstance, wait: Wait, at: datetime
) -> Subscription:
    """Write down what a token waits to hear."""
    subscription = Subscription(
        id=new_id(),
        kind=wait.kind,
        name=wait.event_name or "",
        correlation_key=wait.correlation_key,
        instance_id=instance.id,
        element_id=wait.element_id,
        token=wait.token,
        created_at=at,
    )
    session.add(subscription)
    return subscription
