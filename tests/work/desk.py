"""Work for the tests of the desk: cases that wait at one step, with what the model may say."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.people import SYSTEM, Actor, Role
from engine import deployments, instances, user_tasks
from engine.models import UserTask
from tests.build import process

#: The group of work for which a test names none.
LANE = "customer_service"


def deploy(session: Session, key: str = "claims", lane: str | None = LANE, **settings: Any) -> None:
    """A process with one user task `look` that reads `tier` and `worth`."""
    settings.setdefault("priority", {"class": "=tier", "weight": "=worth"})
    drawing = process(key).user_task("look", lane=lane, **settings).end()
    deployments.deploy(session, {f"{key}.bpmn": drawing}, by=SYSTEM)


def arrive(session: Session, key: str = "claims", **variables: Any) -> UserTask:
    """Start a case; its task. `due` is in minutes from now, and may be negative."""
    due = variables.pop("due", None)
    instance = instances.start(
        session, key=key, variables={"tier": None, "worth": None, **variables}, by=SYSTEM
    )
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=instance.id)
    if due is not None:
        task.due_at = clock.now() + timedelta(minutes=due)
        session.flush()
    return task


def associate(name: str, *groups: str) -> Actor:
    """Somebody who takes tasks."""
    return Actor(name, frozenset({Role.ASSOCIATE}), frozenset(groups or (LANE,)))
