"""Messages and signals, and who waits for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from engine.models.partial import partial_index


class Subscription(Model):
    """An instance, or a process waiting to be started, that waits for a message or a signal."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_name", "kind", "name", "correlation_key"),
        Index("ix_subscription_instance_id", "instance_id"),
        Index("ix_subscription_definition_id", "definition_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: "message" or "signal".
    kind: Mapped[str]
    name: Mapped[str]
    #: The key a message must carry; None: a message without a key.
    correlation_key: Mapped[str | None]
    #: The instance that waits; None: a start event of `definition_id`.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))
    element_id: Mapped[str]
    token: Mapped[str | None]
    #: A start event that runs one instance per correlation key at a time.
    is_unique: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Message(Model):
    """A message or signal on its way.

    thrown ──▶ (delivered)            by an instance, published right after its transaction
    waiting ─▶ (delivered | expired)  nobody waited yet; kept for its time to live
    kept ────▶ (delivered)            for one suspended or busy instance, applied in order
    failed                            its receiver could not take it, and has an incident
    done                              delivered; remembered until `expires_at` for its id only
    """

    __tablename__ = "message"
    __table_args__ = (
        partial_index("ix_message_waiting", "name", "correlation_key", where="state = 'waiting'"),
        partial_index("ix_message_kept", "instance_id", "id", where="state = 'kept'"),
        partial_index("ix_message_ring_at", "ring_at", where="ring_at IS NOT NULL"),
        partial_index("ix_message_expires_at", "expires_at", where="expires_at IS NOT NULL"),
        partial_index(
            "uq_message_message_id", "message_id", where="message_id IS NOT NULL", unique=True
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    variables: Mapped[dict[str, Any]] = json_column()
    state: Mapped[str]
    #: The sender's own id: the same one is delivered once.
    message_id: Mapped[str | None]
    #: What the first delivery answered, for those who send it again.
    outcome: Mapped[dict[str, Any] | None] = json_column()
    #: The instance it is kept for, and the token that waited for it.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    token: Mapped[str | None]
    #: The instance that threw it.
    thrown_by: Mapped[UUID | None]
    #: When to ring for it (again).
    ring_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
