"""Any past state of a case can be rebuilt from its log: compared with what was true then."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from core.people import SYSTEM
from core.values import to_json
from engine import instances, log, progress, user_tasks
from engine.bpmn.journal import Entry
from engine.bpmn.parser import load
from engine.bpmn.runtime import Budget, Runtime
from engine.past import Past, rebuilt
from tests.build import process
from tests.engine.bpmn.random_models import RandomModel

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
GIVEN = {"n": 1, "items": [1, 2, 3]}
MOST_STEPS = 60
#: Waits at which a token stands, and what a person or event can complete there.
TAKEN = ("user_task", "message", "timer", "failed")

Truth = tuple[dict[str, str], dict[str, Any], dict[str, dict[str, Any]], bool]


def truth(runtime: Runtime) -> Truth:
    """Where tokens stand and what every scope holds, read from the running instance."""
    case = runtime._case
    standing = {
        token.id: token.node.element.id
        for token in case.tokens.values()
        if token.entered or token.arrived
    }
    leaves = {
        wait.token.partition("/")[0]: wait.element_id
        for wait in runtime.waits()
        if wait.is_leaf and wait.kind != "ready"
    }
    assert leaves.items() <= standing.items()
    scopes = {
        f"{token.id}.{number}": dict(own)
        for token in case.tokens.values()
        for number, own in enumerate(token.layers)
        if token.id in standing
    }
    scopes |= {
        level.parent_token.id: dict(level.scope.own)
        for level in case.subprocesses.values()
        if level.scope.outer is None and level.scope is not case.scope
    }
    return standing, runtime.variables, {k: v for k, v in scopes.items() if v}, runtime.ended


def seen(past: Past) -> Truth:
    standing = {token: each.element_id for token, each in past.tokens.items()}
    return standing, past.variables, {k: v for k, v in past.scopes.items() if v}, past.ended


class Recorded:
    """A random case that is stored and loaded all the time, and what was true at each moment."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.program = load({"p.bpmn": RandomModel(seed, stock=None).draw()}, "process")
        self.at = START
        self.runtime = Runtime.start(self.program, GIVEN, at=self.at)
        self.entries: list[Entry] = []
        self.moments: list[tuple[datetime, Truth]] = []

    def run(self) -> None:
        """Take random steps until nothing is left to take, then cancel what has not ended."""
        for step in range(MOST_STEPS):
            self._advance()
            waits = [wait for wait in self.runtime.waits() if wait.kind in TAKEN]
            if not waits:
                break
            if self.random.random() < 0.2:
                patch = {"n": step, self.random.choice(["acc1", "by_hand"]): None, "by_hand2": {}}
                self.runtime.set_variables(patch, at=self.at, by="olga")
            else:
                given = {f"form_{step}": step, "n": step, "it": None}
                self.runtime.complete(self.random.choice(waits).token, given, at=self.at)
        if not self.runtime.ended:
            self.runtime.cancel(at=self.at, by="olga")
        self._record()

    def _advance(self) -> None:
        few = Budget(elements=self.random.randint(1, 9))
        while not self.runtime.advance(at=self.at, budget=few):
            self._record()
        assert not self.runtime._case.delta
        self._record()

    def _record(self) -> None:
        self.entries += self.runtime.take_entries()
        # Between two elements of a step that has yielded, changes may still be untold.
        if not self.runtime._case.delta:
            self.moments.append((self.at, truth(self.runtime)))
        self.runtime = Runtime.restore(self.program, self.runtime.dump())
        self.at += timedelta(minutes=1)


@pytest.mark.parametrize("seed", range(150))
def test_every_past_state_of_a_random_case_is_rebuilt_from_its_log(seed: int) -> None:
    case = Recorded(seed)

    case.run()

    for moment, expected in case.moments:
        found = rebuilt(entry for entry in case.entries if entry.at <= moment)
        assert seen(found) == expected, f"seed {seed} at {moment}"


