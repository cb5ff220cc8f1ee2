"""Every text of an element that means something to the engine, checked before it can ever run."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from core import feel
from engine.bpmn import timers
from engine.bpmn.extensions import NOTHING, Settings, is_feel, listed
from engine.bpmn.model import Element, EventDefinition, Loop, ProcessModel
from engine.bpmn.problem import Problem, error, todo
from engine.bpmn.service_levels import texts

_MEANT_AS_TIME = re.compile(r"-?P[\dT]|R\d*/|\d{4}-\d\d", re.IGNORECASE)
#: JUEL, XPath, JavaScript and their like: a drawing made for another engine.
_OTHER_LANGUAGE = re.compile(r"[$#]\{|==|&&|\|\||'|\w:get\w+\(")
_BINDING = re.compile(r"deployment|latest|[1-9]\d*")
_CHOICES = {
    "affinity": ("case", "none"),
    "promise": ("at-least-once", "at-most-once"),
    "catchUp": ("all",),
}


class Text(NamedTuple):
    """A FEEL text of a model, and in words what it is for."""

    purpose: str
    feel: str


def check_expressions(model: ProcessModel) -> Iterator[Problem]:
    """Problems of all expressions, timers and settings of a process."""
    yield from _settings(model, model.key, model.settings)
    for each in model.elements.values():
        for text in _texts(each):
            yield from _feel(model, each.id, text)
        for event in each.events:
            if event.kind == "timer" and event.expression:
                yield from _timer(model, each, event)
        if each.settings is not NOTHING:
            yield from _settings(model, each.id, each.settings)


def _texts(element: Element) -> Iterator[Text]:
    if element.condition:
        yield Text("condition", element.condition)
    if element.completion_condition:
        yield Text("completion condition", element.completion_condition)
    if element.script and (element.script_format or "feel").lower().endswith("feel"):
        yield Text("script", element.script)
    for event in element.events:
        if event.kind == "conditional" and event.expression:
            yield Text("condition", event.expression)
        yield from _when_feel("code", event.code)
        if event.correlation:
            yield from _when_feel("correlation key", event.correlation.key)
    if element.loop:
        yield from _loop(element.loop)


def _loop(loop: Loop) -> Iterator[Text]:
    named = {
        "number of repetitions": loop.cardinality,
        "collection": loop.collection,
        "completion condition": loop.completion_condition,
        "loop condition": loop.condition,
    }
    return (Text(purpose, text) for purpose, text in named.items() if text)


def _mappings(settings: Settings) -> Iterator[Text]:
    connector = settings.connector
    inputs = settings.inputs + (connector.inputs if connector else ())
    outputs = settings.outputs + (connector.outputs if connector else ())
    for each in inputs:
        yield from _when_feel(f"input {each.name}", each.value)
    for each in outputs:
        yield Text(f"output {each.name}", each.value)
    for mapped in settings.error_map:
        if mapped.when:
            yield Text(f"error {mapped.code}", mapped.when)
    if settings.retry and settings.retry.final:
        yield Text("final failure", settings.retry.final)
    for each_way in (*settings.call.ins, *settings.call.outs) if settings.call else ():
        if each_way.source:
            yield from _when_feel("mapping", each_way.source)


def _people(settings: Settings) -> Iterator[Text]:
    who, order, when = settings.assignment, settings.priority, settings.schedule
    if who:
        yield from _when_feel("assignee", who.assignee)
        yield from _when_feel("exclusion", who.exclude)
        for entry in listed(who.groups or "") + listed(who.skills or ""):
            yield from _when_feel("group or skill", entry)
        for entry in listed(who.site or ""):
            yield from _when_feel("site", entry)
    if order:
        yield from _when_feel("priority", order.category)
        yield from _when_feel("weight", order.weight)
    if when:
        yield from _when_feel("due date", when.due)
        yield from _when_feel("reminder", when.remind)
        yield from _when_feel("follow-up", when.follow_up)
        yield from _when_feel("calendar", when.calendar)


def _promises(settings: Settings) -> Iterator[Text]:
    for sla in settings.slas:
        for purpose, written in texts(sla):
            for entry in listed(written) if purpose.startswith("notification") else (written,):
                yield from _when_feel(purpose, entry)


def _when_feel(purpose: str, text: str | None) -> Iterator[Text]:
    if text and is_feel(text):
        yield Text(purpose, text)


def _feel(model: ProcessModel, element_id: str, text: Text) -> Iterator[Problem]:
    for found in feel.check(text.feel, None):
        message = f"The {text.purpose} {_short(text.feel)} is no FEEL, mend it: {found.sentence}"
        yield _unreadable(model, element_id, text.feel, message)


def _unreadable(model: ProcessModel, element_id: str, text: str, message: str) -> Problem:
    """An error, or a todo where it is only drawn or meant for another engine's language."""
    if not model.is_executable or _OTHER_LANGUAGE.search(text):
        return todo(element_id, "expression", message)
    return error(element_id, "expression", message)


