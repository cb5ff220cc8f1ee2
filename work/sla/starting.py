"""Setting a clock: its calendar, its target and its points, and what to do when they fail."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from core import clock as time
from core.calendars import Calendar, CalendarNotFound
from core.errors import BackOfficeError
from engine import progress
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import Owner, is_feel
from engine.bpmn.runtime import Runtime
from engine.bpmn.service_levels import Sla
from engine.models import Incident, ProcessInstance, UserTask
from engine.projections.incidents import SERVICE_LEVEL, open_incident
from work.models import SlaClock, WorkQueue
from work.models.queue import EVERYBODY
from work.sla import keeping, targets
from work.sla.terms import Terms


class Variables:
    """The variables of a case as a clock's texts see them; loaded when first asked for."""

    def __init__(
        self, session: Session, instance: ProcessInstance, token: str | None = None
    ) -> None:
        self._session, self._instance, self._token = session, instance, token

    @cached_property
    def runtime(self) -> Runtime:
        return progress.runtime_of(self._session, self._instance)

    def evaluate(self, text: str) -> Any:
        """The value of FEEL where the clock's token stands, else in the case.

        Raises ElementFailed.
        """
        token = self._token if self._stands() else None
        return self.runtime.evaluate(token, text)

    def all(self) -> Mapping[str, Any]:
        """All of them by name."""
        if self._token is not None and self._stands():
            return self.runtime.token_variables(self._token)
        return self.runtime.variables

    def _stands(self) -> bool:
        try:
            return self._token is not None and self.runtime.token_variables(self._token) is not None
        except BackOfficeError:
            return False


def start(
    session: Session,
    instance: ProcessInstance,
    clock: SlaClock,
    sla: Sla,
    task: UserTask | None,
    owner: Owner | None,
    terms: Terms,
) -> None:
    """Set a new clock. What fails is told by an incident; the default holds."""
    variables = Variables(session, instance, clock.token)
    queue = _queue(terms, task, owner)
    calendar, problem = _calendar(terms, sla, task, queue, variables.evaluate)
    clock.calendar, clock.calendar_version = calendar.name, calendar.version
    clock.runs = [[clock.started_at.isoformat(), None]]
    clock.state, clock.condition = "running", "on_track"
    default = f"PT{queue.target_seconds}S" if task is not None else targets.DEFAULT
    _promise(session, clock, sla, variables, calendar, default, problem)
    keeping.compute(clock, calendar)
    session.add(clock)
    promised = {"target": clock.target, "seconds": clock.target_seconds, "basis": clock.basis}
    keeping.note(session, instance, clock, "begin", clock.started_at, promised)
    _report(session, instance, clock)
    clock.dates_task = task is not None and task.due_at is None
    keeping.date_task(session, clock)


def ask_again(
    session: Session, instance: ProcessInstance, clock: SlaClock, sla: Sla, calendar: Calendar
) -> None:
    """Ask anew for what failed, once somebody has retried its incident."""
    incident = session.get(Incident, clock.incident_id)
    if incident is not None and incident.is_open:
        return
    clock.incident_id = None
    if incident is None or incident.resolution != "retried":
        return
    variables = Variables(session, instance, clock.token)
    fired = {each["kind"]: each["fired_at"] for each in clock.points if each["fired_at"]}
    _promise(session, clock, sla, variables, calendar, f"PT{clock.target_seconds}S", None)
    clock.points = [each | {"fired_at": fired.get(each["kind"])} for each in clock.points]
    details = {"target": clock.target, "seconds": clock.target_seconds, "basis": clock.basis}
    keeping.note(session, instance, clock, "target", time.now(), details)
    _report(session, instance, clock)


def fail(session: Session, instance: ProcessInstance, clock: SlaClock, problem: str) -> Incident:
    """Tell people that a service level cannot be kept as it is written. The case goes on."""
    return open_incident(
        session,
        instance,
        element_id=clock.element_id,
        name=clock.name,
        token=None,
        kind=SERVICE_LEVEL,
        message=f"The service level “{clock.name}” fails. {problem}"[:1_900],
        at=time.now(),
    )


def _promise(
    session: Session,
    clock: SlaClock,
    sla: Sla,
    variables: Variables,
    calendar: Calendar,
    default: str,
    problem: str | None,
) -> None:
    given = variables.all() if sla.decision is not None else {}
    evaluate, start = variables.evaluate, clock.started_at
    promise = targets.ask(session, sla, evaluate, given, calendar, start, default)
    points, misplaced = targets.places(sla, promise, evaluate, calendar)
    clock.target, clock.target_seconds = promise.text, promise.seconds
    clock.basis, clock.points = promise.basis, points
    clock.problem = problem or promise.problem or misplaced


def _report(session: Session, instance: ProcessInstance, clock: SlaClock) -> None:
    if clock.problem is None or instance.has_ended:
        return
    holds = f"{clock.problem} Until then {clock.target} of the calendar {clock.calendar} holds."
    incident = fail(session, instance, clock, holds)
    session.flush()
    clock.incident_id = incident.id


def _calendar(
    terms: Terms,
    sla: Sla,
    task: UserTask | None,
    queue: WorkQueue,
    evaluate: Callable[[str], Any],
) -> tuple[Calendar, str | None]:
    """The one that the service level names, else the task's, else its queue's."""
    problem = None
    if sla.calendar is not None:
        try:
            name = evaluate(sla.calendar) if is_feel(sla.calendar) else sla.calendar
            return terms.named(str(name)), None
        except (CalendarNotFound, ElementFailed) as error:
            problem = f"The calendar {sla.calendar} fails: {error}"
    if task is not None and task.calendar is not None:
        return terms.calendar(task.calendar), problem
    return terms.calendar(queue.calendar), problem


def _queue(terms: Terms, task: UserTask | None, owner: Owner | None) -> WorkQueue:
    """The queue of a task, or of the group that answers for the process."""
    if task is not None and task.groups:
        return terms.queue(sorted(task.groups)[0])
    group = owner.group if owner is not None and task is None else None
    return terms.queue(group or EVERYBODY)
