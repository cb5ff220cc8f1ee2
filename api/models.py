"""Answers that are kept, so that a call sent twice has its effect once."""

from datetime import datetime, timedelta

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model

#: An answer is given again for so long.
KEPT_FOR = timedelta(hours=24)


class StoredAnswer(Model):
    """What one POST with an Idempotency-Key was answered, kept for a day."""

    __tablename__ = "stored_answer"
    __table_args__ = (Index("ix_stored_answer_created_at", "created_at"),)

    #: Id of the token that called: keys of different tokens never meet.
    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    #: SHA-256 over what was asked.
    fingerprint: Mapped[str]
    status: Mapped[int]
    #: The JSON text of the answer.
    body: Mapped[str]
    created_at: Mapped[datetime]
