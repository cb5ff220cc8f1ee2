"""A link by which somebody outside answers one form of one case, or starts one, without signing in.

open ──answered──▶ used        (a reusable one stays open until it expires or its case has ended)
  ├──revoke──▶ revoked
  ╰──the time is over──▶ expired
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from core.people import Actor, Role


class GuestLink(Model):
    """One link. Its secret is not stored: `engine.guest_links.token_of` makes it from the id."""

    __tablename__ = "guest_link"
    __table_args__ = (
        Index("ix_guest_link_instance_id", "instance_id", "id"),
        Index("ix_guest_link_task_id", "task_id"),
        Index("ix_guest_link_key", "key", "id"),
        Index("ix_guest_link_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Key of the process, whose start form it opens when there is no instance.
    key: Mapped[str]
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    #: The user task's element; None for a start form.
    element_id: Mapped[str | None]
    #: The one user task it belongs to; None where it may answer the next at its element.
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    #: Whom it is for, as its maker calls them.
    label: Mapped[str]
    is_reusable: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]
    #: What was typed so far, and on which step of the form.
    progress: Mapped[dict[str, Any] | None] = json_column()

    def state(self, at: datetime) -> str:
        """ "open", "used", "revoked" or "expired" at that moment."""
        if self.revoked_at is not None:
            return "revoked"
        if self.used_at is not None and not self.is_reusable:
            return "used"
        return "expired" if self.expires_at <= at else "open"

    @property
    def actor(self) -> Actor:
        """Who answers by this link: nobody that could sign in has a colon in their name."""
        return Actor(f"guest:{self.id.hex[-8:]}", frozenset({Role.ADMINISTRATOR}), kind="system")
