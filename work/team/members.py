"""Who works here: somebody by name as an actor, and whether they may do a task."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor, ApiToken, find_person
from engine.errors import PersonUnknown
from engine.models import UserTask
from work import sites, skills
from work.models import WorkClass


class NotEligible(Invalid):
    """{person} may not do this task: {reason}."""


def actor_of(session: Session, name: str) -> Actor:
    """Somebody who can work, with the roles and groups of this moment. Raises PersonUnknown."""
    person = find_person(session, name)
    if person is not None and person.is_active:
        return person.as_actor()
    now = clock.now()
    tokens = session.scalars(select(ApiToken).where(ApiToken.name == name).order_by(ApiToken.id))
    for token in tokens:
        if person is None and token.is_valid(now):
            return token.as_actor()
    raise PersonUnknown(person=name)


def require_eligible(session: Session, task: UserTask, name: str) -> Actor:
    """Somebody whom a task could be given to by "get next". Raises NotEligible, PersonUnknown."""
    found = actor_of(session, name)
    if not task.is_candidate(found):
        reason = "it is kept from them" if name in task.excluded else "it is for other groups"
        raise NotEligible(person=name, reason=reason)
    worker = skills.of(session, name)
    has = skills.as_held(worker.skills if worker else {}, found)
    sorted_in = session.get(WorkClass, task.class_id) if task.class_id else None
    asked = sorted_in.skills if sorted_in else task.skills
    if not skills.suffice(has, asked or ()):
        raise NotEligible(person=name, reason="they lack a skill that it takes")
    require_site(session, task, name)
    return found


def require_site(session: Session, task: UserTask, name: str) -> None:
    """Raise NotEligible when a task is done where somebody does not work."""
    reason = sites.keeps_from(session, task, name)
    if reason is not None:
        raise NotEligible(person=name, reason=reason)
