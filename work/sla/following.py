"""Starting, pausing, resuming and stopping the clocks of a case by what its log tells.

A step of a case marks it (`ProcessInstance.clocks_at`); a sweep finds the marked ones by index and
reads the entries since the last one that was followed. Moments are those of the log, so it does
not matter when the sweep comes.
"""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, func, literal, select, update
from sqlalchemy.orm import Session, undefer_group

from core import clock as time
from engine import log, progress
from engine.bpmn.service_levels import Sla
from engine.models import LogEntry, ProcessInstance, UserTask
from engine.projections.incidents import SERVICE_LEVEL, open_incident
from work.models import SlaCase, SlaClock
from work.models.sla import CANCELLED, CASE, MET, MISSED, STAGE, TASK
from work.sla import keeping, scopes, starting
from work.sla.standing import is_held_up, move
from work.sla.terms import Terms

#: Cases that one transaction follows or clocks that it fires, and entries that it reads.
BATCH = 20
MAX_ENTRIES = 5_000
#: Before every entry.
_FIRST = UUID(int=0)
#: Elements whose clocks are those of tasks; others' are those of stages.
_TASKS = frozenset({"userTask", "manualTask"})


def has_marked(session: Session) -> bool:
    """Whether `follow` would find anything."""
    return bool(session.scalar(select(exists().where(ProcessInstance.clocks_at.is_not(None)))))


def marked(session: Session, limit: int = BATCH) -> list[UUID]:
    """Cases with steps that their clocks have not followed, those first that wait for longest."""
    query = select(ProcessInstance.id).where(ProcessInstance.clocks_at.is_not(None))
    return list(session.scalars(query.order_by(ProcessInstance.clocks_at).limit(limit)))


def follow(session: Session, *instance_ids: UUID) -> None:
    """Bring the clocks of cases up to date, but for those that somebody else is moving."""
    query = select(ProcessInstance).where(ProcessInstance.id.in_(instance_ids))
    query = query.options(undefer_group("run")).execution_options(populate_existing=True)
    locked = session.scalars(query.with_for_update(skip_locked=True))
    follow_locked(session, *(each for each in locked if each.clocks_at is not None))


def follow_locked(session: Session, *instances: ProcessInstance) -> None:
    """The same for cases that the caller has locked."""
    if not instances:
        return
    ids, terms = [each.id for each in instances], Terms(session)
    cases, clocks = _cases(session, ids), _open_clocks(session, ids)
    entries, cut = _entries(session, ids)
    for instance in instances:
        case, its = cases[instance.id], entries.get(instance.id, [])
        follower = _Follower(session, instance, case, clocks.get(instance.id, []), terms)
        for _, together in groupby(_that_count(its, case), lambda entry: entry.at):
            follower.take(list(together))
        if its:
            case.followed = its[-1].id
        follower.finish()
    # What comes after the last entry that was read is followed in the next turn.
    unmark(session, *(each for each in ids if cut is None or each < cut))
    session.flush()


def give_up(session: Session, instance_id: UUID, message: str) -> None:
    """Leave a case whose log cannot be followed, with an incident: others go on."""
    instance = progress.get_for_update(session, instance_id)
    unmark(session, instance.id)
    open_incident(
        session,
        instance,
        element_id=None,
        name=None,
        token=None,
        kind=SERVICE_LEVEL,
        message=f"The service levels of this case cannot be kept. {message}",
        at=time.now(),
    )
    progress.save(session)


def unmark(session: Session, *instance_ids: UUID) -> None:
    """Say that the clocks of cases are up to date."""
    # Not by the rows' objects: keeping time is no change of a case, and wins no race.
    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id.in_(instance_ids))
        .values(clocks_at=None)
        .execution_options(synchronize_session=False)
    )


def _cases(session: Session, ids: Collection[UUID]) -> dict[UUID, SlaCase]:
    """How far each case was followed; new ones are added."""
    query = select(SlaCase).where(SlaCase.instance_id.in_(ids))
    found = {each.instance_id: each for each in session.scalars(query)}
    new = {each: SlaCase(instance_id=each, standing={}) for each in ids if each not in found}
    session.add_all(new.values())
    return found | new


