"""What waits for somebody: the queries behind "get next", built once and asked with values.

A statement names its conditions in the words of the partial indexes of `user_task`; it is asked
for a few classes, and reads the first entry of each, however many tasks are open.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, lazyload

from core import clock
from core.model import Json, UtcDateTime
from engine.models import ProcessInstance, UserTask
from work import catalogue, sorting
from work.models import WorkClass, Worker
from work.models.team import Offer

#: Cases somebody did last, in which they are asked first.
CASES_REMEMBERED = 20
#: Tasks that team leaders put first, which one look takes in.
PINNED_SEEN = 20

Way = Literal["first", "first_in_time", "known", "reserved", "pinned"]

_OPEN: ColumnElement[str] = literal_column("'open'")
_ACTIVE: ColumnElement[str] = literal_column("'active'")
_COMPLETED: ColumnElement[str] = literal_column("'completed'")
_ME = bindparam("me", type_=String())
_NOT_KEPT_FROM_ME = ~cast(UserTask.excluded, String).like(bindparam("me_excluded"), escape="/")
_NOW: ColumnElement[datetime] = bindparam("now", type_=UtcDateTime())


@dataclass(frozen=True)
class Desk:
    """What is known of somebody who asks for work, and whether all that waits is sorted."""

    stamp: UUID | None
    versions: catalogue.Versions
    has_unsorted: bool
    skills: dict[str, int]
    site: str | None
    in_hand_limit: int | None
    #: Tasks in hand by class; those that rest are not in hand.
    in_hand: dict[UUID | None, int]


@dataclass(frozen=True)
class Waiting:
    """The first task of a class, or one that is to be looked at beside it."""

    class_id: UUID
    rank_at: datetime
    way: Way
    task_id: UUID | None
    pinned_at: datetime | None


def look(session: Session, name: str, calendars: Sequence[str]) -> Desk:
    """One question about somebody, the catalogue and what is unsorted."""
    values = {"me": name, "calendars": calendars, "now": clock.now()}
    rows = session.execute(_desk(), values).all()
    first = rows[0]
    return Desk(
        first.stamp,
        (first.version or 0, first.changed_at),
        bool(first.unsorted),
        first.skills or {},
        first.site,
        first.in_hand_limit,
        {row.class_id: row.tasks for row in rows if row.tasks},
    )


def heads(
    session: Session,
    name: str,
    class_ids: Sequence[UUID],
    *,
    in_recovery: Sequence[UUID] = (),
    knowing: Sequence[UUID] = (),
    is_offer: bool = False,
) -> list[Waiting]:
    """What waits for somebody in these classes.

    Of those `in_recovery` also the first that is not late, of those `knowing` cases also what waits
    in the cases that somebody did last. An offer leaves out what they were offered before.
    """
    if not class_ids:
        return []
    values: dict[str, Any] = _values(name) | {"classes": class_ids}
    if in_recovery:
        values["recovering"] = in_recovery
    if knowing:
        values["knowing"] = knowing
    rows = session.execute(_heads(bool(in_recovery), bool(knowing), is_offer), values)
    return [Waiting(*row) for row in rows if row.rank_at is not None]


def lock(
    session: Session, name: str, waiting: Waiting, *, is_offer: bool = False
) -> tuple[UserTask, ProcessInstance] | None:
    """The first task that fits, locked with its case; what others hold is passed over."""
    values: dict[str, Any] = _values(name) | {"class_id": waiting.class_id}
    if waiting.task_id is not None:
        values["task_id"] = waiting.task_id
    query = _lock(waiting.way, waiting.task_id is not None, is_offer)
    row = session.execute(query, values, execution_options={"populate_existing": True}).first()
    return None if row is None else (row[0], row[1])


def is_any(session: Session, class_ids: Sequence[UUID]) -> bool:
    """Whether anything in these classes waits for whoever may do it."""
    waits = exists().where(
        UserTask.state == _OPEN,
        UserTask.assignee.is_(None),
        UserTask.rank_at.is_not(None),
        UserTask.reserved_for.is_(None),
        UserTask.class_id.in_(class_ids),
    )
    return bool(session.scalar(select(waits)))


def in_hand_of_all(session: Session, class_ids: Sequence[UUID]) -> int:
    """Tasks of these classes that anybody has in hand."""
    query = select(func.count()).where(
        UserTask.state == _OPEN,
        UserTask.assignee.is_not(None),
        UserTask.class_id.in_(class_ids),
        _is_awake(),
    )
    return session.scalar(query, {"now": clock.now()}) or 0


@cache
def _desk() -> Any:
    one = select(literal(1).label("one")).subquery()
    in_hand = (
        select(UserTask.class_id, func.count().label("tasks"))
        .where(UserTask.assignee == _ME, UserTask.state == _OPEN, _is_awake())
        .group_by(UserTask.class_id)
        .subquery()
    )
    return select(
        catalogue.STAMP.label("stamp"),
        catalogue.VERSION.label("version"),
        catalogue.CHANGED_AT.label("changed_at"),
        sorting.HAS_UNSORTED.label("unsorted"),
        Worker.skills,
        Worker.site,
        Worker.in_hand_limit,
        in_hand.c.class_id,
        in_hand.c.tasks,
    ).select_from(one.outerjoin(Worker, Worker.name == _ME).outerjoin(in_hand, true()))


@cache
def _heads(has_recovery: bool, has_known: bool, is_offer: bool) -> Any:
    parts = [_first_of_each("first", "classes", is_offer), _reserved(), _pinned(is_offer)]
    if has_recovery:
        parts.append(_first_of_each("first_in_time", "recovering", is_offer))
    if has_known:
        parts.append(_known_cases(is_offer))
    return union_all(*parts)


def _first_of_each(way: Way, classes: str, is_offer: bool) -> Any:
    first = (
        select(UserTask.rank_at)
        .where(UserTask.class_id == WorkClass.id, *_of(way, is_offer), _is_active())
        .order_by(UserTask.rank_at, UserTask.id)
        .limit(1)
        .correlate(WorkClass)
        .scalar_subquery()
    )
    return select(
        WorkClass.id.label("class_id"),
        first.label("rank_at"),
        literal(way).label("way"),
        null().cast(Uuid).label("task_id"),
        null().cast(UtcDateTime()).label("pinned_at"),
    ).where(WorkClass.id.in_(bindparam(classes, expanding=True)))


def _reserved() -> Any:
    return _each("reserved", False).where(_is_active())


def _pinned(is_offer: bool) -> Any:
    few = (
        _each("pinned", is_offer)
        .order_by(UserTask.pinned_at, UserTask.id)
        .limit(PINNED_SEEN)
        .subquery()
    )
    return select(few)


def _known_cases(is_offer: bool) -> Any:
    done = (
        select(UserTask.instance_id)
        .where(UserTask.assignee == _ME, UserTask.state == _COMPLETED)
        .order_by(UserTask.id.desc())
        .limit(CASES_REMEMBERED)
        .subquery()
    )
    known = _each("known", is_offer, "knowing")
    return known.where(UserTask.instance_id.in_(select(done.c.instance_id)))


def _each(way: Way, is_offer: bool, classes: str = "classes") -> Any:
    return select(
        UserTask.class_id.label("class_id"),
        UserTask.rank_at.label("rank_at"),
        literal(way).label("way"),
        UserTask.id.label("task_id"),
        UserTask.pinned_at.label("pinned_at"),
    ).where(UserTask.class_id.in_(bindparam(classes, expanding=True)), *_of(way, is_offer))


@cache
def _lock(way: Way, is_one: bool, is_offer: bool) -> Any:
    query = (
        select(UserTask, ProcessInstance)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.class_id == bindparam("class_id", type_=Uuid()), *_of(way, is_offer))
        .where(ProcessInstance.state == _ACTIVE)
        .order_by(UserTask.rank_at, UserTask.id)
        .limit(1)
        .with_for_update(of=(UserTask, ProcessInstance), skip_locked=True)
        .options(lazyload(UserTask.candidates))
    )
    return query.where(UserTask.id == bindparam("task_id", type_=Uuid())) if is_one else query


def _of(way: Way, is_offer: bool) -> list[ColumnElement[bool]]:
    """Tasks that wait for somebody in that way, in the words of their index."""
    conditions = [
        UserTask.state == _OPEN,
        UserTask.assignee.is_(None),
        UserTask.rank_at.is_not(None),
        _NOT_KEPT_FROM_ME,
    ]
    if way == "reserved":
        return [*conditions, UserTask.reserved_for.is_not(None), UserTask.reserved_for == _ME]
    conditions.append(UserTask.reserved_for.is_(None))
    if is_offer:
        conditions.append(~exists().where(Offer.task_id == UserTask.id, Offer.person == _ME))
    if way == "pinned":
        conditions.append(UserTask.pinned_at.is_not(None))
    if way == "first_in_time":
        conditions.append(UserTask.rank_at >= _NOW)
    return conditions


def _is_active() -> ColumnElement[bool]:
    return exists().where(
        ProcessInstance.id == UserTask.instance_id, ProcessInstance.state == _ACTIVE
    )


def _is_awake() -> ColumnElement[bool]:
    return or_(UserTask.follow_up_at.is_(None), UserTask.follow_up_at <= _NOW)


def _values(name: str) -> Json:
    pattern = json.dumps(name)
    for special in ("/", "%", "_"):
        pattern = pattern.replace(special, f"/{special}")
    return {"me": name, "me_excluded": f"%{pattern}%", "now": clock.now()}
