"""What people write about a case to each other."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column


class Comment(Model):
    """One comment on a case, made at one of its tasks perhaps. Never changed."""

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_instance_id", "instance_id", "id"),
        Index("ix_comment_task_id", "task_id"),
    )

    #: Later ones have greater ids.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    text: Mapped[str]
    #: Names of the people it tells of it.
    mentions: Mapped[list[str]] = json_column(default=list)
    at: Mapped[datetime]
    by: Mapped[str]
