"""What a case was before somebody completed a task: kept for as long as that may be undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Json, Model, json_column


class CompletionUndo(Model):
    """One completion that may be undone until `until`, by whoever did it or by a team leader."""

    __tablename__ = "completion_undo"

    #: Later than every row and log entry of the completion.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"), index=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    by: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    #: Where its entries of the log begin: all of the case from here to `id` are undone.
    since: Mapped[UUID]
    #: Who had the task before: completing it claims it on the way.
    assignee: Mapped[str | None]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    #: The case before: its state, what it waited for, and the large values (base64) that are gone.
    state: Mapped[bytes] = mapped_column(LargeBinary)
    waits: Mapped[list[dict[str, Any]]] = json_column()
    large_values: Mapped[dict[str, str]] = json_column()
    #: SHA-256 of the state after: a case with another one has gone on.
    after: Mapped[bytes] = mapped_column(LargeBinary)
    #: Messages and signals that went out, and those that the case took in, with this step.
    sent: Mapped[list[str]] = json_column()
    heard: Mapped[list[str]] = json_column()
    #: Whether other systems were told that the case has ended.
    told_end: Mapped[bool]
    #: What was typed, and the files that were given; for whoever keeps them (work/undo.py).
    answers: Mapped[Json] = json_column()
    files: Mapped[list[str]] = json_column()
