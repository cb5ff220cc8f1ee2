"""The stall radar: goes round all open cases and notes which wait longer than expected.

    next_cases ──▶ look (nothing is locked or written) ──▶ note (only what has changed)

A round goes by id, a page at a time; where it stands is one row, so several schedulers share it.
A case that waits as it should costs its share of a few reads and no write.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer, undefer_group

from core import clock
from engine import definitions, expectations, explanations, mending
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import Element
from engine.bpmn.parser import Program
from engine.models import ProcessInstance, RadarRound, Stall

#: Cases of one page. With a page a second, 100,000 open cases take seven minutes.
BATCH = 250
#: A round begins no sooner after the one before: few cases need no look each second.
SHORTEST_ROUND = timedelta(seconds=20)


@dataclass(frozen=True)
class Overdue:
    """A wait beyond its expectation, as its row tells it."""

    token: str
    since: datetime
    element_id: str
    name: str
    kind: str
    expected_until: datetime
    basis: str
    reason: str
    owner: str | None
    owner_groups: str | None


@dataclass(frozen=True)
class Finding:
    """A case whose rows do not tell what is overdue now; it counts for this revision only."""

    instance_id: UUID
    revision: int
    key: str
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True)
class Looked:
    """What a page of cases showed."""

    findings: tuple[Finding, ...]
    #: Cases that something does not explain, for `mending.mend`.
    doubtful: tuple[UUID, ...]


def is_time(session: Session) -> bool:
    """Whether there is a page to look at: a round is under way, or may begin."""
    row = session.get(RadarRound, RadarRound.ONLY)
    return row is None or row.position is not None or _may_begin(row, clock.now())


def next_cases(session: Session, limit: int = BATCH) -> list[UUID]:
    """The next open cases of the round. Empty when another process is at it, or it is too soon."""
    now, row = clock.now(), _locked(session)
    if row is None or (row.position is None and not _may_begin(row, now)):
        return []
    query = select(ProcessInstance.id).where(ProcessInstance.ended_at.is_(None))
    if row.position is None:
        row.began_at = now
    else:
        query = query.where(ProcessInstance.id > row.position)
    found = list(session.scalars(query.order_by(ProcessInstance.id).limit(limit)))
    row.position = found[-1] if len(found) == limit else None
    if row.position is None:
        row.took_seconds = (now - row.began_at).total_seconds()
    session.flush()
    return found


def look(session: Session, ids: Sequence[UUID]) -> Looked:
    """Compare what these cases wait for with what is expected. Only reads."""
    query = select(ProcessInstance).where(
        ProcessInstance.id.in_(ids), ProcessInstance.ended_at.is_(None)
    )
    query = query.options(undefer(ProcessInstance.waits), undefer(ProcessInstance.called))
    found = session.scalars(query.order_by(ProcessInstance.id)).all()
    if not found:
        return Looked((), ())
    page = _Page(session, found)
    overdue = page.overdue(clock.now())
    known = _known(session, [each.id for each in found])
    findings = tuple(
        Finding(each.id, each.revision, each.key, told)
        for each in found
        if set(told := overdue.get(each.id, ())) != known.get(each.id, set())
    )
    return Looked(findings, tuple(mending.in_doubt(session, found)))


def note(session: Session, findings: Iterable[Finding]) -> None:
    """Store what was found, of cases that nobody has moved since and nobody moves now."""
    by_id = {each.instance_id: each for each in findings}
    query = select(ProcessInstance.id, ProcessInstance.revision)
    query = query.where(ProcessInstance.id.in_(by_id)).order_by(ProcessInstance.id)
    now = clock.now()
    for instance_id, revision in session.execute(query.with_for_update(skip_locked=True)).all():
        if by_id[instance_id].revision == revision:
            _store(session, by_id[instance_id], now)


class _Page:
    """Some cases, with what is asked once for all of them."""

    def __init__(self, session: Session, instances: Sequence[ProcessInstance]) -> None:
        self._session, self._instances = session, instances
        self._programs: dict[object, Program] = {}
        keys = {each.key for each in instances} | {key for each in instances for key in each.called}
        self._usual = expectations.learned(session, keys)

    def overdue(self, now: datetime) -> dict[UUID, tuple[Overdue, ...]]:
        """What is beyond its expectation, by case."""
        waits = [(each, noted) for each in self._instances for noted in resting(each)]
        self._load_states(waits)
        late = []
        for instance, noted in waits:
            element = self._element(instance, noted)
            until = expectations.expected(self._session, instance, noted, element, self._usual)
            if until.until <= now:
                late.append((instance, noted, until))
        rows = explanations.rows_of(self._session, [noted for _, noted, _ in late])
        found: dict[UUID, tuple[Overdue, ...]] = {}
        for instance, noted, until in late:
            told = self._overdue(instance, noted, until, rows)
            found[instance.id] = (*found.get(instance.id, ()), told)
        return found

    def _overdue(
        self,
        instance: ProcessInstance,
        noted: Mapping[str, Any],
        until: expectations.Expected,
        rows: explanations.Rows,
    ) -> Overdue:
        owner, groups, reason = explanations.explained(instance, noted, rows)
        element = self._element(instance, noted)
        said = (element and element.settings.owner) or self._program(instance).model.settings.owner
        return Overdue(
            token=noted["token"],
            since=datetime.fromisoformat(noted["since"]),
            element_id=noted["element"],
            name=noted["name"] or noted["element"],
            kind=noted["kind"],
            expected_until=until.until,
            basis=until.basis,
            reason=reason,
            owner=said.person if said else owner,
            owner_groups=said.group if said else groups,
        )

    def _load_states(self, waits: Sequence[tuple[ProcessInstance, Mapping[str, Any]]]) -> None:
        """The states of those whose expectation is an expression: at once, not one by one."""
        needed = set()
        for instance, noted in waits:
            element = self._element(instance, noted)
            said = element.settings.expect if element is not None else None
            if said is not None and said.wait and is_feel(said.wait):
                needed.add(instance.id)
        if needed:
            query = select(ProcessInstance).where(ProcessInstance.id.in_(needed))
            query = query.options(undefer_group("run"))
            self._session.scalars(query.execution_options(populate_existing=True)).all()

    def _program(self, instance: ProcessInstance) -> Program:
        called = instance.called
        key = (instance.definition_id, tuple(sorted(called.items())))
        if key not in self._programs:
            made = definitions.program_by_id(self._session, instance.definition_id, called)
            self._programs[key] = made
        return self._programs[key]

    def _element(self, instance: ProcessInstance, noted: Mapping[str, Any]) -> Element | None:
        model = self._program(instance).models.get(noted.get("process") or instance.key)
        return model.elements.get(noted["element"]) if model is not None else None


def resting(instance: ProcessInstance) -> list[Mapping[str, Any]]:
    """What the case waits for; while it is suspended, only for its resume."""
    if instance.is_suspended and instance.suspended_at is not None:
        first = instance.waits[0] if instance.waits else {}
        return [
            {
                "kind": "suspended",
                "token": "",
                "what": None,
                "element": first.get("element", ""),
                "name": first.get("name", ""),
                "since": instance.suspended_at.isoformat(),
            }
        ]
    return [each for each in instance.waits if each["leaf"]]


def _may_begin(row: RadarRound, now: datetime) -> bool:
    # A clock that was set back is no reason to wait until it is as late as before.
    return not timedelta(0) <= now - row.began_at < SHORTEST_ROUND or row.took_seconds is None


def _locked(session: Session) -> RadarRound | None:
    """The row of the round, or None while another process has it."""
    if session.get(RadarRound, RadarRound.ONLY) is None:
        try:
            with session.begin_nested():
                session.add(RadarRound(id=RadarRound.ONLY, began_at=clock.now()))
        except IntegrityError:
            return None  # Another process has just made it, and looks.
    query = select(RadarRound).with_for_update(skip_locked=True)
    return session.scalar(query.execution_options(populate_existing=True))


def _known(session: Session, ids: Sequence[UUID]) -> dict[UUID, set[Overdue]]:
    """What the rows of some cases tell."""
    known: dict[UUID, set[Overdue]] = {}
    for row in session.scalars(select(Stall).where(Stall.instance_id.in_(ids))):
        told = Overdue(**{each.name: getattr(row, each.name) for each in fields(Overdue)})
        known.setdefault(row.instance_id, set()).add(told)
    return known


def _store(session: Session, finding: Finding, now: datetime) -> None:
    query = select(Stall).where(Stall.instance_id == finding.instance_id)
    before = {(row.token, row.since): row for row in session.scalars(query)}
    still = {(each.token, each.since) for each in finding.overdue}
    gone = [row.id for identity, row in before.items() if identity not in still]
    if gone:
        session.execute(delete(Stall).where(Stall.id.in_(gone)))
    for each in finding.overdue:
        row = before.get((each.token, each.since)) or Stall(
            instance_id=finding.instance_id, key=finding.key, noticed_at=now
        )
        for field in fields(Overdue):
            setattr(row, field.name, getattr(each, field.name))
        session.add(row)
    session.flush()
    # Not by the row's object: looking at a case is no change of it, and wins no race.
    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == finding.instance_id)
        .values(stalls=len(finding.overdue))
        .execution_options(synchronize_session=False)
    )
