"""Links by which somebody without an account looks at a draft."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model


class ShareLink(Model):
    """Whoever has its address sees the draft as it is saved, and nothing else.

    open ──revoke──▶ revoked
      ╰──the time is over, or its maker draws no more──▶ closed
    """

    __tablename__ = "share_link"
    __table_args__ = (Index("ix_share_link_draft_id", "draft_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    def is_open(self, at: datetime) -> bool:
        """Whether it may still work at a moment."""
        return self.revoked_at is None and at < self.expires_at

    def revoke(self, by: str, at: datetime) -> None:
        """Close it for good. Closing it twice is fine."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by = at, by
