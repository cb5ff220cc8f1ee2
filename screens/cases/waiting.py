"""What a case waits for, in words: people, answers of other systems, messages, moments."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor
from engine import definitions, instances, user_tasks
from engine.models import ProcessInstance, ServiceTask, Subscription, Timer, UserTask
from screens.cases.names import Names
from web.i18n import moment, relative

Row = TypeVar("Row", UserTask, ServiceTask, Subscription, Timer)

#: Rows of one kind that a case page lists.
MAX_ROWS = 100
#: Waits that have no row of their own, in words.
OTHERS: dict[str, Callable[[], str]] = {
    "join": lambda: str(_("The other branches, before it goes on together")),
    "gateway": lambda: str(_("Whichever of its events comes first")),
    "condition": lambda: str(_("A condition to become true")),
    "ready": lambda: str(_("Its turn: it goes on by itself in a moment")),
    "failed": lambda: str(_("Somebody to look at the incident")),
    "ad_hoc": lambda: str(_("Somebody to choose what comes next")),
}


@dataclass(frozen=True)
class Waiting:
    """One thing a case waits for."""

    element_id: str
    what: str
    how: str
    icon: str
    tone: str
    since: datetime
    url: str = ""
    due_at: datetime | None = None


def waiting(
    session: Session, instance: ProcessInstance, me: Actor, names: Names
) -> tuple[Waiting, ...]:
    """Everything the case waits for: people first, then systems, messages and moments."""
    if instance.has_ended:
        return ()
    name_of = _element_names(session, instance)
    people = _people(session, instance, me, names)
    systems = [_system(task, name_of) for task in _rows(session, ServiceTask, instance)]
    messages = [_message(each, name_of) for each in _rows(session, Subscription, instance)]
    moments = [_timer(timer, name_of) for timer in _rows(session, Timer, instance)]
    others = [_other(each) for each in instances.tokens(session, instance) if each.kind in OTHERS]
    return (*people, *systems, *others, *messages, *moments)


def in_lists(session: Session, ids: list[UUID]) -> dict[UUID, str]:
    """For lists: the names of the steps where each of these cases stands, in one query."""
    query = select(ProcessInstance.id, ProcessInstance.waits).where(ProcessInstance.id.in_(ids))
    return {
        instance_id: ", ".join(
            dict.fromkeys(
                _step(each["name"], each["element"], each["kind"]) for each in waits if each["leaf"]
            )
        )
        for instance_id, waits in session.execute(query)
    }


def _step(name: str, element: str, kind: str) -> str:
    """Where a token stands: the step's name, for a nameless one what it waits for."""
    if name and name != element:
        return name
    return OTHERS[kind]() if kind in OTHERS else element


def _people(session: Session, instance: ProcessInstance, me: Actor, names: Names) -> list[Waiting]:
    seen = {
        task.id for task in user_tasks.find(session, by=me, instance_id=instance.id, limit=MAX_ROWS)
    }
    return [
        Waiting(
            task.element_id,
            task.name,
            _person(task, names),
            "user",
            "person",
            task.created_at,
            url_for("task.show", task_id=task.id) if task.id in seen else "",
            task.due_at,
        )
        for task in _rows(session, UserTask, instance)
    ]


def _person(task: UserTask, names: Names) -> str:
    if task.assignee:
        return str(_("%(person)s works on it", person=names.person(task.assignee)))
    if not task.groups:
        return str(_("Anybody may take it"))
    groups = ", ".join(names.group(group) for group in task.groups)
    return str(_("Somebody of %(groups)s", groups=groups))


def _system(task: ServiceTask, name_of: dict[str, str]) -> Waiting:
    name = task.name or name_of.get(task.element_id) or task.element_id
    tone = "late" if task.state == "failed" else "system"
    return Waiting(task.element_id, name, _answer(task), "settings", tone, task.created_at)


def _answer(task: ServiceTask) -> str:
    if task.state == "failed":
        return str(_("It failed: see the incident"))
    if task.lease_until is not None:
        return str(_("%(worker)s is at it", worker=task.worker))
    if task.topic:
        return str(_("A worker for %(topic)s", topic=task.topic))
    if task.attempts and task.not_before > clock.now():
        return str(
            _(
                "Attempt %(number)s failed, the next comes %(time)s",
                number=task.attempts,
                time=relative(task.not_before),
            )
        )
    return str(_("An answer of the other system"))


def _message(subscription: Subscription, name_of: dict[str, str]) -> Waiting:
    key = subscription.correlation_key
    if subscription.kind == "signal":
        how = str(_("The signal “%(name)s”", name=subscription.name))
    elif key:
        how = str(_("The message “%(name)s” for %(key)s", name=subscription.name, key=key))
    else:
        how = str(_("The message “%(name)s”", name=subscription.name))
    return Waiting(
        subscription.element_id,
        name_of.get(subscription.element_id) or subscription.name,
        how,
        "mail",
        "message",
        subscription.created_at,
    )


def _timer(timer: Timer, name_of: dict[str, str]) -> Waiting:
    return Waiting(
        timer.element_id,
        name_of.get(timer.element_id) or str(_("A moment in time")),
        _when(timer.due_at),
        "alarm" if timer.due_at < clock.now() else "clock",
        "timer",
        timer.created_at,
    )


def _when(at: datetime) -> str:
    time, exact = relative(at), moment(at)
    if at < clock.now():
        return str(_("Was due %(time)s, on %(moment)s", time=time, moment=exact))
    return str(_("Comes %(time)s, on %(moment)s", time=time, moment=exact))


def _other(token: instances.Token) -> Waiting:
    tone = "late" if token.kind == "failed" else "system"
    return Waiting(
        token.element_id,
        _step(token.name, token.element_id, token.kind),
        "" if token.name == token.element_id else OTHERS[token.kind](),
        "hourglass",
        tone,
        token.since,
    )


def _rows(session: Session, kind: type[Row], instance: ProcessInstance) -> list[Row]:
    query = select(kind).where(kind.instance_id == instance.id)
    if issubclass(kind, UserTask | ServiceTask):
        query = query.where(kind.state.in_(("open", "failed")))
    return list(session.scalars(query.order_by(kind.id).limit(MAX_ROWS)))


def _element_names(session: Session, instance: ProcessInstance) -> dict[str, str]:
    program = definitions.program(session, instance.definition, instance.called)
    return {
        element.id: element.name
        for model in (program.model, *program.models.values())
        for element in model.elements.values()
    }
