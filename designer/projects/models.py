"""Rows of projects: what they are called, which files are theirs, and what waits to be taken."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model


class Project(Model):
    """Files that belong together. Archived ones are out of the way; nothing of them is lost."""

    __tablename__ = "project"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: The name of its folder.
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    #: Markdown: what it is for.
    about: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[str | None]


class ProjectFile(Model):
    """A process, form or decision with all its drafts and versions: of one project at most."""

    __tablename__ = "project_file"
    __table_args__ = (Index("ix_project_file_project_id", "project_id"),)

    #: "process", "form" or "decision".
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    #: Its name in the project's folder, when it came with one.
    file: Mapped[str | None]
    added_at: Mapped[datetime]
    added_by: Mapped[str]


class ProjectImport(Model):
    """Files that somebody brought and has not taken yet, as a ZIP."""

    __tablename__ = "project_import"
    __table_args__ = (Index("ix_project_import_created_at", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: What was brought: the name of the ZIP or folder.
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
