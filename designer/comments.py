"""Comments on a process, form or decision while it is drawn: threads, open until resolved."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, permissions
from core.errors import Forbidden, Invalid, NotFound
from core.people import Actor, Person
from designer.comment_models import DesignComment
from designer.contents import SUFFIXES, UnknownKind
from work import notifications
from work.comments import mentioned

MAX_LENGTH = 4_000
MAX_NAME = 200
#: Of one process, form or decision; nobody reads more.
MAX_COMMENTS = 1_000


class CommentInvalid(Invalid):
    """A comment has 1 to {limit} characters."""


class CommentNotFound(NotFound):
    """There is no such comment."""


class CommentOfAnother(Forbidden):
    """Only {author} may take this comment back."""


class TooManyComments(Invalid):
    """There are {limit} comments on this already: take some back first."""


@dataclass(frozen=True)
class About:
    """What a comment is about. `element_id` None: the whole."""

    kind: str
    key: str
    element_id: str | None = None
    element_name: str = ""


@dataclass(frozen=True)
class Added:
    """A comment, and the names in it of people who could not be told of it."""

    comment: DesignComment
    left_out: tuple[str, ...]


def of(session: Session, kind: str, key: str) -> list[DesignComment]:
    """All comments on one thing, the oldest first; answers come after what they answer."""
    query = select(DesignComment).where(DesignComment.kind == kind, DesignComment.key == key)
    return list(session.scalars(query.order_by(DesignComment.id).limit(MAX_COMMENTS)))


def mark(session: Session, kind: str, key: str) -> str:
    """A text that is another one after every comment, answer, resolution and removal."""
    about = (DesignComment.kind == kind, DesignComment.key == key)
    said = select(func.count(), func.max(DesignComment.created_at)).where(*about)
    settled = select(
        func.count(DesignComment.resolved_at), func.max(DesignComment.resolved_at)
    ).where(*about)
    return " ".join(str(each) for row in (said, settled) for each in session.execute(row).one())


def get(session: Session, comment_id: UUID) -> DesignComment:
    """One comment. Raises CommentNotFound."""
    found = session.get(DesignComment, comment_id)
    if found is None:
        raise CommentNotFound(comment_id=str(comment_id))
    return found


def add(session: Session, about: About, text: str, *, by: Actor) -> Added:
    """Say something; analysts who are named with @ get a notification.

    Raises CommentInvalid, UnknownKind and TooManyComments.
    """
    permissions.allow(by, "design")
    if about.kind not in SUFFIXES:
        raise UnknownKind
    comment = _make(session, about, text, None, by=by)
    return Added(comment, _tell(session, comment, by=by))


def answer(session: Session, comment_id: UUID, text: str, *, by: Actor) -> Added:
    """Answer in the thread of a comment, which is open again then."""
    permissions.allow(by, "design")
    first = _first(session, comment_id)
    first.reopen()
    about = About(first.kind, first.key, first.element_id, first.element_name)
    comment = _make(session, about, text, first.id, by=by)
    return Added(comment, _tell(session, comment, by=by))


def resolve(session: Session, comment_id: UUID, *, by: Actor) -> DesignComment:
    """Nothing is left to do about a thread."""
    permissions.allow(by, "design")
    first = _first(session, comment_id)
    first.resolve(by.name, clock.now())
    return first


def reopen(session: Session, comment_id: UUID, *, by: Actor) -> DesignComment:
    """There is something to do about a thread after all."""
    permissions.allow(by, "design")
    first = _first(session, comment_id)
    first.reopen()
    return first


def take_back(session: Session, comment_id: UUID, *, by: Actor) -> None:
    """Delete one's own comment, and the answers to it. Raises CommentOfAnother."""
    comment = get(session, comment_id)
    if comment.created_by != by.name:
        raise CommentOfAnother(author=comment.created_by)
    session.delete(comment)


def _first(session: Session, comment_id: UUID) -> DesignComment:
    comment = get(session, comment_id)
    return get(session, comment.thread_id) if comment.thread_id else comment


def _make(
    session: Session, about: About, text: str, thread_id: UUID | None, *, by: Actor
) -> DesignComment:
    words = text.strip()
    if not 0 < len(words) <= MAX_LENGTH or len(about.element_name) > MAX_NAME:
        raise CommentInvalid(limit=MAX_LENGTH)
    count = select(func.count()).where(
        DesignComment.kind == about.kind, DesignComment.key == about.key
    )
    if (session.scalar(count) or 0) >= MAX_COMMENTS:
        raise TooManyComments(limit=MAX_COMMENTS)
    comment = DesignComment(
        kind=about.kind,
        key=about.key,
        element_id=about.element_id,
        element_name=about.element_name,
        thread_id=thread_id,
        text=words,
        created_at=clock.now(),
        created_by=by.name,
    )
    session.add(comment)
    session.flush()
    return comment


def _tell(session: Session, comment: DesignComment, *, by: Actor) -> tuple[str, ...]:
    """Notify who is named and draws; answers the others."""
    left_out = []
    for name in mentioned(comment.text):
        person = session.scalar(
            select(Person).where(Person.name == name, Person.deactivated_at.is_(None))
        )
        if person is None or not permissions.may(person.as_actor(), "design"):
            left_out.append(name)
        elif name != by.name:
            said = {
                "text": comment.text[: notifications.MAX_TEXT],
                "case": comment.element_name or comment.key,
                "comment": str(comment.id),
            }
            notifications.notify(session, name, "design_mention", details=said, by=by)
    return tuple(left_out)
