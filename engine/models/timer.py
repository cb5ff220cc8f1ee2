"""Moments that somebody waits for: timers of instances, and timers that start a process."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model
from engine.models.partial import partial_index


class Timer(Model):
    """One moment. The row goes when it has fired or is no longer waited for."""

    __tablename__ = "timer"
    __table_args__ = (
        partial_index("ix_timer_due_at", "due_at", "id", where="NOT held"),
        Index("ix_timer_instance_id", "instance_id"),
        Index("ix_timer_definition_id", "definition_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The instance that waits; None: a start timer of `definition_id`.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))
    element_id: Mapped[str]
    token: Mapped[str | None]
    due_at: Mapped[datetime]
    #: Text of a repeating start timer: ISO 8601 `R…/…` or cron.
    cycle: Mapped[str | None]
    #: How often a repeating start timer still fires; None: for ever.
    left: Mapped[int | None]
    #: Not to fire now: its instance is suspended, or firing failed and has an incident.
    held: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
