"""What somebody has typed into the form of a task and not sent yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Json, Model, json_column


class FormDraft(Model):
    """One person's answers to one task, as far as they go. They need not be valid."""

    __tablename__ = "form_draft"
    __table_args__ = (Index("ix_form_draft_saved_at", "saved_at"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    answers: Mapped[Json] = json_column()
    #: Goes up with each saving: a window that knows an older one has not seen the newest.
    revision: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
