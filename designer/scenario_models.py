"""Scenarios that the designer keeps beside a process, and how they went when last run."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column


class KeptScenario(Model):
    """One scenario of a process, for everybody who draws it.

    `content` is a YAML document as docs/guides/scenarios.md describes it, without `process`: the
    files are those of the draft it is run on.
    """

    __tablename__ = "kept_scenario"
    __table_args__ = (UniqueConstraint("process_key", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    process_key: Mapped[str]
    name: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    #: When it was last run with all of its project; None: never.
    ran_at: Mapped[datetime | None]
    passed: Mapped[bool | None]
    failure: Mapped[str | None] = mapped_column(Text)
    #: The element at which it failed.
    failed_at: Mapped[str | None]
    #: When it was thrown away; it counts no more then, until it is brought back.
    thrown_at: Mapped[datetime | None]
    thrown_by: Mapped[str | None]


class ScenarioText(Model):
    """What a scenario said before it was replaced, and who had written that."""

    __tablename__ = "scenario_text"
    __table_args__ = (Index("ix_scenario_text_scenario_id", "scenario_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scenario_id: Mapped[UUID] = mapped_column(ForeignKey("kept_scenario.id", ondelete="CASCADE"))
    content: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[str]


class ProcessCoverage(Model):
    """What all scenarios of a process together went through when they were last run."""

    __tablename__ = "process_coverage"

    process_key: Mapped[str] = mapped_column(primary_key=True)
    #: Ids of elements entered and of sequence flows taken.
    elements: Mapped[list[str]] = json_column()
    flows: Mapped[list[str]] = json_column()
    ran_at: Mapped[datetime]
    ran_by: Mapped[str]
