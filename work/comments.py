"""Comments on cases, and telling those who are named in them: `@bob, please look`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor, Person
from core.permissions import allow
from engine import instances, user_tasks
from engine.errors import UserTaskNotFound
from engine.models import ProcessInstance
from engine.visibility import instances_seen_by
from work import notifications
from work.models.comment import Comment

MAX_LENGTH = 4_000
#: People that one comment tells.
MAX_MENTIONS = 20
#: Comments of one case that are shown, the newest.
MAX_SHOWN = 200
_MENTION = re.compile(r"(?<![\w@.])@([\w][\w.\-]*)")


class CommentInvalid(Invalid):
    """A comment has 1 to {limit} characters."""


@dataclass(frozen=True)
class Added:
    """A comment, whom it told, and who was named but may not see the case."""

    comment: Comment
    told: tuple[str, ...]
    left_out: tuple[str, ...]


def add(
    session: Session,
    instance_id: UUID,
    text: str,
    *,
    task_id: UUID | None = None,
    by: Actor,
) -> Added:
    """Comment on a case that `by` may see; those named with @ get a notification.

    Raises CommentInvalid, InstanceNotFound, UserTaskNotFound.
    """
    allow(by, "case.note")
    instance = instances.get(session, instance_id, by=by)
    if task_id is not None and user_tasks.get(session, task_id, by=by).instance_id != instance_id:
        raise UserTaskNotFound(task_id=str(task_id))
    words = text.strip()
    if not 0 < len(words) <= MAX_LENGTH:
        raise CommentInvalid(limit=MAX_LENGTH)
    named = _named(session, words, by)
    told = [each for each in named if _sees(session, each, instance)]
    comment = Comment(
        instance_id=instance_id,
        task_id=task_id,
        text=words,
        mentions=[each.name for each in told],
        at=clock.now(),
        by=by.name,
    )
    session.add(comment)
    session.flush()
    for each in told:
        notifications.notify(
            session,
            each.name,
            "mention",
            instance_id=instance_id,
            task_id=task_id,
            details={"text": words[: notifications.MAX_TEXT], "case": instance.business_key or ""},
            by=by,
        )
    left_out = tuple(each.display_name for each in named if each not in told)
    return Added(comment, tuple(each.display_name for each in told), left_out)


def of_case(session: Session, instance_id: UUID, *, by: Actor) -> list[Comment]:
    """The comments on a case, oldest first. Raises InstanceNotFound."""
    instances.get(session, instance_id, by=by)
    query = select(Comment).where(Comment.instance_id == instance_id)
    newest = session.scalars(query.order_by(Comment.id.desc()).limit(MAX_SHOWN))
    return list(reversed(newest.all()))


def mentioned(text: str) -> list[str]:
    """The names after each @, once each, in the order of the text."""
    found = (name.rstrip(".-") for name in _MENTION.findall(text))
    return list(dict.fromkeys(found))[:MAX_MENTIONS]


def _named(session: Session, text: str, by: Actor) -> list[Person]:
    names = [name for name in mentioned(text) if name != by.name]
    query = select(Person).where(Person.name.in_(names), Person.deactivated_at.is_(None))
    found: Iterable[Person] = session.scalars(query) if names else ()
    return sorted(found, key=lambda person: names.index(person.name))


def _sees(session: Session, person: Person, instance: ProcessInstance) -> bool:
    seen = instances_seen_by(person.as_actor())
    return bool(session.scalar(select(exists().where(ProcessInstance.id == instance.id, seen))))
