"""Mails to people that the platform itself writes.

waiting ──▶ sent | failed
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from engine.models.partial import partial_index


class Mail(Model):
    """One mail to some people. It is written in a transaction and sent after it."""

    __tablename__ = "mail"
    __table_args__ = (
        partial_index("ix_mail_ring_at", "ring_at", where="ring_at IS NOT NULL"),
        Index("ix_mail_instance_id", "instance_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The case that it tells of.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    #: Names of people; their addresses are looked up when it is sent.
    people: Mapped[list[str]] = json_column()
    subject: Mapped[str]
    body: Mapped[str]
    #: The page it is about; it stands below the body, behind the address of the installation.
    path: Mapped[str | None]
    #: "waiting", "sent" or "failed".
    state: Mapped[str] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    #: When to ring for it (again); None: it is over.
    ring_at: Mapped[datetime | None]
    #: Not to be tried before; and until when somebody is trying.
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