def _open_clocks(session: Session, ids: Collection[UUID]) -> dict[UUID, list[SlaClock]]:
    wanted = SlaClock.instance_id.in_(ids), SlaClock.stopped_at.is_(None)
    found: dict[UUID, list[SlaClock]] = {}
    for clock in session.scalars(select(SlaClock).where(*wanted).order_by(SlaClock.id)):
        found.setdefault(clock.instance_id, []).append(clock)
    return found


def _entries(
    session: Session, ids: Collection[UUID]
) -> tuple[dict[UUID, list[Row[Any]]], UUID | None]:
    """What the log tells of each case since it was followed, and at which case we stopped reading.

    That is None where all was read.
    """
    columns = (
        LogEntry.instance_id,
        LogEntry.id,
        LogEntry.at,
        LogEntry.kind,
        LogEntry.lifecycle,
        LogEntry.token,
        LogEntry.element_id,
        LogEntry.process_key,
        LogEntry.called_by,
        LogEntry.undoes,
    )
    followed = func.coalesce(SlaCase.followed, literal(_FIRST))
    query = (
        select(*columns)
        .join(SlaCase, SlaCase.instance_id == LogEntry.instance_id)
        .where(SlaCase.instance_id.in_(ids), LogEntry.id > followed)
        .order_by(LogEntry.instance_id, LogEntry.id)
    )
    rows: list[Row[Any]] = [*session.execute(query.limit(MAX_ENTRIES))]
    found: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.instance_id, []).append(row)
    return found, rows[-1].instance_id if len(rows) == MAX_ENTRIES else None


def _that_count(entries: Sequence[Row[Any]], case: SlaCase) -> list[Row[Any]]:
    """Entries without what was undone before any of it was followed."""
    spans = [
        (each.undoes, each.id)
        for each in entries
        if each.undoes is not None and (case.followed is None or each.undoes > case.followed)
    ]
    return [each for each in entries if not any(a <= each.id <= b for a, b in spans)]


