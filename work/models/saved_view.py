"""Views of My work that people keep: filters and order under a name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Json, Model, json_column


class SavedView(Model):
    """What one person asks for again and again; shared, everybody of a group has it too."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_owner", "owner", "id"),
        Index("ix_saved_view_group_name", "group_name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner: Mapped[str]
    name: Mapped[str]
    #: Parameters of the address of My work.
    asked: Mapped[Json] = json_column()
    #: The group that has it too; None: only its owner.
    group_name: Mapped[str | None]
    made_at: Mapped[datetime]
