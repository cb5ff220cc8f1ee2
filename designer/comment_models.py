"""Comments on what is being drawn."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model


class DesignComment(Model):
    """What somebody said about a process, form or decision, or about one element of it.

    It belongs to the key and not to a draft, so that everybody who draws it reads it. The first of
    a thread is open until somebody resolves it; the others answer it.
    """

    __tablename__ = "design_comment"
    __table_args__ = (
        Index("ix_design_comment_key", "kind", "key"),
        Index("ix_design_comment_thread_id", "thread_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    key: Mapped[str]
    #: None: the whole.
    element_id: Mapped[str | None]
    #: What the element was called then: it may be gone by now.
    element_name: Mapped[str]
    thread_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("design_comment.id", ondelete="CASCADE")
    )
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]

    def resolve(self, by: str, at: datetime) -> None:
        """Nothing is left to do about it. Resolving it twice is fine."""
        if self.resolved_at is None:
            self.resolved_at, self.resolved_by = at, by

    def reopen(self) -> None:
        """There is something to do about it after all."""
        self.resolved_at = self.resolved_by = None
