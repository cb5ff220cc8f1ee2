"""Random models against stock SpiffWorkflow: same offers, same data, same end.

Each test is one seed, named in its id; DIFFERENTIAL_SEEDS=400:9000 runs others.
"""

import os
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import codec
from engine.bpmn.parser import load
from engine.bpmn.runtime import Runtime
from engine.bpmn.token import Token
from engine.bpmn.workflow import Case
from tests.engine.bpmn.random_models import RandomModel, plain

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MOST_STEPS = 150
Story = tuple[list[tuple[str, list[str]]], bool, Any]

FIRST, LAST = map(int, os.environ.get("DIFFERENTIAL_SEEDS", "0:400").split(":"))


def _play(offers: Callable[[], list[str]], take: Callable[[str, int], None], seed: int) -> Any:
    """Take random offers until there are none; which were there and which was taken."""
    random, told = Random(seed), []
    for step in range(MOST_STEPS):
        taken = [name for name, _ in told if name.startswith("begin")]
        # An event sub-process could begin for ever: once is enough.
        open_now = sorted(name for name in offers() if name not in taken)
        if not open_now:
            break
        chosen = open_now[random.randrange(len(open_now))]
        told.append((chosen, open_now))
        take(chosen, step)
    return told


def _ours(
    seed: int, change: Callable[[Any], Any] = lambda document: document, *, stored: bool = True
) -> Story:
    """The story as we tell it; stored and loaded, perhaps with a mistake, before every step."""
    program = load({"p.bpmn": RandomModel(seed, stock=False).draw()}, "process")
    runtime = Runtime.start(program, {"n": 0, "items": [1, 2, 3]}, at=AT)
    while not runtime.advance(at=AT):
        pass
    kinds = ("user_task", "message")

    def offers() -> list[str]:
        nonlocal runtime
        if stored:
            document = change(codec.load(runtime.dump()))
            runtime = Runtime.restore(program, codec.dump(document))
        return [wait.element_id for wait in runtime.waits() if wait.kind in kinds]

    def take(name: str, step: int) -> None:
        wait = next(w for w in runtime.waits() if w.element_id == name and w.kind in kinds)
        given = {} if wait.kind == "message" else _answers(name, step)
        runtime.complete(wait.token, given, at=AT)
        while not runtime.advance(at=AT):
            pass

    told = _play(offers, take, seed)
    return told, runtime.ended, plain(runtime.variables)


def _stock(seed: int) -> Story:
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(bytes(RandomModel(seed, stock=True).draw()))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workflow = BpmnWorkflow(parser.get_spec("process"), parser.get_subprocess_specs("process"))
    workflow.task_tree.data.update({"n": 0, "items": [1, 2, 3]})
    workflow.do_engine_steps()

    def offers() -> dict[str, Any]:
        """User tasks, and event definitions of what is waited for, by name."""
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        waiting = workflow.get_tasks(state=TaskState.WAITING)
        events = [getattr(task.task_spec, "event_definition", None) for task in waiting]
        events += [each for event in events for each in getattr(event, "event_definitions", [])]
        found = {task.task_spec.name: task for task in ready}
        if not workflow.is_completed():
            specs = map(workflow.subprocess_specs.get, workflow.spec.start.trigger_specs)
            events += [start.event_definition for spec in specs for start in spec.bpmn_start_events]
        return found | {event.name: event for event in events if _is_message(event)}

    def take(name: str, step: int) -> None:
        found = offers()[name]
        if _is_message(found):
            workflow.catch(BpmnEvent(found, {}))
        else:
            found.data.update(_answers(name, step))
            found.run()
        workflow.do_engine_steps()

    told = _play(lambda: list(offers()), take, seed)
    return told, workflow.is_completed(), plain(workflow.data)


def _answers(name: str, step: int) -> dict[str, int]:
    # Stock forgets what was written in a sub-process that an error left.
    return {} if name.startswith("eu") else {f"form_{step}": step}


def _is_message(found: Any) -> bool:
    return str(getattr(found, "name", "")).startswith(("msg", "begin"))


@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_a_random_model_runs_as_in_stock_where_stock_is_right(seed: int) -> None:
    ours, stock = _ours(seed), _stock(seed)

    assert ours[0] == stock[0], f"seed {seed}: other offers"
    assert ours[1] == stock[1], f"seed {seed}: other end"
    assert ours[2] == stock[2], f"seed {seed}: other data"


@pytest.mark.parametrize("seed", range(FIRST, LAST))
def test_storing_and_pruning_change_nothing(seed: int) -> None:
    assert _ours(seed, stored=False) == _ours(seed), f"seed {seed}"


def _levels(document: Any) -> list[Any]:
    return [document["top"], *document["subs"]]


def _forget(document: Any, gone: Callable[[Any], bool]) -> Any:
    for level in _levels(document):
        level["t"] = [row for row in level["t"] if not gone(row)]
    return document


def _forget_writes(document: Any) -> Any:
    for level in _levels(document):
        level["w"] = [] if level["w"] is not None else None
    return document


MISTAKES: dict[str, Callable[[Any], Any]] = {
    "tokens at joins": lambda document: _forget(document, lambda row: row[1].startswith("pj")),
    "listeners": lambda document: _forget(document, lambda row: row[1].startswith("begin")),
    "events behind a gateway": lambda document: _forget(
        document, lambda row: row[1].startswith("msg") and row[5] is not None
    ),
    "what a called process wrote": _forget_writes,
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_seeded_mistake_in_what_is_stored_is_found(mistake: str) -> None:
    assert any(_ours(seed, MISTAKES[mistake]) != _stock(seed) for seed in range(100))


def test_a_seeded_mistake_in_pruning_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget_what_belongs_to_it(case: Case, token: Token) -> list[Token]:
        return [token]

    monkeypatch.setattr(Case, "below", forget_what_belongs_to_it)

    assert any(_ours(seed, stored=False) != _stock(seed) for seed in range(100))
