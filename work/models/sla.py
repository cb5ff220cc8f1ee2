"""SLA clocks of cases, how far each case has been followed, and mails that are on their way.

running ⇄ paused
   ╰──────┴──▶ met | missed | cancelled
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Model, json_column
from engine.models.partial import partial_index
from work.sla.timekeeping import Run

RUNNING, PAUSED = "running", "paused"
MET, MISSED, CANCELLED = "met", "missed", "cancelled"
ON_TRACK, AT_RISK, BREACHED = "on_track", "at_risk", "breached"
CASE, STAGE, TASK = "case", "stage", "task"
STATES = (RUNNING, PAUSED, MET, MISSED, CANCELLED)
CONDITIONS = (ON_TRACK, AT_RISK, BREACHED)
LEVELS = (CASE, STAGE, TASK)
OPEN = "stopped_at IS NULL"


class SlaClock(Model):
    """One promise to one case, stage or task, and how it goes."""

    __tablename__ = "sla_clock"
    __table_args__ = (
        Index("ix_sla_clock_instance_id", "instance_id", "id"),
        Index("ix_sla_clock_task_id", "task_id"),
        partial_index("ix_sla_clock_next_at", "next_at", "id", where="next_at IS NOT NULL"),
        partial_index("ix_sla_clock_open", "condition", "id", where=OPEN),
        partial_index("ix_sla_clock_calendar", "calendar", "calendar_version", where=OPEN),
        partial_index("ix_sla_clock_predicted_at", "predicted_at", where=OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"))
    #: Key of the case's process and business key of the case, so that lists need no join.
    key: Mapped[str]
    business_key: Mapped[str | None]
    #: "case", "stage" or "task".
    level: Mapped[str]
    #: Whose setting it is: an element of `process_key`, or that process itself.
    process_key: Mapped[str]
    element_id: Mapped[str]
    #: Which of its service levels, from 0.
    position: Mapped[int]
    #: The token of a stage or task, or of the call activity; None: the whole case.
    token: Mapped[str | None]
    #: The user task of a task's clock.
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_task.id"))
    #: The due date of its task is the clock's, for the model gives none.
    dates_task: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=RUNNING)
    #: "on_track", "at_risk" or "breached": the last point that it passed.
    condition: Mapped[str] = mapped_column(default=ON_TRACK)
    calendar: Mapped[str]
    calendar_version: Mapped[int]
    #: The promise as text, to be counted anew, and in seconds of business time.
    target: Mapped[str]
    target_seconds: Mapped[int]
    #: Where it comes from: "model", "decision" or "default".
    basis: Mapped[str]
    #: Why the default holds, and the incident that says so.
    problem: Mapped[str | None]
    incident_id: Mapped[UUID | None]
    #: Stretches in which it runs: pairs of moments in ISO 8601, the last one open.
    runs: Mapped[list[list[str | None]]] = json_column()
    #: `{index, kind, at, seconds, moment, fired_at}` each; `index` is the model's point, or None.
    points: Mapped[list[dict[str, Any]]] = json_column()
    #: What its points made of the priority of its tasks: "high" or "urgent".
    priority: Mapped[str | None]
    started_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    #: When it is breached; None while it stands still before that.
    due_at: Mapped[datetime | None]
    #: The moment of its next point.
    next_at: Mapped[datetime | None]
    #: What work/prediction.py thinks: the chance to be late, the expected end, and when it thought.
    late_probability: Mapped[float | None]
    expected_at: Mapped[datetime | None]
    predicted_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.stopped_at is None

    @property
    def is_running(self) -> bool:
        return self.state == RUNNING

    @property
    def stretches(self) -> list[Run]:
        """The stretches in which it runs."""
        return [Run(_moment(start), _moment(stop) if stop else None) for start, stop in self.runs]

    def pause(self, at: datetime) -> None:
        """Stand still from a moment on."""
        self._close_run(at)
        self.state, self.paused_at = PAUSED, at

    def resume(self, at: datetime) -> None:
        """Run again from a moment on."""
        self.runs = [*self.runs, [at.isoformat(), None]]
        self.state, self.paused_at = RUNNING, None

    def stop(self, state: str, at: datetime) -> None:
        """Be over: "met", "missed" or "cancelled"."""
        if self.is_running:
            self._close_run(at)
        self.state, self.stopped_at, self.paused_at, self.next_at = state, at, None, None

    def go_back(self, at: datetime) -> None:
        """Be as it was before it paused, resumed or stopped at a moment."""
        iso = at.isoformat()
        runs = [run for run in self.runs if run[0] != iso]
        if runs and runs[-1][1] == iso:
            runs[-1] = [runs[-1][0], None]
        if runs == self.runs and self.stopped_at != at:
            return
        paused = runs[-1][1]
        self.runs, self.stopped_at = runs, None
        self.state = RUNNING if paused is None else PAUSED
        self.paused_at = None if paused is None else _moment(paused)

    def _close_run(self, at: datetime) -> None:
        start = self.runs[-1][0]
        self.runs = [*self.runs[:-1], [start, at.isoformat()]]


class SlaCase(Model):
    """How far the clocks of a case have followed its log, and where its tokens stood then."""

    __tablename__ = "sla_case"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    #: The last entry of the log that was followed.
    followed: Mapped[UUID | None]
    #: By token: `[element, kind, process key, token of the call activity around it, since]`.
    standing: Mapped[dict[str, list[Any]]] = json_column(default=dict)


def _moment(text: str | None) -> datetime:
    assert text is not None
    return datetime.fromisoformat(text)
