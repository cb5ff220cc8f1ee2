"""What workers and the scheduler do for the engine. Each takes one id and is safe to run twice.

The database says what must happen: rings only make it happen sooner, and `sweep` finds what was
not rung for.
"""

import logging
import os
import time
from collections.abc import Callable
from functools import partial
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core import logs, metrics, tracing
from core.db import config, glancing, reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid
from core.failpoints import reached
from engine import (
    connectors,
    expectations,
    instances,
    kept_messages,
    leases,
    mending,
    message_sweep,
    messages,
    progress,
    radar,
    retention,
    service_tasks,
    timers,
)
from engine.errors import InstanceChanged, LeaseLost, ServiceTaskClosed
from engine.service_tasks import Answer, Call

log = logging.getLogger(__name__)

#: How often an answer is stored anew when somebody else changed the instance in between.
SETTLE_ATTEMPTS = 5
#: A worker goes on with due service tasks for so long; then other jobs have their turn.
SLICE_SECONDS = 1.0
#: Timers that are fired in one transaction; a sweep goes on with the next while time is left.
TIMER_BATCH = 20
#: A sweep stops firing timers after this, so that nothing else waits for long.
SWEEP_SECONDS = 2.0


#: The scheduler removes old history for so long at a time.
HISTORY_SECONDS = 0.3


class ConnectorCrashed(Invalid):
    """The connector {name} failed in a way nobody foresaw: {error}"""


def run_service_task(service_task_id: str) -> None:
    """Perform one service task, then the others that are due, for a while.

    So there may be fewer rings than calls. No transaction is open while a connector works.
    """
    until = time.monotonic() + SLICE_SECONDS
    with transaction() as session:
        call = _take(session, UUID(service_task_id)) or _take(session)
    while call is not None:
        reached("after_take")
        then = _take if time.monotonic() < until else _leave
        with logs.about(
            instance_id=str(call.instance_id),
            service_task_id=str(call.service_task_id),
            attempt=call.attempt,
        ):
            call = _do(call, then)


def _do(call: Call, then: Callable[[Session], Call | None]) -> Call | None:
    """Make a call and store its answer, within the trace that the step before it was part of."""
    with tracing.span(
        "service task",
        parent=call.traceparent,
        kind="consumer",
        instance_id=str(call.instance_id),
        service_task_id=str(call.service_task_id),
        attempt=call.attempt,
    ):
        with leases.kept(call, config().lease_seconds) as lease:
            result = _perform(call)
        reached("after_call")
        if not lease.is_lost:
            return _settle(call, result, then)
    metrics.count("leases_lost", why="not extended")
    with transaction() as session:
        return then(session)


def fire_timer(timer_id: str) -> None:
    """Fire one timer, if it is still due."""
    try:
        with transaction() as session:
            timers.fire(session, UUID(timer_id))
    except (Conflict, OperationalError):
        log.info("timer %s is tried again by the next sweep", timer_id, exc_info=True)
    except Exception as error:  # A broken timer must not stop the others.
        log.exception("timer %s cannot be fired", timer_id)
        with transaction() as session:
            timers.give_up(session, UUID(timer_id), f"{type(error).__name__}: {error}")


def advance(instance_id: str) -> None:
    """Go on with an instance that had more to do than one transaction should."""
    try:
        with transaction() as session:
            instances.advance(session, UUID(instance_id))
    except Invalid as error:
        with transaction() as session:
            instances.give_up(session, UUID(instance_id), str(error))


def publish_message(message_id: str) -> None:
    """Deliver what an instance threw, or a message that has found somebody who waits for it."""
    try:
        with transaction() as session:
            messages.publish_thrown(session, UUID(message_id))
    except Invalid:
        log.exception("message %s cannot be delivered", message_id)
        with transaction() as session:
            messages.give_up(session, UUID(message_id))


def deliver_kept(instance_id: str) -> None:
    """Hand an instance the messages that were kept for it."""
    with transaction() as session:
        kept_messages.deliver_kept(session, UUID(instance_id))


def sweep() -> None:
    """Ring for all that is due, free leases that ran out, expire messages, fire timers.

    Called twice a second. Looks first, in a transaction that keeps nobody waiting.
    """
    with glancing() as session:
        due = [step for has_due, step in _STEPS if has_due(session)]
        expired = service_tasks.expired(session)
    for step in due:
        _alone(step)
    for service_task_id in expired:
        _alone(partial(service_tasks.free, service_task_id=service_task_id))
    _fire_due_timers()


def bring_together() -> None:
    """Ring for messages and receivers that missed each other by coming at the same moment."""
    with glancing() as session:
        is_due = message_sweep.has_missed(session)
    if is_due:
        _alone(message_sweep.bring_together)


