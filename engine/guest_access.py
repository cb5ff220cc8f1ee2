"""Who makes, withdraws and uses links for guests, and what a link opens at the moment."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import Actor, Role
from core.permissions import allow, may
from engine import definitions, guest_links, user_tasks
from engine.guest_links import MAX_OPEN, USUAL_LIFETIME, GuestLinkNotFound, id_in
from engine.models import GuestLink, ProcessInstance, UserTask


class GuestLinkExpired(NotFound):
    """This link is no longer valid: its time is over."""


class GuestLinkUsed(NotFound):
    """This link was used already."""


class GuestLinkRevoked(NotFound):
    """This link was withdrawn."""


class GuestLinkEarly(Conflict):
    """This form is not asked for yet."""


class NoFormForGuests(Invalid):
    """Guests answer forms, and this has none."""


class NotYoursToShare(Forbidden):
    """Links are made by those who may complete or assign the task, or who started the case."""


CLOSED: Mapping[str, type[NotFound]] = {
    "expired": GuestLinkExpired,
    "used": GuestLinkUsed,
    "revoked": GuestLinkRevoked,
}


def make(
    session: Session,
    task_id: UUID,
    *,
    lifetime: timedelta = USUAL_LIFETIME,
    label: str = "",
    is_reusable: bool = False,
    by: Actor,
) -> GuestLink:
    """A link to the form of an open user task; a reusable one also to later tasks of its step.

    Raises UserTaskNotFound, UserTaskClosed, NotYoursToShare, NoFormForGuests, GuestLinkLifetime,
    TooManyGuestLinks.
    """
    task, instance = user_tasks.lock(session, task_id, by=by)
    require_may_share(task, by)
    task.require_open()
    if not has_form(session, task):
        raise NoFormForGuests
    return guest_links.add(
        session,
        instance.key,
        instance_id=instance.id,
        element_id=task.element_id,
        task_id=None if is_reusable else task.id,
        lifetime=lifetime,
        label=label,
        is_reusable=is_reusable,
        by=by.name,
    )


def make_for_start(
    session: Session,
    definition_id: UUID,
    *,
    lifetime: timedelta = USUAL_LIFETIME,
    label: str = "",
    is_reusable: bool = False,
    by: Actor,
) -> GuestLink:
    """A link to the start form of a process, in its newest version when the link is opened.

    Raises DefinitionNotFound, NotAllowed, NoFormForGuests, GuestLinkLifetime, TooManyGuestLinks.
    """
    definition = definitions.get(session, definition_id)
    allow(by, "instance.start", definition)
    starts = definitions.program(session, definition).model.starts
    if not any(start.event is None and start.settings.form for start in starts):
        raise NoFormForGuests
    return guest_links.add(
        session,
        definition.key,
        lifetime=lifetime,
        label=label,
        is_reusable=is_reusable,
        by=by.name,
    )


def opened(session: Session, token: str, secret_key: str, *, lock: bool = False) -> GuestLink:
    """The link of a token, if it works now; for answering, under lock.

    Raises GuestLinkNotFound, GuestLinkExpired, GuestLinkUsed, GuestLinkRevoked.
    """
    link = session.get(
        GuestLink, id_in(token, secret_key), with_for_update=lock, populate_existing=lock
    )
    if link is None:
        raise GuestLinkNotFound
    state = link.state(clock.now())
    if state != "open":
        raise CLOSED[state]
    return link


def task_of(session: Session, link: GuestLink) -> UserTask:
    """The open user task that a link answers now.

    Raises GuestLinkEarly before its step is reached, GuestLinkUsed after it was done.
    """
    instance = session.get_one(ProcessInstance, link.instance_id)
    query = select(UserTask).where(
        UserTask.instance_id == link.instance_id, UserTask.element_id == link.element_id
    )
    if link.task_id is not None:
        query = query.where(UserTask.id == link.task_id)
    first = query.order_by(UserTask.id).limit(1)
    task = session.scalar(first.where(UserTask.state == "open"))
    if task is not None:
        return task
    was_there = session.scalar(first) is not None
    if instance.has_ended or (was_there and not link.is_reusable):
        raise GuestLinkUsed
    raise GuestLinkEarly


def of_task(session: Session, task: UserTask, *, by: Actor) -> list[GuestLink]:
    """The links to a task, newest first, for those who may make them. Raises NotYoursToShare."""
    require_may_share(task, by)
    query = select(GuestLink).where(
        GuestLink.instance_id == task.instance_id,
        GuestLink.element_id == task.element_id,
        or_(GuestLink.task_id == task.id, GuestLink.task_id.is_(None)),
    )
    return list(session.scalars(query.order_by(GuestLink.id.desc()).limit(2 * MAX_OPEN)))


def revoke(session: Session, link_id: UUID, *, by: Actor) -> GuestLink:
    """Let a link work no more; once more is fine. Raises GuestLinkNotFound."""
    link = session.get(GuestLink, link_id, with_for_update=True)
    if link is None or not _may_revoke(session, link, by):
        raise GuestLinkNotFound
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = clock.now(), by.name
        session.flush()
    return link


def may_share(task: UserTask, by: Actor) -> bool:
    """Whether somebody may make links to a task: its people, its leaders, who started the case."""
    if may(by, "task.take", task) or may(by, "task.assign", task):
        return True
    return by.has(Role.INTEGRATOR) and task.instance.started_by == by.name


def require_may_share(task: UserTask, by: Actor) -> None:
    """Raise NotYoursToShare."""
    if not may_share(task, by):
        raise NotYoursToShare


def has_form(session: Session, task: UserTask) -> bool:
    """Whether a task has a form that a guest could answer."""
    definition = definitions.get(session, task.definition_id)
    element = definitions.element(session, definition, task.element_id)
    return element is not None and element.settings.form is not None


def _may_revoke(session: Session, link: GuestLink, by: Actor) -> bool:
    if link.created_by == by.name or by.has(Role.OPERATOR):
        return True
    if link.instance_id is None:
        return False
    tasks = user_tasks.find(
        session, by=by, state=None, instance_id=link.instance_id, element_id=link.element_id
    )
    return any(may_share(task, by) for task in tasks)
