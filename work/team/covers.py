"""Out of office: whoever is away names a cover, who gets their tasks for that time.

A sweep hands over what is assigned to somebody who is away: what they had, and what comes
meanwhile. The cover may hand each task back, and sees for whom they do it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.people import SYSTEM, Actor, get_person, is_active
from core.permissions import allow
from engine import log, user_tasks
from engine.models import UserTask
from work import notifications, sites
from work.models import WorkClass, Worker
from work.models.team import Cover, Handing
from work.team import acts, presence

LONGEST = timedelta(days=366)
MAX_NOTE = 1_000
#: Tasks that one turn hands over.
BATCH = 50
#: Tasks of people who are away that one turn looks at: those that no cover may have stay.
MOST_LOOKED_AT = 1_000
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
    if presence.is_absent(session, cover, begin.date(), until.date()):
        raise CoverInvalid(reason=f"{cover} is away then too")
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
    return bool(_ready(session, clock.now()))


def follow(session: Session) -> int:
    """Hand over tasks of people who are away; how many."""
    now, done = clock.now(), 0
    for task_id, away in _ready(session, now)[:BATCH]:
        task, instance = user_tasks.lock(session, task_id, by=SYSTEM)
        taker = _taker(session, away, now)
        if not task.is_open or task.assignee != away or taker is None:
            continue
        if not taker.may_have(task.excluded, sites.of_task(session, task)):
            continue
        task.hand_over(taker.name, SYSTEM, at=now)
        task.delegated_by = away
        notifications.assigned(session, task, by=SYSTEM)
        session.add(
            Handing(
                task_id=task.id,
                kind="covered",
                giver=away,
                taker=taker.name,
                at=now,
                by=SYSTEM.name,
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
            details={"assignee": taker.name, "why": f"{away} is away"},
        )
        session.flush()
        done += 1
    return done


@dataclass(frozen=True)
class _Taker:
    """Who stands in for somebody at the moment, and where they work."""

    name: str
    site: str | None

    def may_have(self, excluded: Sequence[str], asked: Sequence[str] | None) -> bool:
        """Whether a task may be theirs."""
        return self.name not in excluded and sites.suit(asked or (), self.site)


def _ready(session: Session, now: datetime) -> list[tuple[UUID, str]]:
    """Tasks that somebody stands in for and may have, each with who is away."""
    takers: dict[str, _Taker | None] = {}
    found = []
    for row in session.execute(_due(now).limit(MOST_LOOKED_AT)):
        if row.person not in takers:
            takers[row.person] = _taker(session, row.person, now)
        taker = takers[row.person]
        asked = row.sites if row.class_id is None else row.ruled
        if taker is not None and taker.may_have(row.excluded, asked):
            found.append((row.id, row.person))
    return found


def _due(
    now: datetime,
) -> Select[UUID, list[str], list[str] | None, UUID, list[str] | None, str]:
    """Open tasks of people who are away."""
    return (
        select(
            UserTask.id,
            UserTask.excluded,
            UserTask.sites,
            WorkClass.id.label("class_id"),
            WorkClass.sites.label("ruled"),
            Cover.person,
        )
        .join(Cover, Cover.person == UserTask.assignee)
        .outerjoin(WorkClass, WorkClass.id == UserTask.class_id)
        .where(
            UserTask.state == "open",
            Cover.ended_at.is_(None),
            Cover.since <= now,
            Cover.until > now,
            ~_was_handed_back(),
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


def _cover_of(session: Session, person: str, now: datetime) -> str | None:
    query = select(Cover.cover).where(
        Cover.person == person, Cover.ended_at.is_(None), Cover.since <= now, Cover.until > now
    )
    return session.scalar(query.order_by(Cover.id).limit(1))


def _taker(session: Session, away: str, now: datetime) -> _Taker | None:
    """The cover, or the cover's cover; None when that is nobody who works here."""
    current = away
    for _ in range(MAX_CHAIN):
        following = _cover_of(session, current, now)
        if following is None:
            break
        current = following
    if current == away or not is_active(session, current, now):
        return None
    if presence.is_absent(session, current, now.date(), now.date()):
        return None
    worker = session.get(Worker, current)
    return _Taker(current, worker.site if worker else None)


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
