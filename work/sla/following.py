"""Starting, pausing, resuming and stopping the clocks of a case by what its log tells.

A step of a case marks it (`ProcessInstance.clocks_at`); a sweep finds the marked ones by index and
reads the entries since the last one that was followed. Moments are those of the log, so it does
not matter when the sweep comes.
"""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, undefer_group

from core import clock as time
from core.calendars import Calendar
from engine import log, progress
from engine.bpmn.service_levels import Sla
from engine.models import LogEntry, ProcessInstance, UserTask
from engine.projections.incidents import SERVICE_LEVEL, open_incident
from work.models import SlaCase, SlaClock
from work.models.sla import CANCELLED, CASE, MET, MISSED, STAGE, TASK
from work.sla import keeping, scopes, starting
from work.sla.standing import is_held_up, move

#: Cases that one transaction follows, and entries of one case that it reads.
BATCH = 20
MAX_ENTRIES = 5_000
#: Elements whose clocks are those of tasks; others' are those of stages.
_TASKS = frozenset({"userTask", "manualTask"})


def has_marked(session: Session) -> bool:
    """Whether `follow` would find anything."""
    return bool(session.scalar(select(exists().where(ProcessInstance.clocks_at.is_not(None)))))


def marked(session: Session, limit: int = BATCH) -> list[UUID]:
    """Cases with steps that their clocks have not followed, those first that wait for longest."""
    query = select(ProcessInstance.id).where(ProcessInstance.clocks_at.is_not(None))
    return list(session.scalars(query.order_by(ProcessInstance.clocks_at).limit(limit)))


def follow(session: Session, instance_id: UUID) -> None:
    """Bring the clocks of one case up to date; nothing when somebody else is moving it."""
    query = select(ProcessInstance).where(ProcessInstance.id == instance_id)
    query = query.options(undefer_group("run")).execution_options(populate_existing=True)
    instance = session.scalar(query.with_for_update(skip_locked=True))
    if instance is not None and instance.clocks_at is not None:
        follow_locked(session, instance)


def follow_locked(session: Session, instance: ProcessInstance) -> None:
    """The same for a case that the caller has locked."""
    case = session.get(SlaCase, instance.id)
    if case is None:
        case = SlaCase(instance_id=instance.id, standing={})
        session.add(case)
    follower = _Follower(session, instance, case)
    entries = _entries(session, case)
    for _, together in groupby(_that_count(entries, case), lambda entry: entry.at):
        follower.take(list(together))
    if entries:
        case.followed = entries[-1].id
    follower.finish()
    if len(entries) < MAX_ENTRIES:
        unmark(session, instance)
    session.flush()


def give_up(session: Session, instance_id: UUID, message: str) -> None:
    """Leave a case whose log cannot be followed, with an incident: others go on."""
    instance = progress.get_for_update(session, instance_id)
    unmark(session, instance)
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


def unmark(session: Session, instance: ProcessInstance) -> None:
    """Say that the clocks of a case are up to date."""
    # Not by the row's object: keeping time is no change of the case, and wins no race.
    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.id == instance.id)
        .values(clocks_at=None)
        .execution_options(synchronize_session=False)
    )


def _entries(session: Session, case: SlaCase) -> Sequence[LogEntry]:
    query = select(LogEntry).where(LogEntry.instance_id == case.instance_id)
    if case.followed is not None:
        query = query.where(LogEntry.id > case.followed)
    return session.scalars(query.order_by(LogEntry.id).limit(MAX_ENTRIES)).all()


def _that_count(entries: Sequence[LogEntry], case: SlaCase) -> list[LogEntry]:
    """Entries without what was undone before any of it was followed."""
    spans = [
        (each.undoes, each.id)
        for each in entries
        if each.undoes is not None and (case.followed is None or each.undoes > case.followed)
    ]
    return [each for each in entries if not any(a <= each.id <= b for a, b in spans)]


class _Follower:
    """One case while its log is followed."""

    def __init__(self, session: Session, instance: ProcessInstance, case: SlaCase) -> None:
        self.session, self.instance, self.case = session, instance, case
        self.program = scopes.program_of(session, instance)
        self.standing = dict(case.standing)
        open_ones = SlaClock.instance_id == instance.id, SlaClock.stopped_at.is_(None)
        query = select(SlaClock).where(*open_ones).order_by(SlaClock.id)
        self.clocks = list(session.scalars(query))
        self.calendars: dict[str, Calendar] = {}

    def take(self, entries: list[LogEntry]) -> None:
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
            if clock.incident_id is not None:
                starting.ask_again(
                    self.session, self.instance, clock, self._sla(clock), self.calendar(clock)
                )
            keeping.compute(clock, self.calendar(clock))
            keeping.date_task(self.session, clock)
            if clock.priority is not None:
                tasks = keeping.tasks_of(self.session, clock, self._tokens(clock))
                keeping.prefer(tasks, clock.priority)
        self.session.flush()

    def calendar(self, clock: SlaClock) -> Calendar:
        """The calendar of a clock, asked for once."""
        if clock.calendar not in self.calendars:
            self.calendars[clock.calendar] = keeping.calendar_of(self.session, clock.calendar)
        return self.calendars[clock.calendar]

    def _start(self, entry: LogEntry) -> None:
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

    def _begin(self, entry: LogEntry, sla: Sla, position: int, owner: str) -> None:
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
        starting.start(self.session, self.instance, clock, sla, task, model.settings.owner)
        self.clocks.append(clock)

    def _running(self, owner: str, position: int, token: str | None) -> bool:
        wanted = owner, position, token
        return any((each.element_id, each.position, each.token) == wanted for each in self.clocks)

    def _task(self, entry: LogEntry) -> UserTask | None:
        query = select(UserTask).where(
            UserTask.instance_id == self.instance.id,
            UserTask.token == entry.token,
            UserTask.element_id == entry.element_id,
        )
        return self.session.scalar(query.order_by(UserTask.id.desc()).limit(1))

    def _stop(self, entry: LogEntry) -> None:
        if entry.lifecycle not in ("complete", "abort"):
            return
        for clock in [each for each in self.clocks if self._ends(each, entry)]:
            self.clocks.remove(clock)
            calendar = self.calendar(clock)
            in_time = keeping.shown_at(clock, calendar, entry.at) <= clock.target_seconds
            is_aborted = entry.lifecycle == "abort"
            state = CANCELLED if is_aborted else MET if in_time else MISSED
            keeping.stop(self.session, self.instance, clock, calendar, state, entry.at)

    def _go_back(self, entry: LogEntry, first: UUID) -> None:
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
            calendar = self.calendar(clock)
            keeping.stop(self.session, self.instance, clock, calendar, CANCELLED, entry.at)
        for clock in stopped:
            keeping.note(self.session, self.instance, clock, "reopen", entry.at)
        self.clocks += [each for each in stopped if each.started_at != moment.at]
        for clock in self.clocks:
            clock.go_back(moment.at)

    def _ends(self, clock: SlaClock, entry: LogEntry) -> bool:
        if entry.kind == "process":
            return entry.called_by is None or clock.token == entry.called_by
        if clock.token is not None and clock.token == entry.token:
            return True
        until = self._sla(clock).until
        is_its = clock.element_id == clock.process_key == entry.process_key
        completes = entry.lifecycle == "complete" and until == entry.element_id
        return is_its and completes and clock.token == entry.called_by

    def _pause_and_resume(self, last: LogEntry) -> None:
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
