"""Learning the way of past cases: their log is read as the clocks of today would have read it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from core import clock as time
from core.calendars import OFFICE, Calendar
from core.errors import BackOfficeError
from engine import definitions, expectations, log
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import ProcessModel
from engine.bpmn.parser import Program
from engine.bpmn.service_levels import Sla
from engine.models import LogEntry, ProcessInstance
from work.models import LearnedPath, SlaClock
from work.sla.standing import Scope, Standings, is_held_up, move
from work.sla.terms import Terms
from work.sla.timekeeping import Run, shown

#: Ended cases of one process that are looked at: the latest; and entries of one case.
MAX_CASES = 300
MAX_ENTRIES = 2_000
#: Quantiles that are kept of each distribution.
QUANTILES = 20
RESTING = frozenset({*expectations.RESTING, "eventBasedGateway"})


@dataclass
class Visits:
    """What was seen of one element: stays, ways from there, and where tokens rested next."""

    stays: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    following: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Promise:
    """One service level of the newest version of a process."""

    name: str
    owner: str
    sla: Sla
    is_process: bool
    calendar: Calendar


#: By promise, process and element.
Learned = dict[tuple[str, str, str], Visits]


def promise_of(clock: SlaClock) -> str:
    """What the service level of a clock is called among what is learned."""
    return f"{clock.element_id}/{clock.position}"


def keys(session: Session) -> list[str]:
    """Processes whose newest version has service levels."""
    found = []
    for key in expectations.keys(session):
        try:
            definition = definitions.latest(session, "process", key)
            if definitions.program(session, definition).has_slas:
                found.append(key)
        except BackOfficeError:
            continue
    return found


def learned(session: Session, key: str) -> Learned:
    """What the latest ended cases of a process teach. Reads only; it may take a while."""
    definition = definitions.latest(session, "process", key)
    program = definitions.program(session, definition)
    promises = list(_promises(session, program))
    found: Learned = {}
    for instance_id in _ended(session, key):
        entries = _entries(session, instance_id)
        for promise in promises:
            _learn_case(program, promise, entries, found)
    return found


def store(session: Session, key: str, found: Learned) -> int:
    """Keep what was learned in place of what was known before; how many elements."""
    session.execute(delete(LearnedPath).where(LearnedPath.key == key))
    now = time.now()
    for (promise, process_key, element_id), visits in found.items():
        total = visits.following.total()
        session.add(
            LearnedPath(
                key=key,
                promise=promise,
                process_key=process_key,
                element_id=element_id,
                stays=quantiles(visits.stays),
                after=quantiles(visits.after),
                following=[
                    [each, count / total] for each, count in visits.following.most_common(3)
                ],
                count=len(visits.stays),
                learned_at=now,
            )
        )
    session.flush()
    return len(found)


def quantiles(values: Iterable[int]) -> list[int]:
    """The middles of QUANTILES equal parts of a distribution."""
    ordered = sorted(values)
    steps = ((2 * index + 1) / (2 * QUANTILES) for index in range(QUANTILES))
    return [ordered[int(step * len(ordered))] for step in steps] if ordered else []


def _promises(session: Session, program: Program) -> Iterable[_Promise]:
    model: ProcessModel = program.model
    terms = Terms(session)
    places = [(model.key, model.settings, True)]
    places += [(each.id, each.settings, False) for each in model.elements.values()]
    for owner, settings, is_process in places:
        for position, sla in enumerate(settings.slas):
            name = sla.calendar if sla.calendar and not is_feel(sla.calendar) else OFFICE
            calendar = terms.calendar(name)
            yield _Promise(f"{owner}/{position}", owner, sla, is_process, calendar)


def _ended(session: Session, key: str) -> list[UUID]:
    query = select(ProcessInstance.id).where(
        ProcessInstance.key == key,
        ProcessInstance.ended_at.is_not(None),
        ProcessInstance.state == "completed",
    )
    return list(session.scalars(query.order_by(ProcessInstance.ended_at.desc()).limit(MAX_CASES)))


def _entries(session: Session, instance_id: UUID) -> Sequence[Row[Any]]:
    columns = (
        LogEntry.id,
        LogEntry.undoes,
        LogEntry.at,
        LogEntry.element_id,
        LogEntry.name,
        LogEntry.kind,
        LogEntry.lifecycle,
        LogEntry.token,
        LogEntry.process_key,
        LogEntry.loop_index,
        LogEntry.called_by,
    )
    query = select(*columns).where(
        LogEntry.instance_id == instance_id,
        LogEntry.kind.not_in(("incident", "sla", "sequenceFlow")),
    )
    found: list[Row[Any]] = [*session.execute(query.order_by(LogEntry.id).limit(MAX_ENTRIES))]
    return log.without_undone(found)


def _learn_case(
    program: Program, promise: _Promise, entries: Sequence[Row[Any]], found: Learned
) -> None:
    """Let the clock of one promise run through a past case, and note what it showed where."""
    standing: Standings = {}
    runs: list[Run] | None = None
    token: str | None = None
    #: Tokens that rest: where, and since when; and visits that are over: where, from and to.
    visits: list[tuple[str, str, Any, Any]] = []
    came: dict[str, Any] = {}
    for at, together in groupby(entries, lambda entry: entry.at):
        for entry in together:
            if runs is None and _begins(promise, entry):
                runs, token = [Run(at, None)], None if promise.is_process else entry.token
            move(standing, entry)
            if runs is not None and entry.kind in RESTING and entry.token:
                if entry.lifecycle == "start":
                    came[entry.token] = at
                elif entry.lifecycle == "complete" and entry.token in came:
                    place = entry.process_key, entry.element_id
                    visits.append((*place, came.pop(entry.token), at))
            if runs is not None and _ends(promise, entry, token):
                _note(promise, runs, visits, at, found)
                return
        if runs is not None:
            scope = Scope(token, program.model.key, promise.owner)
            held = bool(is_held_up(program, standing, promise.sla, scope))
            _turn(runs, at, is_running=not held)


def _begins(promise: _Promise, entry: Row[Any]) -> bool:
    if entry.lifecycle != "start" or entry.called_by:
        return False
    if promise.is_process and promise.sla.since is None:
        return bool(entry.kind == "process")
    wanted = promise.sla.since if promise.is_process else promise.owner
    return bool(entry.element_id == wanted and entry.kind != "process")


def _ends(promise: _Promise, entry: Row[Any], token: str | None) -> bool:
    if entry.lifecycle != "complete":
        return False
    if promise.is_process:
        is_until = promise.sla.until is not None and entry.element_id == promise.sla.until
        return is_until or (entry.kind == "process" and not entry.called_by)
    return bool(entry.token == token)


def _turn(runs: list[Run], at: Any, *, is_running: bool) -> None:
    last = runs[-1]
    if is_running and last.stop is not None:
        runs.append(Run(at, None))
    elif not is_running and last.stop is None:
        runs[-1] = Run(last.start, at)


def _note(
    promise: _Promise,
    runs: list[Run],
    visits: list[tuple[str, str, Any, Any]],
    end: Any,
    found: Learned,
) -> None:
    calendar, total = promise.calendar, shown(promise.calendar, runs, end)
    for index, (process_key, element_id, came, left) in enumerate(visits):
        known = found.setdefault((promise.name, process_key, element_id), Visits())
        then = shown(calendar, runs, left)
        known.stays.append(then - shown(calendar, runs, came))
        known.after.append(total - then)
        if index + 1 < len(visits):
            known.following[visits[index + 1][1]] += 1
