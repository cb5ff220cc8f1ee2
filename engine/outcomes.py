"""What the outcome of a call means: done, a BPMN error, to be tried again, or an incident.

{response}                                what a call answered
{failure, is_final, is_unsure, response, retry_in}   why it failed
{error, message, variables}               a BPMN error that a worker threw
"""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from core import clock, feel, metrics
from core.errors import BackOfficeError
from engine import progress, projections
from engine.bpmn.extensions import ErrorMap
from engine.bpmn.model import Element
from engine.bpmn.runtime import Runtime
from engine.errors import ServiceTaskClosed
from engine.models import ProcessInstance, ServiceTask
from engine.projections.elements import element_of
from engine.projections.service_tasks import DEFAULT_JITTER, PYTHON, connector_of, give_up, offer

#: The kind of incident of what may have happened and must not happen twice.
UNSURE = "unsure"
#: A delay grows no further after so many attempts, whatever its limit.
MAX_EXPONENT = 20


def apply(
    session: Session, instance: ProcessInstance, task: ServiceTask, outcome: dict[str, Any]
) -> None:
    """Do what an outcome means; while the instance is suspended it is kept.

    Raises ServiceTaskClosed when the instance has ended.
    """
    if instance.has_ended:
        raise ServiceTaskClosed(service_task_id=str(task.id), state=instance.state)
    if instance.is_suspended:
        task.outcome, task.lease_token, task.lease_until = outcome, None, None
        session.flush()
        return
    now = clock.now()
    runtime = progress.runtime_of(session, instance)
    element = element_of(runtime, task.process_key, task.element_id)
    outcome = _judged(runtime, task, element, outcome)
    code = outcome.get("error") or _mapped_error(runtime, task, element, outcome)
    if code is not None:
        _throw(session, instance, runtime, task, str(code), outcome, now)
    elif "failure" in outcome:
        _retry(session, instance, task, outcome, now)
    else:
        variables = _outputs(runtime, task, element, outcome["response"])
        task.settle("completed", now)
        projections.forget(instance, task.id)
        runtime.complete(task.token, variables, at=now)
        progress.record_progress(session, instance, runtime, at=now)
    progress.save(session)


def apply_kept(
    session: Session, instance: ProcessInstance, task: ServiceTask, outcome: dict[str, Any]
) -> None:
    """Settle a kept outcome; one that cannot be stored is an incident and holds nothing else up."""
    try:
        with session.begin_nested():
            task.outcome = None
            apply(session, instance, task, outcome)
    except BackOfficeError as error:
        task.outcome = None
        give_up(session, instance, task, str(error), clock.now())


def _throw(
    session: Session,
    instance: ProcessInstance,
    runtime: Runtime,
    task: ServiceTask,
    code: str,
    outcome: Mapping[str, Any],
    now: datetime,
) -> None:
    message = outcome.get("message") or outcome.get("failure") or ""
    variables = dict(outcome.get("variables") or {})
    if not runtime.throw_error(task.token, code, message, variables, at=now):
        text = f"Nothing catches the error {code}" + (f": {message}" if message else ".")
        give_up(session, instance, task, text, now, kind="error")
        return
    task.settle("completed", now, error=code)
    projections.forget(instance, task.id)
    progress.record_progress(session, instance, runtime, at=now)


def give_up_unsure(
    session: Session, instance: ProcessInstance, task: ServiceTask, message: str, at: datetime
) -> None:
    """Let a person find out: it may have happened, and must not happen twice."""
    text = f"It is unsure whether it happened: {message}"
    give_up(session, instance, task, text, at, kind=UNSURE)


def _judged(
    runtime: Runtime, task: ServiceTask, element: Element, outcome: dict[str, Any]
) -> dict[str, Any]:
    """The outcome, with the element's own word on whether a failure is final."""
    retry = element.settings.retry
    if "failure" not in outcome or retry is None or retry.final is None:
        return outcome
    is_final = feel.compile(retry.final)(_context(runtime, task, outcome))
    return {**outcome, "is_final": is_final} if isinstance(is_final, bool) else outcome


def _context(runtime: Runtime, task: ServiceTask, outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **runtime.token_variables(task.token),
        "response": outcome.get("response"),
        "failure": outcome.get("failure"),
    }


def _mapped_error(
    runtime: Runtime, task: ServiceTask, element: Element, outcome: Mapping[str, Any]
) -> str | None:
    """The BPMN error that an answer means; one that may pass only means one at the last attempt."""
    maps, is_unsure = element.settings.error_map, _is_unsure(task, outcome)
    is_failure = "failure" in outcome and not is_unsure
    may_pass = is_failure and not outcome["is_final"] and task.has_attempts_left
    if not maps or may_pass or task.topic is not None:
        return None
    context = _context(runtime, task, outcome)
    return next((each.code for each in maps if _means(each, context, is_failure)), None)


def _is_unsure(task: ServiceTask, outcome: Mapping[str, Any]) -> bool:
    """Whether it may have happened, and must not happen twice."""
    return task.is_at_most_once and bool(outcome.get("is_unsure"))


def _means(error: ErrorMap, context: Mapping[str, Any], is_failure: bool) -> bool:
    if error.when is None:
        return is_failure
    return feel.compile(error.when)(context) is True


def _outputs(
    runtime: Runtime, task: ServiceTask, element: Element, response: Any
) -> dict[str, Any]:
    connector = connector_of(element)
    if connector is PYTHON:
        return dict(response)
    if connector is None or not connector.outputs:
        return dict(response) if task.topic is not None else {}
    context = {**runtime.token_variables(task.token), "response": response}
    if task.topic is not None:
        context.update(response)
    return {each.name: feel.compile(each.value)(context) for each in connector.outputs}


def _retry(
    session: Session,
    instance: ProcessInstance,
    task: ServiceTask,
    outcome: Mapping[str, Any],
    now: datetime,
) -> None:
    message = str(outcome["failure"])
    if _is_unsure(task, outcome):
        give_up_unsure(session, instance, task, message, now)
        return
    if outcome["is_final"] or not task.has_attempts_left:
        give_up(session, instance, task, message, now)
        return
    seconds = outcome.get("retry_in")
    wait = _delay(task) if seconds is None else timedelta(seconds=max(0.0, seconds))
    task.reopen(now + wait)
    task.error = message
    metrics.count("retries", key=task.key)
    offer(session, task, now)


def _delay(task: ServiceTask) -> timedelta:
    """Longer after each attempt, and spread, so that not all come back at the same moment."""
    retry = task.retry
    seconds = retry["delay_seconds"] * retry["backoff"] ** min(task.tries - 1, MAX_EXPONENT)
    jitter = retry.get("jitter", DEFAULT_JITTER)
    spread = random.uniform(1 - jitter, 1 + jitter)  # noqa: S311 (spreads load, hides nothing)
    return timedelta(seconds=min(seconds, retry["max_seconds"]) * spread)
