"""Who was given which item, when, and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Json, Model, json_column


class Dispatch(Model):
    """One item given to one person, with the sentence they were told. Never changed."""

    __tablename__ = "dispatch"
    __table_args__ = (Index("ix_dispatch_task_id", "task_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    class_id: Mapped[UUID]
    person: Mapped[str]
    at: Mapped[datetime]
    #: Cost of leaving it waiting, as it was computed.
    cost: Mapped[float]
    #: What the sentence says, as values: see work/priorities.py.
    reason: Mapped[Json] = json_column()
    sentence: Mapped[str]
