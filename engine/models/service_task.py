"""Work for machines: one call to the outside, leased to one worker at a time.

open ──take──▶ leased ──settle──▶ completed
  ▲              │ │
  ╰──── retry ───╯ ╰──▶ failed (has an incident) ──retry──▶ open
open or leased ──▶ cancelled, when its token goes
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from engine.errors import LeaseLost, ServiceTaskClosed
from engine.models.partial import partial_index

#: Rows that workers may take, as soon as `not_before` has come: the condition of an index.
WAITS_FOR_WORKER = "state = 'open' AND topic IS NULL AND lease_token IS NULL AND NOT held"
#: The same for workers over the API.
WAITS_BY_TOPIC = "topic IS NOT NULL AND state = 'open' AND lease_token IS NULL AND NOT held"
#: Rows that a worker has now.
IS_LEASED = "lease_until IS NOT NULL"


class ServiceTask(Model):
    """One execution of a service, send or business rule task, or of a message throw."""

    __tablename__ = "service_task"
    __table_args__ = (
        Index("ix_service_task_instance_id", "instance_id"),
        partial_index("ix_service_task_ring_at", "ring_at", where="ring_at IS NOT NULL"),
        partial_index("ix_service_task_due", "not_before", "id", where=WAITS_FOR_WORKER),
        partial_index("ix_service_task_lease_until", "lease_until", where=IS_LEASED),
        partial_index("ix_service_task_topic", "topic", "not_before", where=WAITS_BY_TOPIC),
    )

    #: Also the idempotency key of every attempt: one element execution, one id.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    #: Key of the instance's process.
    key: Mapped[str]
    #: Key of the process the element belongs to: another one's inside call activities.
    process_key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str | None]
    token: Mapped[str]
    #: Name in CONNECTORS, or "external"; None: the model names none, a person must settle it.
    connector: Mapped[str | None]
    topic: Mapped[str | None]
    #: The evaluated inputs.
    request: Mapped[dict[str, Any]] = json_column()
    #: "open", "completed", "failed" or "cancelled".
    state: Mapped[str] = mapped_column(default="open")
    #: Its instance is suspended: no new lease.
    held: Mapped[bool] = mapped_column(default=False)
    #: Leases so far, since the last retry by a person.
    attempts: Mapped[int] = mapped_column(default=0)
    #: Those of them that ran out: the worker was lost, which is no failure of the partner.
    lost_leases: Mapped[int] = mapped_column(default=0)
    #: `{attempts, delay_seconds, backoff, max_seconds, jitter, promise}`.
    retry: Mapped[dict[str, Any]] = json_column()
    not_before: Mapped[datetime]
    #: When the sweep rings for it (again); None while nothing is to be rung.
    ring_at: Mapped[datetime | None]
    #: Fresh for each lease: an answer that carries an older one is refused.
    lease_token: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None]
    #: An outcome that came while the instance was suspended, applied on resume.
    outcome: Mapped[dict[str, Any] | None] = json_column()
    #: What went wrong last.
    error: Mapped[str | None]
    #: The trace that the step before it was part of: whoever makes the call goes on with it.
    traceparent: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def idempotency_key(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def tries(self) -> int:
        """Attempts that came to an answer, the one under way included."""
        return self.attempts - self.lost_leases

    @property
    def has_attempts_left(self) -> bool:
        return self.tries < int(self.retry["attempts"])

    @property
    def is_at_most_once(self) -> bool:
        """Whether nobody may call again when it is unsure whether a call took effect."""
        return bool(self.retry["promise"] == "at-most-once")

    def lease(self, token: str, worker: str, until: datetime) -> None:
        """Give it to one worker until a moment."""
        self.attempts += 1
        self.lease_token, self.worker, self.lease_until = token, worker, until
        self.ring_at = None

    def require_lease(self, token: str) -> None:
        """Raise ServiceTaskClosed or LeaseLost unless `token` is of the present lease."""
        self.require_open()
        if self.lease_token != token:
            raise LeaseLost(service_task_id=str(self.id))

    def require_open(self) -> None:
        """Raise ServiceTaskClosed when it is settled."""
        if not self.is_open:
            raise ServiceTaskClosed(service_task_id=str(self.id), state=self.state)

    def settle(self, state: str, at: datetime, error: str | None = None) -> None:
        """Close it: nobody needs to call any more."""
        self.state, self.settled_at, self.error = state, at, error
        self._end_lease()
        self.ring_at = None

    def reopen(self, at: datetime, *, attempts: int | None = None) -> None:
        """Offer it again from `at`, with `attempts` used up (default: as many as before)."""
        self.state, self.settled_at, self.not_before = "open", None, at
        self.ring_at = None if self.topic or self.held else at
        if attempts is not None:
            self.attempts, self.lost_leases = attempts, 0
        self._end_lease()

    def _end_lease(self) -> None:
        self.lease_token = self.lease_until = self.worker = None


class ServiceTaskLease(Model):
    """One lease of an external task; its id is what the worker answers to."""

    __tablename__ = "service_task_lease"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    service_task_id: Mapped[UUID] = mapped_column(ForeignKey("service_task.id"), index=True)
    worker: Mapped[str]
    leased_at: Mapped[datetime]
    leased_by: Mapped[str]
