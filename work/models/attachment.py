"""Files that belong to a case, one of its tasks, or a form that is still being filled in.

held (no case yet) ──bind──▶ attached ──remove──▶ removed (the row stays, its content goes)
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model
from engine.models.partial import partial_index


class Attachment(Model):
    """One file under one name. The same content may be attached many times; it is kept once."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_instance_id", "instance_id", "id"),
        Index("ix_attachment_task_id", "task_id"),
        Index("ix_attachment_digest", "digest"),
        partial_index("ix_attachment_held", "uploaded_at", where="instance_id IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: None while the form it was chosen in has not been sent.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    #: The field of the form it was given in.
    field: Mapped[str | None]
    name: Mapped[str]
    media_type: Mapped[str]
    #: Bytes.
    size: Mapped[int] = mapped_column(BigInteger)
    #: SHA-256 of the content: see core/files.py. None once it was removed.
    digest: Mapped[str | None]
    is_scanned: Mapped[bool]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None
