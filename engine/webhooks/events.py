"""Writes a delivery for each event that somebody wants to hear of, in the event's transaction.

Events come from the execution log's entries. Which webhooks there are is remembered for
KNOWN_SECONDS, so that a step costs no question; a new webhook therefore promises to miss nothing
from `active_from` on, when every process knows it.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from core.ids import new_id
from core.outbox import ring
from core.values import to_json
from engine.bpmn.journal import Thrown
from engine.models import Definition, ProcessInstance, UserTask, Webhook, WebhookDelivery

JOB = "engine.webhooks.jobs.deliver"
#: For so long a process trusts what it knows about webhooks.
KNOWN_SECONDS = 2.0
#: From its making until every process certainly knows a webhook.
KNOWN_TO_ALL = timedelta(seconds=5)
#: A delivery that was rung for and not taken is rung for again after this.
RING_AGAIN = timedelta(seconds=10)

PING = "ping"
INCIDENT_CREATED, INCIDENT_RESOLVED = "incident.created", "incident.resolved"
MESSAGE = "message.sent"
ENDED = "instance.completed"
_PROCESS = {
    "start": "instance.started",
    "complete": ENDED,
    "cancel": "instance.cancelled",
    "suspend": "instance.suspended",
    "resume": "instance.resumed",
}
_TASK = {
    "start": "task.created",
    "complete": "task.completed",
    "abort": "task.cancelled",
    "claim": "task.claimed",
    "release": "task.released",
    "assign": "task.assigned",
    "undo": "task.reopened",
}
_INCIDENT = {
    "open": INCIDENT_CREATED,
    "retried": INCIDENT_RESOLVED,
    "skipped": INCIDENT_RESOLVED,
    "error_thrown": INCIDENT_RESOLVED,
}
#: Kind and lifecycle of a log entry → type of the event.
_TYPES: dict[tuple[str, str], str] = {
    **{("process", lifecycle): name for lifecycle, name in _PROCESS.items()},
    **{("userTask", lifecycle): name for lifecycle, name in _TASK.items()},
    **{("manualTask", lifecycle): name for lifecycle, name in _TASK.items()},
    **{("incident", lifecycle): name for lifecycle, name in _INCIDENT.items()},
}

#: Every type that can be subscribed to, in the order in which people look for them.
TYPES: tuple[str, ...] = tuple(dict.fromkeys([*_TYPES.values(), MESSAGE]))


@dataclass(frozen=True)
class Known:
    """What this process remembers of one webhook."""

    id: UUID
    events: frozenset[str]
    key: str | None

    def wants(self, event: str, key: str) -> bool:
        """Whether it is to be told about an event of a process."""
        return event in self.events and self.key in (None, key)


_known: WeakKeyDictionary[Engine, tuple[float, tuple[Known, ...]]] = WeakKeyDictionary()


def announce(
    session: Session, instance: ProcessInstance, entries: Iterable[Mapping[str, Any]]
) -> None:
    """Write a delivery for each webhook that wants to hear of these log entries."""
    known = known_webhooks(session)
    if not known:
        return
    events = [(entry, _type_of(entry)) for entry in entries]
    wanted = [
        (webhook, entry, event)
        for entry, event in events
        if event is not None
        for webhook in known
        if webhook.wants(event, instance.key)
    ]
    if not wanted:
        return
    tokens = {entry["token"] for _, entry, event in wanted if event in _TASK.values()}
    tasks = _tasks(session, instance, tokens) if tokens else {}
    for webhook, entry, event in wanted:
        payload = _about(instance, event, entry["at"]) | _details(entry, tasks)
        write(session, webhook.id, event, payload, instance.id, entry["at"])


def is_wanted(session: Session, instance: ProcessInstance, event: str) -> bool:
    """Whether any webhook wants to hear of an event of an instance."""
    return any(each.wants(event, instance.key) for each in known_webhooks(session))


def announce_message(
    session: Session, instance: ProcessInstance, thrown: Thrown, at: datetime
) -> None:
    """Write a delivery for each webhook that wants to hear of a message for the outside."""
    for webhook in known_webhooks(session):
        if thrown.kind == "message" and webhook.wants(MESSAGE, instance.key):
            payload = _about(instance, MESSAGE, at) | {
                "elementId": thrown.element_id,
                "message": thrown.name,
                "correlationKey": thrown.correlation_key,
                "variables": to_json(thrown.variables or {}),
            }
            write(session, webhook.id, MESSAGE, payload, instance.id, at)


def announce_start_incident(
    session: Session,
    definition: Definition,
    event: str,
    details: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write deliveries for an incident of a start timer: no instance was started, none is named."""
    for webhook in known_webhooks(session):
        if webhook.wants(event, definition.key):
            payload = {
                "type": event,
                "at": at.isoformat().replace("+00:00", "Z"),
                "instanceId": None,
                "key": definition.key,
                "version": definition.version,
                "businessKey": None,
                **details,
            }
            write(session, webhook.id, event, payload, None, at)


