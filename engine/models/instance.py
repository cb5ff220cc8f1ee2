"""One process instance, in one row, and its variables that can be searched.

active ⇄ suspended
   ╰──────┴──▶ completed | cancelled
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.ids import new_id
from core.model import Model, json_column
from core.people import Actor, Role
from engine.errors import InstanceEnded, InstanceSuspended
from engine.models.definition import Definition
from engine.models.partial import partial_index


class ProcessInstance(Model):
    """A running or finished case of one process version."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_key", "key", "id"),
        Index("ix_process_instance_business_key", "business_key", "id"),
        Index("ix_process_instance_started_at", "started_at"),
        Index("ix_process_instance_started_by", "started_by", "id"),
        Index("ix_process_instance_definition_id", "definition_id"),
        partial_index("ix_process_instance_open", "id", where="ended_at IS NULL"),
        partial_index(
            "ix_process_instance_ended_at", "key", "ended_at", where="ended_at IS NOT NULL"
        ),
        partial_index(
            "ix_process_instance_continue_at", "continue_at", where="continue_at IS NOT NULL"
        ),
        partial_index("ix_process_instance_clocks_at", "clocks_at", where="clocks_at IS NOT NULL"),
        partial_index(
            "uq_process_instance_unique_key",
            "key",
            "unique_key",
            where="ended_at IS NULL AND unique_key IS NOT NULL",
            unique=True,
        ),
        partial_index(
            "uq_process_instance_start_key",
            "key",
            "start_key",
            where="ended_at IS NULL AND start_key IS NOT NULL",
            unique=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    #: Key and version of the definition, here so that lists need no join.
    key: Mapped[str]
    version: Mapped[int]
    business_key: Mapped[str | None]
    #: The business key again, where the model lets only one open instance have it.
    unique_key: Mapped[str | None]
    #: "active", "suspended", "completed" or "cancelled".
    state: Mapped[str]
    #: Why it was suspended or cancelled.
    reason: Mapped[str | None]
    #: Goes up with every change; a change that read an older one is refused.
    revision: Mapped[int] = mapped_column()
    #: What the runtime dumped: live tokens and variables, compressed.
    runtime_state: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_group="run")
    #: What it waits for now, and the projected row of each: see engine/projections.py.
    waits: Mapped[list[dict[str, Any]]] = json_column(deferred=True, deferred_group="run")
    #: Versions of the processes it calls, fixed at its start: key → definition id.
    called: Mapped[dict[str, str]] = json_column(deferred=True, deferred_group="run")
    #: Open incidents.
    incidents: Mapped[int] = mapped_column(default=0)
    #: Correlation key of a message start that allows only one running instance per key.
    start_key: Mapped[str | None]
    #: Tokens that rest longer than expected.
    stalls: Mapped[int] = mapped_column(default=0)
    #: No longer used: goes when no release reads it any more (docs/adr/0016).
    check_at: Mapped[datetime | None]
    #: When a step was logged that its SLA clocks have not followed; they belong to work/sla.
    clocks_at: Mapped[datetime | None]
    #: When to go on with steps that need nobody; None when there are none.
    continue_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    suspended_at: Mapped[datetime | None]
    suspended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]

    definition: Mapped[Definition] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.state == "suspended"

    def allows(self, actor: Actor, verb: str) -> bool:
        """Whether the instance itself lets `actor` do `verb`: integrators cancel their own only."""
        if verb != "instance.cancel" or actor.has(Role.OPERATOR):
            return True
        return self.started_by == actor.name

    def require_running(self) -> None:
        """Raise InstanceEnded or InstanceSuspended unless it is active."""
        self.require_open()
        if self.is_suspended:
            raise InstanceSuspended(instance_id=str(self.id), reason=self.reason)

    def require_open(self) -> None:
        """Raise InstanceEnded when it is completed or cancelled."""
        if self.ended_at is not None:
            raise InstanceEnded(
                instance_id=str(self.id), state=self.state, ended_at=self.ended_at.isoformat()
            )

    def suspend(self, by: str, reason: str, at: datetime) -> None:
        """Let nothing proceed until `resume`."""
        self.require_running()
        self.state, self.reason = "suspended", reason
        self.suspended_by, self.suspended_at = by, at

    def resume(self) -> None:
        """Go on after a suspension. An active instance stays as it is."""
        self.require_open()
        self.state, self.reason = "active", None
        self.suspended_by = self.suspended_at = None

    def reopen(self) -> None:
        """Take back that it was completed."""
        self.state, self.ended_at = "active", None

    def cancel(self, by: str, reason: str, at: datetime) -> None:
        """End it before its end."""
        self.require_open()
        self.state, self.reason = "cancelled", reason
        self.cancelled_by, self.ended_at, self.continue_at = by, at, None


class LargeValue(Model):
    """A variable of more than 32 KB: the state of its instance refers to it."""

    __tablename__ = "large_value"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    #: Names the content; a value that changes gets another one.
    ref: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class InstanceVariable(Model):
    """One searchable variable of an instance, as text."""

    __tablename__ = "instance_variable"
    __table_args__ = (Index("ix_instance_variable_value", "name", "value", "instance_id"),)

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
