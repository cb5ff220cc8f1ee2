"""What the designer keeps beside what is deployed: drafts of people, and words about a version."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import Conflict
from core.ids import new_id
from core.model import Model


class DraftMoved(Conflict):
    """This draft was saved from another window at {saved_at}: nothing of yours is lost."""


class Draft(Model):
    """What somebody is drawing, alone or with others. Saved over and over, never over newer text.

    `revision` counts the saves; a save names the revision it started from.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_owner", "owner", "kind", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: "process", "form" or "decision".
    kind: Mapped[str]
    #: The id of the process, form or decision, as its content has it.
    key: Mapped[str]
    name: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    #: The version it began from, or was deployed as last.
    base_definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("definition.id"))
    owner: Mapped[str]
    #: Who saved it last; None: its owner.
    saved_by: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def drawn_by(self) -> str:
        """Whose text it holds."""
        return self.saved_by or self.owner

    def save(
        self, content: str, *, key: str, name: str, revision: int, by: str, at: datetime
    ) -> None:
        """Take the next text. Raises DraftMoved when it was drawn on an older one."""
        if content == self.content:
            return
        if revision != self.revision:
            raise DraftMoved(saved_at=f"{self.updated_at:%H:%M}", revision=self.revision)
        self.content, self.key, self.name = content, key, name
        self.revision += 1
        self.saved_by, self.updated_at = by, at


class ReleaseNote(Model):
    """What the person who deployed a version said about it."""

    __tablename__ = "release_note"

    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"), primary_key=True)
    message: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