class _Follower:
    """One case while its log is followed."""

    def __init__(
        self,
        session: Session,
        instance: ProcessInstance,
        case: SlaCase,
        clocks: list[SlaClock],
        terms: Terms,
    ) -> None:
        self.session, self.instance, self.case = session, instance, case
        self.clocks, self.terms = clocks, terms
        self.program = scopes.program_of(session, instance)
        self.standing = dict(case.standing)

    def take(self, entries: list[Row[Any]]) -> None:
        """Take in what happened at one moment; clocks pause and resume by how it ended."""
        for entry in entries:
            if entry.kind not in ("incident", "sla"):
                self._start(entry)
                move(self.standing, entry)
                self._stop(entry)
                if entry.undoes is not None:
                    self._go_back(entry, entry.undoes)
        self._pause_and_resume(entries[-1])

    def finish(self) -> None:
        """Compute the moments of what is open, and keep where the tokens stand."""
        self.case.standing = self.standing
        for clock in self.clocks:
            calendar = self.terms.calendar(clock.calendar)
            if clock.incident_id is not None:
                starting.ask_again(self.session, self.instance, clock, self._sla(clock), calendar)
            keeping.compute(clock, calendar)
            keeping.date_task(self.session, clock)
            if clock.priority is not None:
                tasks = keeping.tasks_of(self.session, clock, self._tokens(clock))
                keeping.prefer(tasks, clock.priority)

    def _start(self, entry: Row[Any]) -> None:
        if entry.lifecycle != "start":
            return
        model = self.program.models.get(entry.process_key)
        if model is None:
            return
        if entry.kind == "process":
            for position, sla in enumerate(model.settings.slas):
                if sla.since is None:
                    self._begin(entry, sla, position, model.key)
            return
        element = model.elements.get(entry.element_id or "")
        if element is None:
            return
        for position, sla in enumerate(model.settings.slas):
            if sla.since == element.id:
                self._begin(entry, sla, position, model.key)
        for position, sla in enumerate(element.settings.slas):
            self._begin(entry, sla, position, element.id)

    def _begin(self, entry: Row[Any], sla: Sla, position: int, owner: str) -> None:
        is_process = owner == entry.process_key
        token = entry.called_by if is_process else entry.token
        if is_process and self._running(owner, position, token):
            return
        is_task = not is_process and entry.kind in _TASKS
        task = self._task(entry) if is_task else None
        model = self.program.models[entry.process_key]
        clock = SlaClock(
            instance_id=self.instance.id,
            key=self.instance.key,
            business_key=self.instance.business_key,
            level=TASK if is_task else CASE if token is None else STAGE,
            process_key=entry.process_key,
            element_id=owner,
            position=position,
            token=token,
            task_id=task.id if task is not None else None,
            name=sla.name or (model.name if is_process else model.elements[owner].title),
            started_at=entry.at,
        )
        owner_of = model.settings.owner
        starting.start(self.session, self.instance, clock, sla, task, owner_of, self.terms)
        self.clocks.append(clock)

    def _running(self, owner: str, position: int, token: str | None) -> bool:
        wanted = owner, position, token
        return any((each.element_id, each.position, each.token) == wanted for each in self.clocks)

    def _task(self, entry: Row[Any]) -> UserTask | None:
        query = select(UserTask).where(
            UserTask.instance_id == self.instance.id,
            UserTask.token == entry.token,
            UserTask.element_id == entry.element_id,
        )
        return self.session.scalar(query.order_by(UserTask.id.desc()).limit(1))

    def _stop(self, entry: Row[Any]) -> None:
        if entry.lifecycle not in ("complete", "abort"):
            return
        for clock in [each for each in self.clocks if self._ends(each, entry)]:
            self.clocks.remove(clock)
            calendar = self.terms.calendar(clock.calendar)
            in_time = keeping.shown_at(clock, calendar, entry.at) <= clock.target_seconds
            is_aborted = entry.lifecycle == "abort"
            state = CANCELLED if is_aborted else MET if in_time else MISSED
            keeping.stop(self.session, self.instance, clock, calendar, state, entry.at)

    def _go_back(self, entry: Row[Any], first: UUID) -> None:
        """Undo what a step did to the clocks: all of that carries the moment of the step."""
        told = select(LogEntry).where(LogEntry.instance_id == self.instance.id)
        entries = self.session.scalars(told.where(LogEntry.id <= entry.id).order_by(LogEntry.id))
        before = [each for each in log.without_undone(entries.all()) if each.id < first]
        self.standing = {}
        for each in before:
            move(self.standing, each)
        moment = self.session.scalars(
            told.where(LogEntry.id >= first).order_by(LogEntry.id).limit(1)
        ).one()
        ended = SlaClock.instance_id == self.instance.id, SlaClock.stopped_at == moment.at
        stopped = self.session.scalars(select(SlaClock).where(*ended)).all()
        for clock in [each for each in self.clocks if each.started_at == moment.at]:
            self.clocks.remove(clock)
            calendar = self.terms.calendar(clock.calendar)
            keeping.stop(self.session, self.instance, clock, calendar, CANCELLED, entry.at)
        for clock in stopped:
            keeping.note(self.session, self.instance, clock, "reopen", entry.at)
        self.clocks += [each for each in stopped if each.started_at != moment.at]
        for clock in self.clocks:
            clock.go_back(moment.at)

    def _ends(self, clock: SlaClock, entry: Row[Any]) -> bool:
        if entry.kind == "process":
            return entry.called_by is None or clock.token == entry.called_by
        if clock.token is not None and clock.token == entry.token:
            return True
        until = self._sla(clock).until
        is_its = clock.element_id == clock.process_key == entry.process_key
        completes = entry.lifecycle == "complete" and until == entry.element_id
        return bool(is_its and completes and clock.token == entry.called_by)

    def _pause_and_resume(self, last: Row[Any]) -> None:
        for clock in self.clocks:
            held = is_held_up(self.program, self.standing, self._sla(clock), scopes.scope_of(clock))
            if held and clock.is_running:
                keeping.pause(self.session, self.instance, clock, held, last.at)
            elif not held and not clock.is_running:
                keeping.resume(self.session, self.instance, clock, last.at)

    def _sla(self, clock: SlaClock) -> Sla:
        return scopes.sla_of(self.program, clock)

    def _tokens(self, clock: SlaClock) -> set[str]:
        return scopes.scope_of(clock).tokens(self.program, self.standing)