def write(
    session: Session,
    webhook_id: UUID,
    event: str,
    payload: dict[str, Any],
    instance_id: UUID | None,
    at: datetime,
) -> UUID:
    """Write one delivery and ring for a worker; its id."""
    delivery_id = new_id()
    row = {
        "id": delivery_id,
        "webhook_id": webhook_id,
        "event": event,
        "payload": {"id": str(delivery_id), **payload},
        "instance_id": instance_id,
        "state": "pending",
        "attempts": 0,
        "replays": 0,
        "not_before": at,
        "ring_at": at + RING_AGAIN,
        "created_at": at,
    }
    session.execute(insert(WebhookDelivery), [row])
    ring(session, JOB, delivery_id)
    return delivery_id


def known_webhooks(session: Session) -> tuple[Known, ...]:
    """The webhooks there are, as far as this process has heard within KNOWN_SECONDS."""
    engine = session.get_bind().engine
    at, known = _known.get(engine, (0.0, ()))
    if at and time.monotonic() - at < KNOWN_SECONDS:
        return known
    query = select(Webhook.id, Webhook.events, Webhook.key).where(Webhook.state != "removed")
    asked_at = time.monotonic()
    with session.no_autoflush:
        known = tuple(
            Known(each, frozenset(events), key) for each, events, key in session.execute(query)
        )
    _known[engine] = (asked_at, known)
    return known


def forget_known(session: Session) -> None:
    """Ask the database again at the next event: this process has just changed something."""
    _known.pop(session.get_bind().engine, None)


def _type_of(entry: Mapping[str, Any]) -> str | None:
    if entry["kind"] == "process" and entry.get("called_by"):
        return None  # A called process is a part of its caller's instance.
    return _TYPES.get((entry["kind"], entry["lifecycle"]))


def _about(instance: ProcessInstance, event: str, at: datetime) -> dict[str, Any]:
    return {
        "type": event,
        "at": at.isoformat().replace("+00:00", "Z"),
        "instanceId": str(instance.id),
        "key": instance.key,
        "version": instance.version,
        "businessKey": instance.business_key,
    }


def _details(entry: Mapping[str, Any], tasks: Mapping[str, UUID]) -> dict[str, Any]:
    """What the entry is about; variables stay inside, they are asked for over the API."""
    details = {"elementId": entry["element_id"], "name": entry["name"], "by": entry["by"]}
    if entry["kind"] == "process":
        details = {"by": entry["by"]}
    if entry["kind"] == "incident" and entry["lifecycle"] == "open":
        details["message"] = (entry["variables"] or {}).get("message")
    if entry["kind"] == "incident" and entry["lifecycle"] != "open":
        details["resolution"] = entry["lifecycle"]
    if entry["token"] in tasks and entry["kind"] != "incident":
        details["userTaskId"] = str(tasks[entry["token"]])
    return details


def _tasks(session: Session, instance: ProcessInstance, tokens: Collection[str]) -> dict[str, UUID]:
    """Ids of the user tasks of some tokens: those that wait, then those that are done."""
    found = {
        each["token"]: UUID(each["row"])
        for each in instance.waits
        if each["token"] in tokens and each["rows"] == "user_task" and each["row"]
    }
    others = [token for token in tokens if token not in found]
    if others:
        query = select(UserTask.token, UserTask.id).where(
            UserTask.instance_id == instance.id, UserTask.token.in_(others)
        )
        # Nothing is flushed for this: what fails there is told by whoever saves.
        with session.no_autoflush:
            found |= {row.token: row.id for row in session.execute(query)}
    return found
