"""The four things that a point of a clock can do: raise priority, assign, notify, escalate."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock as time
from core.errors import Invalid
from core.people import SYSTEM, Group, Membership, Person, Role, is_active
from engine import progress, user_tasks
from engine.bpmn.extensions import Owner, is_feel, listed
from engine.bpmn.service_levels import PRIORITIES
from engine.models import ProcessInstance, UserTask
from work import mails, notifications, sites
from work.models import SlaClock
from work.sla import keeping, letters, scopes
from work.sla.starting import Variables

#: Words in `notify` that mean people by what they are to the case.
ASSIGNEE, CANDIDATES, LEADERS, OWNER = "assignee", "candidates", "leaders", "owner"


class ActionInvalid(Invalid):
    """{value} cannot be used: {reason}."""


def prefer(
    session: Session, instance: ProcessInstance, clock: SlaClock, _kind: str, value: Any
) -> None:
    """Give its open tasks, and those to come, a higher priority. Raises ActionInvalid."""
    if value not in PRIORITIES:
        raise ActionInvalid(value=str(value), reason=f"it is none of {', '.join(PRIORITIES)}")
    if clock.priority is None or PRIORITIES.index(clock.priority) < PRIORITIES.index(value):
        clock.priority = value
    tasks = scopes.tasks_of(session, scopes.program_of(session, instance), clock)
    count = keeping.prefer(tasks, value)
    told = {"priority": value, "tasks": count}
    keeping.note(session, instance, clock, "priority", time.now(), told)
    session.flush()


def assign(
    session: Session, instance: ProcessInstance, clock: SlaClock, _kind: str, value: Any
) -> None:
    """Give its open tasks to a person, or offer them to a group. Raises ActionInvalid."""
    name = str(value or "").strip()
    tasks = scopes.tasks_of(session, scopes.program_of(session, instance), clock)
    is_group = session.scalar(select(Group.id).where(Group.name == name)) is not None
    if not is_group and not is_active(session, name, time.now()):
        raise ActionInvalid(value=name, reason="nobody and no group is called so")
    for task in tasks:
        if is_group:
            user_tasks.offer_locked(session, task, instance, name, by=SYSTEM)
            task.class_id = task.rank_at = None
        elif name not in task.excluded and sites.keeps_from(session, task, name) is None:
            user_tasks.hand_over(session, task.id, name, by=SYSTEM)
            notifications.assigned(session, task, by=SYSTEM)
    told = {"to": name, "tasks": len(tasks)}
    keeping.note(session, instance, clock, "assign", time.now(), told)
    session.flush()


def notify(
    session: Session, instance: ProcessInstance, clock: SlaClock, kind: str, value: Any
) -> None:
    """Write a mail to the people that a text or list names. Raises ActionInvalid."""
    program = scopes.program_of(session, instance)
    tasks = scopes.tasks_of(session, program, clock)
    owner = program.model.settings.owner
    variables = Variables(session, instance, clock.token)
    people: dict[str, None] = {}
    for word in _names(value, variables):
        found = _people(session, word, tasks, owner)
        if not found and word not in (ASSIGNEE, CANDIDATES, LEADERS, OWNER):
            raise ActionInvalid(value=word, reason="nobody and no group is called so")
        people |= dict.fromkeys(found)
    if people:
        process = program.model.name or instance.key
        text = letters.about(session, instance, clock, kind, process=process, tasks=list(tasks))
        mails.write_each(session, people, text, instance)
    told = {"people": list(people)}
    keeping.note(session, instance, clock, "notify", time.now(), told)


def tell(session: Session, instance: ProcessInstance, clock: SlaClock, kind: str) -> None:
    """Let those who have its open tasks in hand know that they are at risk, or late."""
    program = scopes.program_of(session, instance)
    for task in scopes.tasks_of(session, program, clock):
        if task.assignee is not None:
            notifications.notify(
                session,
                task.assignee,
                kind,
                instance_id=instance.id,
                task_id=task.id,
                details={
                    "task": task.name,
                    "case": instance.business_key or "",
                    "text": clock.name,
                },
            )


def escalate(
    session: Session, instance: ProcessInstance, clock: SlaClock, _kind: str, value: Any
) -> None:
    """Throw a BPMN escalation where the clock is set; the log says whether anybody caught it."""
    code, now = str(value or "").strip(), time.now()
    runtime = progress.runtime_of(session, instance)
    caught = runtime.throw_escalation(clock.token, code, at=now)
    told = {"code": code, "caught": caught}
    keeping.note(session, instance, clock, "escalate", now, told)
    if caught:
        progress.record_progress(session, instance, runtime, at=now)


def _names(value: Any, variables: Variables) -> Iterable[str]:
    if isinstance(value, list):
        return [name for each in value for name in _names(each, variables)]
    if not isinstance(value, str):
        raise ActionInvalid(value=str(value), reason="it names nobody")
    return [
        name
        for entry in listed(value)
        for name in (_names(variables.evaluate(entry), variables) if is_feel(entry) else [entry])
    ]


def _people(
    session: Session,
    word: str,
    tasks: Iterable[UserTask],
    owner: Owner | None,
) -> list[str]:
    groups = {group for task in tasks for group in task.groups}
    answering = {owner.group} if owner and owner.group else set()
    if word == ASSIGNEE:
        return [task.assignee for task in tasks if task.assignee]
    if word == CANDIDATES:
        return _members(session, groups)
    if word == LEADERS:
        return _members(session, groups or answering, Role.TEAM_LEADER)
    if word == OWNER:
        return [owner.person] if owner and owner.person else _members(session, answering)
    person = session.scalar(select(Person).where(Person.name == word))
    if person is not None:
        return [person.name] if person.is_active else []
    return _members(session, {word})


def _members(session: Session, groups: Iterable[str], role: Role | None = None) -> list[str]:
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Group.id == Membership.group_id)
        .where(Group.name.in_(sorted(groups)), Person.deactivated_at.is_(None))
        .order_by(Person.name)
        .limit(mails.MAX_PEOPLE)
    )
    people = session.scalars(query).unique()
    return [each.name for each in people if role is None or role in each.roles]
