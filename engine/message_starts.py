"""Processes that begin with a message or signal: who listens, and their start."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import definitions, progress
from engine.bpmn.model import Element
from engine.models import Definition, Message, Subscription


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


def start_processes(session: Session, message: Message, keys: set[str], now: datetime) -> list[str]:
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
