"""Rows of people who draw the same: who is at a draft, and states of it to come back to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model


class DraftPresence(Model):
    """One window in which a draft is open, as far as it was heard of lately."""

    __tablename__ = "draft_presence"
    __table_args__ = (UniqueConstraint("draft_id", "window"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"))
    person: Mapped[str]
    #: What the window calls itself: random letters.
    window: Mapped[str]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When its person saved last.
    drew_at: Mapped[datetime | None]


class Milestone(Model):
    """A state of a draft that somebody wanted to keep, or that somebody drew over."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_draft_id", "draft_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"))
    message: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
