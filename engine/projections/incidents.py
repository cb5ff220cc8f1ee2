"""The incident row of a token that cannot go on, and what is the same cause."""

import hashlib
import re
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import metrics
from engine import log
from engine.models import Incident, ProcessInstance

MAX_MESSAGE_LENGTH = 2_000
#: The kind of incident of a service level that could not be computed; it stops no token.
SERVICE_LEVEL = "service_level"


def open_incident(
    session: Session,
    instance: ProcessInstance,
    *,
    element_id: str | None,
    name: str | None,
    token: str | None,
    kind: str,
    message: str,
    at: datetime,
    attempts: int = 1,
    service_task_id: UUID | None = None,
    timer_id: UUID | None = None,
    message_id: UUID | None = None,
    payload: dict[str, Any] | None = None,
) -> Incident:
    """Stop a token until a person has looked, and say so in the log."""
    incident = Incident(
        instance_id=instance.id,
        key=instance.key,
        element_id=element_id,
        name=name,
        token=token,
        service_task_id=service_task_id,
        timer_id=timer_id,
        message_id=message_id,
        kind=kind,
        message=message[:MAX_MESSAGE_LENGTH],
        cause=cause_of(instance.key, element_id, kind, message),
        attempts=attempts,
        payload=payload,
        created_at=at,
    )
    session.add(incident)
    instance.incidents += 1
    metrics.count("incidents", key=instance.key, kind=kind)
    log.note(
        session,
        instance,
        "incident",
        "open",
        at=at,
        by=None,
        element_id=element_id,
        name=name,
        token=token,
        details={"kind": kind, "message": incident.message},
    )
    return incident


def cause_of(key: str, element_id: str | None, kind: str, message: str) -> str:
    """A short hash, the same for failures of the same cause: numbers and ids do not count."""
    wording = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", message.lower())
    text = "\n".join((key, element_id or "", kind, wording))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def close_obsolete(
    session: Session, instance: ProcessInstance, tokens: Collection[str], at: datetime
) -> None:
    """Close the open incidents of tokens that are gone; those without a token at the end."""
    if not instance.incidents:
        return
    query = select(Incident).where(
        Incident.instance_id == instance.id, Incident.resolved_at.is_(None)
    )
    for incident in session.scalars(query):
        stays = incident.message_id is not None or incident.kind == SERVICE_LEVEL
        if incident.token not in tokens and (instance.has_ended or not stays):
            incident.resolve("obsolete", "system", at)
            instance.incidents -= 1