def look_at_cases() -> None:
    """Find cases that wait longer than expected, and mend those that nothing explains.

    A page of the radar's round; only what it found is written.
    """
    with glancing() as session:
        is_time = radar.is_time(session)
    if not is_time:
        return
    with transaction() as session:
        ids = radar.next_cases(session)
    with reading() as session:
        looked = radar.look(session, ids)
    if looked.findings:
        _alone(partial(radar.note, findings=looked.findings))
    for instance_id in looked.doubtful:
        _alone(partial(mending.mend, instance_id=instance_id))


def learn_waits() -> None:
    """Learn how long the elements of each process make its cases wait."""
    with reading() as session:
        keys = expectations.keys(session)
    for key in keys:
        _alone(partial(expectations.learn, key=key))


_STEPS: list[tuple[Callable[[Session], bool], Callable[[Session], None]]] = [
    (service_tasks.has_due, service_tasks.ring_due),
    (message_sweep.has_due, message_sweep.ring_due),
    (message_sweep.has_expired, message_sweep.expire),
    (progress.has_due, progress.ring_due),
]


def _alone(step: Callable[[Session], object]) -> None:
    """Do one thing in its own transaction; when it fails, the others are done all the same."""
    try:
        with transaction() as session:
            step(session)
    except Exception:  # The next sweep tries again.
        log.exception("a step of the sweep failed: %s", step)


def _fire_due_timers() -> None:
    """The oldest first, some in one transaction: a commit waits for the disk."""
    with glancing() as session:
        starts = timers.due_starts(session, TIMER_BATCH)
    for timer_id in starts:
        fire_timer(str(timer_id))
    until = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < until and _some_timer_is_due():
        try:
            with transaction() as session:
                found = timers.fire_due(session, TIMER_BATCH)
        except Exception:
            log.info("timers are fired one by one, for one of them fails", exc_info=True)
            _fire_one_by_one()
        else:
            if not found:
                return  # Others are moving those instances.


def _some_timer_is_due() -> bool:
    """Asked before a transaction is begun that would keep other writers waiting."""
    with glancing() as session:
        return bool(timers.due(session, 1))


def _fire_one_by_one() -> None:
    """Each in its own transaction, so that one cannot hold up another."""
    with glancing() as session:
        due = timers.due(session, TIMER_BATCH)
    for timer_id in due:
        fire_timer(str(timer_id))


def remove_old_history() -> None:
    """Export and remove ended cases that are old enough, for a moment only: others wait for us."""
    folder = config().history_dir or config().data_dir / "history"
    until = time.monotonic() + HISTORY_SECONDS
    with reading() as session:
        days_by_key = retention.days_by_key(session, config().retention_days)
    for key, days in days_by_key.items():
        while time.monotonic() < until:
            with transaction() as session:
                if not retention.remove_batch(session, key, days, folder):
                    break


def _worker() -> str:
    """Who takes a call, for those who look at the case."""
    return f"worker@{os.uname().nodename}:{os.getpid()}"


def _perform(call: Call) -> Answer | BackOfficeError:
    began = time.perf_counter()
    with tracing.span(f"call {call.connector}", kind="client", connector=call.connector):
        result = _connect(call)
    metrics.observe("call_seconds", time.perf_counter() - began, connector=call.connector)
    good = isinstance(result, Answer)
    metrics.count("calls", connector=call.connector, result="answered" if good else "failed")
    return result


def _connect(call: Call) -> Answer | BackOfficeError:
    try:
        connector = connectors.find(call.connector)
        return Answer(connector(call.request, key=call.idempotency_key, config=config()))
    except BackOfficeError as error:
        return error
    except Exception as error:  # A bug in a connector becomes an incident.
        log.exception("connector %s crashed on service task %s", call.connector, call)
        sentence = f"{type(error).__name__}: {error}"
        return ConnectorCrashed(name=call.connector, error=sentence, is_unsure=True)


def _take(session: Session, service_task_id: UUID | None = None) -> Call | None:
    seconds, worker = config().lease_seconds, _worker()
    if service_task_id is None:
        return service_tasks.take_next(session, seconds, worker)
    return service_tasks.take(session, service_task_id, seconds, worker)


def _leave(session: Session) -> None:
    """Ring for what is left, behind all that was rung for meanwhile."""
    service_tasks.ring_next(session)


def _settle(
    call: Call, result: Answer | BackOfficeError, then: Callable[[Session], Call | None]
) -> Call | None:
    """Store an answer and do what comes `then`: in one transaction, which saves a commit."""
    for attempt in range(SETTLE_ATTEMPTS):
        try:
            with transaction() as session:
                service_tasks.settle(session, call, result)
                return then(session)
        except (InstanceChanged, OperationalError):
            time.sleep(0.05 * 2**attempt)
        except (LeaseLost, ServiceTaskClosed):
            log.warning("answer for service task %s came too late", call.service_task_id)
            metrics.count("leases_lost", why="late answer")
            break
        except BackOfficeError as error:
            with transaction() as session:
                service_tasks.reject(session, call, str(error))
            break
    else:
        log.error("answer for service task %s could not be stored", call.service_task_id)
    with transaction() as session:
        return then(session)
