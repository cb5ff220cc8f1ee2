"""Waits that take longer than expected, how far the radar is, and how long waits usually take."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.ids import new_id
from core.model import Model
from engine.models.instance import ProcessInstance


class Stall(Model):
    """A token that rests longer than expected. The row goes when the token goes on."""

    __tablename__ = "stall"
    __table_args__ = (
        Index("uq_stall_instance_id_token", "instance_id", "token", unique=True),
        Index("ix_stall_key", "key", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    #: Key of the instance's process.
    key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    token: Mapped[str]
    #: As Wait.kind, or "suspended".
    kind: Mapped[str]
    since: Mapped[datetime]
    expected_until: Mapped[datetime]
    #: Where the expectation comes from: "model", "history" or "default".
    basis: Mapped[str]
    #: What it waits for, in a sentence.
    reason: Mapped[str]
    #: Who answers for it: a person, or groups separated by commas; neither: who runs the platform.
    owner: Mapped[str | None]
    owner_groups: Mapped[str | None]
    noticed_at: Mapped[datetime]

    instance: Mapped[ProcessInstance] = relationship()


class RadarRound(Model):
    """How far the stall radar is on its way through all open cases: one row."""

    __tablename__ = "radar_round"
    ONLY: ClassVar[int] = 1

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The case that was looked at last; None: the round is over.
    position: Mapped[UUID | None]
    began_at: Mapped[datetime]
    #: How long the last round took that came to its end.
    took_seconds: Mapped[float | None]


class LearnedWait(Model):
    """How long an element usually makes a case wait."""

    __tablename__ = "learned_wait"

    process_key: Mapped[str] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    #: 95 of 100 waits were no longer, in seconds.
    wait_seconds_p95: Mapped[float]
    #: Waits that were looked at.
    count: Mapped[int]
    learned_at: Mapped[datetime]
