"""Webhooks: who is told about what happens, and each telling.

webhook   active ⇄ suspended ──▶ removed
delivery  pending ──take──▶ leased ──settle──▶ delivered
             ▲                │                    │
             ├──── retry ─────┴──▶ dead            │
             ╰───────────── replay ───┴────────────╯
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from engine.models.partial import partial_index


class Webhook(Model):
    """An address that is told about events of some types. Its secret is derived, never stored."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    url: Mapped[str]
    #: What people call it.
    name: Mapped[str | None]
    #: Types of events, as in engine/webhooks/events.py.
    events: Mapped[list[str]] = json_column()
    #: Only events of the process with this key; None: of all.
    key: Mapped[str | None]
    #: Who gets a mail when it is suspended for failing.
    contact: Mapped[str | None]
    #: "active", "suspended" or "removed".
    state: Mapped[str] = mapped_column(default="active")
    #: Why it is suspended.
    reason: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    #: Counts the secrets it had. The one before counts until `previous_until`.
    secret_number: Mapped[int] = mapped_column(default=1)
    previous_until: Mapped[datetime | None]
    #: Failed calls since the last one that worked.
    failures: Mapped[int] = mapped_column(default=0)
    #: While it fails, nobody calls before this.
    quiet_until: Mapped[datetime | None]
    #: When to mail `contact`; None: there is nothing to tell.
    tell_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    #: From here on no event is missed; some processes may not know it earlier.
    active_from: Mapped[datetime]

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    def change(self, state: str, by: str, at: datetime, reason: str | None = None) -> None:
        """Suspend, resume or remove it, and keep who did and why."""
        self.state, self.reason, self.changed_by, self.changed_at = state, reason, by, at
        self.failures, self.quiet_until, self.tell_at = 0, None, None


class WebhookDelivery(Model):
    """One event for one webhook: told until it is taken, or given up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
        partial_index("ix_webhook_delivery_ring_at", "ring_at", where="ring_at IS NOT NULL"),
        partial_index(
            "ix_webhook_delivery_lease_until", "lease_until", where="lease_until IS NOT NULL"
        ),
        partial_index(
            "ix_webhook_delivery_settled_at", "settled_at", where="settled_at IS NOT NULL"
        ),
        partial_index("ix_webhook_delivery_dead", "webhook_id", "id", where="state = 'dead'"),
    )

    #: The id that the receiver sees; the same for every attempt and every replay.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    event: Mapped[str]
    #: The JSON that is sent.
    payload: Mapped[dict[str, Any]] = json_column()
    #: The instance it is about; history may forget the instance earlier.
    instance_id: Mapped[UUID | None]
    #: "pending", "delivered" or "dead".
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    replays: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    #: When the sweep rings for it (again); None while nothing is to be rung.
    ring_at: Mapped[datetime | None]
    #: Fresh for each attempt: an outcome that carries an older one does not count.
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    #: What was answered last, and what went wrong last.
    status: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    def lease(self, token: str, until: datetime) -> None:
        """Give one attempt to one worker until a moment."""
        self.attempts += 1
        self.lease_token, self.lease_until, self.ring_at = token, until, None

    def settle(self, state: str, at: datetime) -> None:
        """Close it: taken, or given up."""
        self.state, self.settled_at = state, at
        self.lease_token = self.lease_until = self.ring_at = None

    def reopen(self, at: datetime) -> None:
        """Tell it again, from `at` on."""
        self.state, self.settled_at = "pending", None
        self.not_before = self.ring_at = at
        self.lease_token = self.lease_until = None
