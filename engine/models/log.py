"""The execution log: what happened in each instance. Append-only, and the only history there is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column


class LogEntry(Model):
    """One step in the life of one element (or of the instance itself) of a case."""

    __tablename__ = "log_entry"
    __table_args__ = (
        Index("ix_log_entry_instance_id", "instance_id", "id"),
        Index("ix_log_entry_key", "key", "at"),
    )

    #: Later entries have greater ids.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    key: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime]
    #: Key of the process the element belongs to: another one's inside call activities.
    process_key: Mapped[str]
    element_id: Mapped[str | None]
    name: Mapped[str | None]
    #: The element's kind ("userTask", "sequenceFlow" …), "process", or "incident".
    kind: Mapped[str]
    #: XES: "start", "complete", "abort" …, at joins "arrive" and "join" (a token waits for others,
    #: or went up in another one), and for people "claim", "release", "assign", "undo".
    lifecycle: Mapped[str]
    token: Mapped[str | None]
    lane: Mapped[str | None]
    #: The sequence flow the token came by.
    flow: Mapped[str | None]
    #: Token of the call activity whose called process this belongs to; None: the instance's own.
    called_by: Mapped[str | None]
    #: Which of a multi-instance activity's items it is, from 0.
    loop_index: Mapped[int | None]
    previous_element: Mapped[str | None]
    previous_at: Mapped[datetime | None]
    #: Who did it; None: the platform.
    by: Mapped[str | None]
    #: Variables that this step changed, or details such as `{"reason": …}`.
    variables: Mapped[dict[str, Any] | None] = json_column()
    #: Changes in scopes inside or beside that of the process, by their keys: see engine/past.py.
    local_variables: Mapped[dict[str, Any] | None] = json_column()
    #: How a decision was made: see Decided in engine/bpmn/journal.py.
    decision: Mapped[dict[str, Any] | None] = json_column()
    #: Variables that another side of an open fork had written too; this write won.
    contested: Mapped[list[str] | None] = json_column()
    #: All entries of the case from this one on, this entry included, count as not having happened.
    undoes: Mapped[UUID | None]


class DecisionEvaluation(Model):
    """One decision that was asked for; those of cases are in their execution log."""

    __tablename__ = "decision_evaluation"
    __table_args__ = (Index("ix_decision_evaluation_key", "key", "id"),)

    #: Later evaluations have greater ids.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("definition.id"))
    key: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str]
    #: `{key, definition, version, inputs, outputs, rules, warnings}`, as in the execution log.
    decision: Mapped[dict[str, Any]] = json_column()