def _timer(model: ProcessModel, element: Element, event: EventDefinition) -> Iterator[Problem]:
    text = event.expression or ""
    if not timers.is_literal(text) and not _MEANT_AS_TIME.match(text):
        yield from _feel(model, element.id, Text("timer", text))
        return
    if not timers.can_be(event.timer_kind, text):
        message = (
            f"The timer {_short(text)} of “{element.title}” is no {event.timer_kind} in ISO 8601;"
            " write for example P2D, 2026-01-05T09:00:00Z or R3/PT1H."
        )
        yield error(element.id, "timer", message)


def _settings(model: ProcessModel, element_id: str, settings: Settings) -> Iterator[Problem]:
    for text in (*_mappings(settings), *_people(settings), *_promises(settings)):
        yield from _feel(model, element_id, text)
    yield from _durations(element_id, settings)
    yield from _numbers(element_id, settings)
    yield from _choices(element_id, settings)
    yield from _names(element_id, settings)


def _durations(element_id: str, settings: Settings) -> Iterator[Problem]:
    when, again, expect = settings.schedule, settings.retry, settings.expect
    durations = {
        "due": when and when.due,
        "remind": when and when.remind,
        "followUp": when and when.follow_up,
        "delay": again and again.delay,
        "max": again and again.max,
        "wait": expect and expect.wait,
    }
    for name, text in durations.items():
        if text and not is_feel(text) and not _is_time(text):
            message = f"{name} {_short(text)} is no time in ISO 8601; write for example P2D."
            yield error(element_id, "duration", message)


def _is_time(text: str) -> bool:
    kind = "duration" if text.lstrip("-").upper().startswith("P") else "date"
    return timers.can_be(kind, text)


def _numbers(element_id: str, settings: Settings) -> Iterator[Problem]:
    again = settings.retry
    if again and again.attempts and not re.fullmatch(r"[1-9]\d?", again.attempts):
        message = f"attempts {_short(again.attempts)} must be a whole number from 1 to 99."
        yield error(element_id, "retry", message)
    if again and again.backoff and not re.fullmatch(r"\d{1,3}(\.\d+)?", again.backoff):
        message = f"backoff {_short(again.backoff)} must be a factor such as 2 or 1.5."
        yield error(element_id, "retry", message)
    if again and again.jitter and not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", again.jitter):
        message = f"jitter {_short(again.jitter)} must be a part from 0 to 1 such as 0.2."
        yield error(element_id, "retry", message)


def _choices(element_id: str, settings: Settings) -> Iterator[Problem]:
    chosen = {
        "affinity": settings.assignment and settings.assignment.affinity,
        "promise": settings.retry and settings.retry.promise,
        "catchUp": settings.catch_up,
    }
    for name, text in chosen.items():
        if text and text not in _CHOICES[name]:
            message = f"{name} {_short(text)} must be {' or '.join(_CHOICES[name])}."
            yield error(element_id, "setting", message)
    for one in (settings.form, settings.decision, settings.call):
        if one is not None and not _BINDING.fullmatch(one.binding):
            message = f"binding {_short(one.binding)} must be deployment, latest or a version."
            yield error(element_id, "setting", message)


def _names(element_id: str, settings: Settings) -> Iterator[Problem]:
    connector = settings.connector
    mappings = [*settings.inputs, *settings.outputs]
    if connector:
        mappings += [*connector.inputs, *connector.outputs]
    missing = [
        *("work:input or work:output needs a name" for each in mappings if not each.name),
        *("work:errorMap needs a code" for each in settings.error_map if not each.code),
        *("work:label needs a variable" for each in settings.label if not each.variable),
    ]
    if settings.correlation and not settings.correlation.key:
        missing.append("work:correlation needs a key")
    if settings.form and not settings.form.key:
        missing.append("work:form needs a key")
    for message in missing:
        yield error(element_id, "setting", f"{message}.")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat}”" if len(flat) <= 60 else f"“{flat[:57]}…”"
