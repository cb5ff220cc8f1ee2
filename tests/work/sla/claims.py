"""Cases with service levels, and the scheduler's turn for tests."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people import SYSTEM
from engine import deployments, instances, messages, user_tasks
from engine.models import LogEntry, ProcessInstance
from tests.build import Drawing, process
from work.models import SlaClock
from work.sla import firing, following

ESCALATION = '<bpmn:escalation id="late" name="late" escalationCode="LATE"/>'


def sla(*points: str, **attributes: Any) -> str:
    """A service level as XML; `since` is its `from`."""
    if "since" in attributes:
        attributes["from"] = attributes.pop("since")
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<work:sla{written}>{''.join(points)}</work:sla>"


def point(kind: str, **attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<work:point kind="{kind}"{written}/>'


def claims(*slas: str) -> Drawing:
    """A case that is checked, waits for the customer's papers, and is settled."""
    drawing = process("claims").with_settings("".join(slas)).user_task("check", lane="claims")
    customer = '<work:waitsFor party="customer"/>'
    drawing = drawing.receive_task("papers", "papers", correlation="=no", settings=customer)
    return drawing.user_task("settle", lane="claims").end()


def deploy(session: Session, drawing: bytes, *others: tuple[str, bytes]) -> None:
    deployments.deploy(session, {"claims.bpmn": drawing, **dict(others)}, by=SYSTEM)


def start(session: Session, **variables: Any) -> ProcessInstance:
    given = {"no": "7", **variables}
    case = instances.start(session, key="claims", business_key="C-7", variables=given, by=SYSTEM)
    turn(session)
    return case


def complete(session: Session, case: ProcessInstance, element_id: str) -> None:
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id, element_id=element_id)
    user_tasks.complete(session, task.id, {}, by=SYSTEM)


def send(session: Session, name: str = "papers") -> None:
    messages.publish(session, name, correlation_key="7", by=SYSTEM)


def turn(session: Session) -> None:
    """What the scheduler does twice a second."""
    for instance_id in following.marked(session):
        following.follow(session, instance_id)
    for clock_id in firing.due(session):
        firing.fire(session, clock_id)


def clocks(session: Session, case: ProcessInstance) -> dict[str, SlaClock]:
    query = select(SlaClock).where(SlaClock.instance_id == case.id).order_by(SlaClock.id)
    return {clock.name: clock for clock in session.scalars(query)}


def only(session: Session, case: ProcessInstance) -> SlaClock:
    (clock,) = clocks(session, case).values()
    return clock


def told(session: Session, case: ProcessInstance) -> list[tuple[str, datetime]]:
    """What the log tells of the clocks of a case."""
    query = select(LogEntry).where(LogEntry.instance_id == case.id, LogEntry.kind == "sla")
    return [(each.lifecycle, each.at) for each in session.scalars(query.order_by(LogEntry.id))]
