"""What the pages of incidents show, as finished values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core import permissions
from core.people import Actor
from engine.incidents import Cause
from engine.models import Incident
from screens.cases.names import Names, case_name

#: What kind of failure it was, in words.
KINDS: dict[str, LazyString] = {
    "service_task": _l("A call to another system"),
    "unsure": _l("A call that may have happened"),
    "message": _l("A message that could not be taken in"),
    "unexplained": _l("A case that nothing moved"),
    "assignment": _l("Who may do a task"),
    "input": _l("What a call would send"),
    "timer": _l("A timer"),
    "start": _l("A timer that starts cases"),
    "expression": _l("An expression"),
    "gateway": _l("A decision between ways"),
    "error": _l("An error that nothing catches"),
    "script": _l("A script"),
    "call": _l("A called process"),
    "loop": _l("A repetition"),
    "service_level": _l("A service level"),
}
OTHER = _l("A failure")


@dataclass(frozen=True)
class IncidentView:
    """One incident."""

    id: UUID
    element_id: str | None
    name: str
    case: str
    case_url: str
    kind: LazyString
    message: str
    attempts: int
    created_at: datetime
    payload: str
    may_resolve: bool
    #: Whether a case waits; else a timer could start none.
    has_case: bool


@dataclass(frozen=True)
class CauseView:
    """Incidents with the same cause."""

    cause: str
    message: str
    process: str
    step: str
    kind: LazyString
    count: int
    first_at: datetime
    last_at: datetime
    incidents: tuple[IncidentView, ...]
    #: How many more there are than are listed.
    unlisted: int
    may_resolve: bool
    #: Whether cases wait; else a timer could start none.
    has_case: bool


def incident_view(incident: Incident, me: Actor, names: Names) -> IncidentView:
    """An incident as this person sees it."""
    case, address = _case(incident, names)
    return IncidentView(
        id=incident.id,
        element_id=incident.element_id,
        name=_step(incident),
        case=case,
        case_url=address,
        kind=KINDS.get(incident.kind, OTHER),
        message=incident.message,
        attempts=incident.attempts,
        created_at=incident.created_at,
        payload=_payload(incident.payload),
        may_resolve=incident.is_open and permissions.may(me, "incident.resolve", incident),
        has_case=incident.instance is not None,
    )


def cause_view(cause: Cause, incidents: Sequence[Incident], me: Actor, names: Names) -> CauseView:
    """A cause with the incidents that are listed under it, oldest first."""
    example = cause.example
    return CauseView(
        cause=cause.cause,
        message=example.message,
        process=names.process(example.key),
        step=_step(example),
        kind=KINDS.get(example.kind, OTHER),
        count=cause.count,
        first_at=cause.first_at,
        last_at=max((each.created_at for each in incidents), default=cause.first_at),
        incidents=tuple(incident_view(each, me, names) for each in incidents),
        unlisted=cause.count - len(incidents),
        may_resolve=permissions.may(me, "incident.resolve"),
        has_case=example.instance_id is not None,
    )


def _case(incident: Incident, names: Names) -> tuple[str, str]:
    """Name and address of the case that waits; of the process where none could be started."""
    process, instance = names.process(incident.key), incident.instance
    if instance is None:
        return process, url_for("processes.show", key=incident.key)
    name = f"{process} {case_name(instance.business_key, instance.id)}"
    return name, url_for("cases.show", instance_id=instance.id)


def _step(incident: Incident) -> str:
    return incident.name or incident.element_id or str(OTHER)


def _payload(payload: dict[str, Any] | None) -> str:
    return orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode() if payload else ""
