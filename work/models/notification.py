"""What one person should know: somebody named them, or gave them something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Json, Model, json_column
from engine.models.partial import partial_index

UNREAD = "read_at IS NULL"


class Notification(Model):
    """One thing to tell one person. The words are made where it is shown, in their language."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_person", "person", "id"),
        Index("ix_notification_instance_id", "instance_id"),
        Index("ix_notification_task_id", "task_id"),
        partial_index("ix_notification_unread", "person", where=UNREAD),
    )

    #: Later ones have greater ids.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person: Mapped[str]
    #: "mention", "assigned" …: see work/notifications.py.
    kind: Mapped[str]
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    #: Who caused it; None: the platform.
    by: Mapped[str | None]
    #: Values that the words need, such as the name of the task.
    details: Mapped[Json] = json_column(default=dict)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
