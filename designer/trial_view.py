"""What the designer shows of a test-run: where tokens stand, what they wait for, what happened."""

from collections import Counter
from typing import Any

from core.model import Json
from core.values import to_json
from designer.trial import Trial
from engine.bpmn.coverage import Covered
from engine.bpmn.journal import Entry, Wait
from engine.bpmn.model import Element
from engine.bpmn.stage import Open
from engine.bpmn.stepping import SteppedPlay
from web.wording import say, say_each

#: Newest entries that are shown.
MAX_ENTRIES = 400

#: How a wait of each kind is answered: the kind of step in a scenario.
ANSWERS = {
    "user_task": "complete",
    "manual": "complete",
    "ad_hoc": "complete",
    "service_task": "service",
    "message": "message",
    "signal": "signal",
    "timer": "clock",
    "choice": "choose",
}


def view(trial: Trial) -> Json:
    """The state after the moves taken, as JSON."""
    play = trial.play
    covered = Covered()
    covered.add(play.entries)
    is_started = bool(play.stage.runtimes)
    shown = play.entries[-MAX_ENTRIES:]
    dropped = len(play.entries) - len(shown)
    return {
        "taken": trial.taken,
        "problem": trial.problem and say(trial.problem),
        "last": trial.last,
        "now": to_json(play.stage.now),
        "state": _state(play, is_started=is_started),
        "stopped_at": play.stopped_at,
        "entering": play.entering(),
        "waits": _waits(play),
        "incidents": say_each(play.incidents()),
        "variables": to_json(play.main.variables) if is_started else {},
        "log": [_entry(each) for each in shown],
        "fresh": max(trial.entries_before - dropped, 0),
        "visited": dict(covered.elements),
        "flows": sorted(covered.flows),
        "unheard": [say(each) for each in play.unheard],
    }


def _state(play: SteppedPlay, *, is_started: bool) -> str:
    """One of "halted", "ended", "incident" or "waiting"."""
    if play.is_halted:
        return "halted"
    if is_started and all(each.ended for each in play.stage.runtimes):
        return "ended"
    return "incident" if play.incidents() else "waiting"


def _waits(play: SteppedPlay) -> list[Json]:
    elements = play.stage.elements()
    found = [each for each in play.stage.open() if each.wait.kind != "ready"]
    counts = Counter(each.wait.element_id for each in found)
    return [_wait(each, elements, counts) for each in found]


def _wait(each: Open, elements: dict[str, Element], counts: Counter[str]) -> Json:
    wait = each.wait
    element = elements.get(wait.element_id)
    form = element.settings.form if element is not None else None
    said: Json = {
        "element": wait.element_id,
        "name": wait.name or wait.element_id,
        "kind": wait.kind,
        "answer": _answer(wait),
        "as": _name(wait, is_alone=counts[wait.element_id] == 1),
        "is_leaf": wait.is_leaf,
        "due_at": to_json(wait.due_at),
        "event": wait.event_name,
        "key": wait.correlation_key,
    }
    if wait.kind == "user_task":
        said["values"] = to_json(each.runtime.token_variables(wait.token))
        said["form"] = form.key if form is not None else None
    if wait.kind == "choice":
        model = each.runtime.program.models[wait.process_key]
        said["ways"] = [
            {"flow": flow.id, "name": flow.name or model.elements[flow.outgoing[0]].title}
            for flow in model.flows_from(wait.element_id)
        ]
    return said


def _answer(wait: Wait) -> str | None:
    """A timer without a time is completed by hand, as a drawing's is."""
    if wait.kind == "timer" and wait.due_at is None:
        return "complete"
    return ANSWERS.get(wait.kind)


def _name(wait: Wait, *, is_alone: bool) -> str:
    """How a step of a scenario names it."""
    if is_alone:
        return wait.element_id
    inner = "/".join([*wait.path, wait.element_id])
    return inner if wait.loop_index is None else f"{inner}[{wait.loop_index}]"


def _entry(entry: Entry) -> Json:
    said: dict[str, Any] = {
        "at": to_json(entry.at),
        "element": entry.element_id,
        "name": entry.name or entry.element_id,
        "kind": entry.kind,
        "lifecycle": entry.lifecycle,
    }
    if entry.flow:
        said["flow"] = entry.flow
    if entry.variables:
        said["variables"] = to_json(entry.variables)
    return said
