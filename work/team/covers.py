"""Out of office: whoever is away names a cover, who gets their tasks for that time.

A sweep hands over what is assigned to somebody who is away: what they had, and what comes
meanwhile. The cover may hand each task back, and sees for whom they do it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, exists, literal, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import SYSTEM, Actor, get_person, is_active
from core.permissions import allow
from engine import log, user_tasks
from engine.models import UserTask
from work import notifications
from work.models.team import Cover, Handing
from work.team import acts

LONGEST = timedelta(days=366)
MAX_NOTE = 1_000
#: Tasks that one turn hands over.
BATCH = 50
#: How many may stand in for one another in a row.
MAX_CHAIN = 5


class CoverNotFound(NotFound):
    """There is no such cover."""


class CoverInvalid(Invalid):
    """That cannot be the cover: {reason}."""


class CoverTaken(Conflict):
    """{person} has a cover in that time already."""


def name(
    session: Session,
    person: str,
    cover: str,
    *,
    since: datetime | None = None,
    until: datetime,
    note: str = "",
    by: Actor,
) -> Cover:
    """Name who does the work of `person` from `since` (now) until `until`.

    One's own, or as team leader. Raises PersonNotFound, CoverInvalid, CoverTaken.
    """
    if by.name != person:
        allow(by, "worker.change")
    get_person(session, person)
    now = clock.now()
    begin = max(since or now, now)
    if cover == person or not is_active(session, cover, now):
        raise CoverInvalid(reason="it must be somebody else who works here")
    if not begin < until <= now + LONGEST or len(note) > MAX_NOTE:
        raise CoverInvalid(reason="it ends after it begins and within a year")
    overlaps = exists().where(
        Cover.person == person,
        Cover.ended_at.is_(None),
        Cover.since < until,
        Cover.until > begin,
    )
    if session.scalar(select(overlaps)):
        raise CoverTaken(person=person)
    if _reaches(session, cover, person, begin, until):
        raise CoverInvalid(reason=f"{cover} is away then too, and {person} stands in")
    made = Cover(
        person=person,
        cover=cover,
        since=begin,
        until=until,
        note=note.strip(),
        made_at=now,
        made_by=by.name,
    )
    session.add(made)
    if cover != by.name:
        told = {"until": until.date().isoformat(), "text": note.strip()[: notifications.MAX_TEXT]}
        away = by if by.name == person else Actor(person, frozenset(), frozenset())
        notifications.notify(session, cover, "cover", details=told, by=away)
    acts.record(session, "cover", note.strip(), by=by, concerning=f"{person} → {cover}")
    return made


def end(session: Session, cover_id: UUID, *, by: Actor) -> None:
    """Let somebody do their own work again. Raises CoverNotFound."""
    found = session.get(Cover, cover_id, with_for_update=True)
    if found is None or found.ended_at is not None:
        raise CoverNotFound
    if by.name != found.person:
        allow(by, "worker.change")
    found.ended_at, found.ended_by = clock.now(), by.name
    acts.record(session, "cover.end", "", by=by, concerning=f"{found.person} → {found.cover}")


def find(session: Session, *, by: Actor, person: str | None = None) -> list[Cover]:
    """Covers that have not ended, by when they begin: one's own, or as team leader all."""
    if person is None or person != by.name:
        allow(by, "worker.change")
    now = clock.now()
    query = select(Cover).where(Cover.ended_at.is_(None), Cover.until > now)
    if person is not None:
        query = query.where(Cover.person == person)
    return list(session.scalars(query.order_by(Cover.since, Cover.id).limit(1_000)))


def has_due(session: Session) -> bool:
    """Whether `follow` would find anything."""
    return session.execute(_due(clock.now()).limit(1)).first() is not None


def follow(session: Session) -> int:
    """Hand over tasks of people who are away; how many."""
    now, done = clock.now(), 0
    for task_id, away in session.execute(_due(now).limit(BATCH)).all():
        task, instance = user_tasks.lock(session, task_id, by=SYSTEM)
        taker = _free_cover(session, task, away, now)
        if not task.is_open or task.assignee != away or taker is None:
            continue
        task.hand_over(taker, SYSTEM, at=now)
        task.delegated_by = away
        notifications.assigned(session, task, by=SYSTEM)
        session.add(
            Handing(
                task_id=task.id, kind="covered", giver=away, taker=taker, at=now, by=SYSTEM.name
            )
        )
        log.note(
            session,
            instance,
            task.kind,
            "assign",
            at=now,
            by=SYSTEM.name,
            element_id=task.element_id,
            name=task.name,
            token=task.token,
            details={"assignee": taker, "why": f"{away} is away"},
        )
        session.flush()
        done += 1
    return done


def _due(now: datetime) -> Select[UUID, str]:
    """Open tasks of people who are away, as far as their covers may take them."""
    return (
        select(UserTask.id, Cover.person)
        .join(Cover, Cover.person == UserTask.assignee)
        .where(
            UserTask.state == "open",
            Cover.ended_at.is_(None),
            Cover.since <= now,
            Cover.until > now,
            ~_was_handed_back(),
            ~_is_kept_from_cover(),
        )
        .order_by(UserTask.id)
    )


def _was_handed_back() -> ColumnElement[bool]:
    """The cover gave it back to who is away: it is not sent to and fro."""
    return exists().where(
        Handing.task_id == UserTask.id,
        Handing.kind == "handed_back",
        Handing.taker == Cover.person,
        Handing.at >= Cover.since,
    )


def _is_kept_from_cover() -> ColumnElement[bool]:
    quoted = literal('%"').concat(Cover.cover).concat('"%')
    return cast(UserTask.excluded, String).like(quoted)


def _cover_of(session: Session, person: str, now: datetime) -> str | None:
    query = select(Cover.cover).where(
        Cover.person == person, Cover.ended_at.is_(None), Cover.since <= now, Cover.until > now
    )
    return session.scalar(query.order_by(Cover.id).limit(1))


def _free_cover(session: Session, task: UserTask, away: str, now: datetime) -> str | None:
    """The cover, or the cover's cover; None when nobody of them may do the task."""
    current = away
    for _ in range(MAX_CHAIN):
        following = _cover_of(session, current, now)
        if following is None:
            break
        current = following
    if current == away or current in task.excluded or not is_active(session, current, now):
        return None
    return current


def _reaches(session: Session, start: str, person: str, since: datetime, until: datetime) -> bool:
    """Whether covers lead from one to the other within that time."""
    current = {start}
    for _ in range(MAX_CHAIN):
        query = select(Cover.cover).where(
            Cover.person.in_(current),
            Cover.ended_at.is_(None),
            Cover.since < until,
            Cover.until > since,
        )
        current = set(session.scalars(query))
        if person in current:
            return True
        if not current:
            return False
    return True