@pytest.mark.parametrize("seed", range(200, 215))
def test_every_past_state_of_a_stored_case_is_rebuilt_from_the_database(
    session, deploy, clock_at, seed: int
) -> None:
    outcome = deploy(RandomModel(seed, stock=None).draw())
    [definition] = [each for each in outcome.definitions if each.key == "process"]
    instance = instances.start(session, definition_id=definition.id, variables=GIVEN, by=SYSTEM)
    moments = [(clock_at(), _stored_truth(session, instance))]
    random = Random(seed)

    for step in range(MOST_STEPS):
        locked = progress.get_for_update(session, instance.id)
        runtime = progress.runtime_of(session, locked)
        waits = [wait for wait in runtime.waits() if wait.kind in TAKEN]
        if not waits:
            break
        at = clock_at(minutes=step + 1)
        runtime.complete(random.choice(waits).token, {f"form_{step}": step / 4, "n": step}, at=at)
        progress.record_progress(session, locked, runtime, at=at)
        moments.append((at, _stored_truth(session, instance)))

    for moment, expected in moments:
        assert seen(log.rebuild(session, instance, moment)) == expected, f"at {moment}"


def test_a_case_was_not_there_before_it_began_and_is_empty_after_its_end(
    session, start, ada, clock_at
) -> None:
    instance = start(process("p").user_task("t", lane="customer_service").end(), amount=3)
    began = clock_at()
    [task] = user_tasks.find(session, by=ada)
    user_tasks.claim(session, task.id, by=ada)
    ended = clock_at(hours=1)
    user_tasks.complete(session, task.id, {"amount": 4}, by=ada)

    before, waiting, after = (
        log.rebuild(session, instance, moment)
        for moment in (began - timedelta(seconds=1), began, ended)
    )

    assert (before.tokens, before.variables, before.ended) == ({}, {}, False)
    [standing] = waiting.tokens.values()
    assert (standing.element_id, standing.kind, standing.since) == ("t", "userTask", began)
    assert waiting.variables == {"amount": 3}
    assert (after.tokens, after.variables, after.ended) == ({}, {"amount": 4}, True)


def test_a_token_that_has_failed_still_stands_where_it_failed(session, start, clock_at) -> None:
    drawing = process("p").exclusive_gateway("way").when("x > 1").end("e1")
    instance = start(drawing.at("way").when("x > 2").end("e2"), x=1)

    past = log.rebuild(session, instance, clock_at())

    assert [(each.element_id, each.kind) for each in past.tokens.values()] == [
        ("way", "exclusiveGateway")
    ]
    assert not past.ended


def test_the_log_keeps_flows_called_processes_and_contested_variables(session, start) -> None:
    called = process("called").start("cs").script_task("s", "given + 1", result="found").end("e2")
    drawing = process("p").parallel_gateway("split")
    drawing.script_task("one", "1", result="x").parallel_gateway("join")
    drawing.call_activity("call", "called", ins={"given": "x"}, outs={"x": "found"}).end("done")
    drawing = drawing.at("split").script_task("two", "2", result="x").to("join")

    instance = start(drawing.together(called.pen))

    entries = log.entries(session, instance.id, limit=100)
    [arrived] = [each for each in entries if each.lifecycle == "arrive"]
    [joined] = [each for each in entries if each.lifecycle == "join"]
    assert arrived.element_id == joined.element_id == "join"
    assert all(each.flow for each in entries if each.element_id in ("one", "two", "join"))
    assert [each.element_id for each in entries if each.contested == ["x"]] == ["two"]
    [inside] = [each for each in entries if (each.element_id, each.lifecycle) == ("s", "complete")]
    [call] = [each for each in entries if (each.element_id, each.lifecycle) == ("call", "start")]
    assert (inside.called_by, inside.process_key) == (call.token, "called")
    assert inside.variables == {"found": 3}
    assert instances.variables(session, instance) == {"x": 3}


def _stored_truth(session, instance) -> Truth:
    found: Truth = to_json(truth(progress.runtime_of(session, instance)))
    return tuple(found)
