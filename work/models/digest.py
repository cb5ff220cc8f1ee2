"""When somebody wants a mail with what is new to them."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model
from engine.models.partial import partial_index


class Digest(Model):
    """One person's wish for a daily mail."""

    __tablename__ = "digest"
    __table_args__ = (partial_index("ix_digest_next_at", "next_at", where="next_at IS NOT NULL"),)

    person: Mapped[str] = mapped_column(primary_key=True)
    #: The hour of the day in `zone`, 0 to 23; None: no mail.
    hour: Mapped[int | None]
    zone: Mapped[str]
    #: When the next one is due; None: never.
    next_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
