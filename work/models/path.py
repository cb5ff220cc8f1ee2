"""What past cases taught about the way from one step to what a clock waits for."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model, json_column


class LearnedPath(Model):
    """How long cases stay at one element and how long it is from there, on one kind of clock."""

    __tablename__ = "learned_path"

    #: Key of the cases' process.
    key: Mapped[str] = mapped_column(primary_key=True)
    #: The service level: its element and its position there, `claims/0`.
    promise: Mapped[str] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    #: Quantiles of what the clock shows more when a token leaves the element than when it came.
    stays: Mapped[list[int]] = json_column()
    #: Quantiles of what it shows more when it stops than when a token left the element.
    after: Mapped[list[int]] = json_column()
    #: Where tokens rest next, the most frequent first: `[element, name, share]`.
    following: Mapped[list[list[Any]]] = json_column()
    #: Visits that were looked at.
    count: Mapped[int]
    learned_at: Mapped[datetime]
