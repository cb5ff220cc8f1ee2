"""Something that a person must look at before an instance can go on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.ids import new_id
from core.model import Model, json_column
from engine.errors import IncidentClosed
from engine.models.instance import ProcessInstance
from engine.models.partial import partial_index


class Incident(Model):
    """A failure that stopped one token. The token stays where it is."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_instance_id", "instance_id"),
        partial_index("ix_incident_open", "id", where="resolved_at IS NULL"),
        partial_index("ix_incident_cause", "cause", where="resolved_at IS NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: None: a start timer that could start no case.
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    key: Mapped[str]
    element_id: Mapped[str | None]
    name: Mapped[str | None]
    token: Mapped[str | None]
    service_task_id: Mapped[UUID | None] = mapped_column(ForeignKey("service_task.id"))
    timer_id: Mapped[UUID | None]
    #: The message that the instance could not take in.
    message_id: Mapped[UUID | None]
    #: "service_task", "timer", "start", or a runtime failure: "expression", "error", "gateway" …
    kind: Mapped[str]
    message: Mapped[str]
    #: The same for failures with the same cause: process, element, kind and wording, hashed.
    cause: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=1)
    #: What was tried: a call's request, or nothing.
    payload: Mapped[dict[str, Any] | None] = json_column()
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    #: "retried", "skipped", "error_thrown" or "obsolete".
    resolution: Mapped[str | None]
    reason: Mapped[str | None]

    instance: Mapped[ProcessInstance | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    def resolve(self, resolution: str, by: str, at: datetime, reason: str | None = None) -> None:
        """Close it. Raises IncidentClosed when it is closed already."""
        if self.resolved_at is not None:
            raise IncidentClosed(incident_id=str(self.id), resolution=self.resolution)
        self.resolution, self.resolved_by, self.resolved_at = resolution, by, at
        self.reason = reason
