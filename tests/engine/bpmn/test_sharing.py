"""One program serves all instances and threads, and old states are read for ever."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn import codec, state
from engine.bpmn.parser import Program, load
from engine.bpmn.runtime import Runtime
from engine.bpmn.variables import Scope
from tests.build import Drawing, each, process
from tests.engine.bpmn.driving import START, Drive
from tests.engine.bpmn.random_models import RandomModel

#: Waits that a person or an event ends.
TAKEN = ("user_task", "message", "timer")
STATES = Path(__file__).with_name("states")


def _everything() -> Drawing:
    """A process with something of each kind that keeps state."""
    inner = process("in").user_task("u").user_task("v").end("in_end")
    drawing = process().parallel_gateway("split")
    drawing.sub_process("sub", inner, loop=each("items", "it", result="it * 2", into="out"))
    drawing.parallel_gateway("join").event_gateway("race").catch("paid", message="paid").end("e1")
    drawing.at("race").catch("late", timer="P5D").end("e2")
    drawing.at("split").user_task("beside", scope={"limit": "=amount * 2"}).to("join")
    return drawing.at("beside").boundary("tick", timer="R/P1D", interrupting=False).end("e3")


def _play(seed: int) -> dict[str, Any]:
    run = Drive(_everything(), {"items": [1, 2, seed], "amount": seed})
    for name in ("beside", "u", "u", "v", "u", "v", "v"):
        run.complete(name)
    return run.deliver("paid", by=seed).variables


def test_instances_of_one_program_in_many_threads_do_not_disturb_each_other() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(_play, range(40)))

    for seed, variables in enumerate(results):
        expected = {"items": [1, 2, seed], "out": [2, 4, 2 * seed], "amount": seed, "by": seed}
        assert variables == expected


@pytest.mark.parametrize("seed", range(12))
def test_instances_in_many_threads_leave_the_program_as_it_was(seed: int) -> None:
    xml = bytes(RandomModel(seed, stock=None).draw())
    before = _shape(load({"p.bpmn": xml}, "process"))

    def run(number: int) -> None:
        run = Drive(xml, {"n": number, "items": [1, 2, number]})
        random = Random(number)
        for _ in range(25):
            waits = [wait for wait in run.runtime.waits() if wait.kind in TAKEN]
            if waits:
                run.runtime.complete(random.choice(waits).token, {"n": number}, at=run.at)
                run.go()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(8)))

    assert _shape(load({"p.bpmn": xml}, "process")) == before


def _shape(program: Program) -> list[str]:
    """All there is in a program, from object to object, in a form that can be compared."""
    numbers: dict[int, int] = {}
    found: list[str] = []
    waiting: list[Any] = [program]
    kept = []
    while waiting:
        each = waiting.pop()
        if id(each) in numbers:
            found.append(f"see {numbers[id(each)]}")
            continue
        if isinstance(each, str | int | float | bytes | Decimal | type | None):
            found.append(repr(each))
            continue
        numbers[id(each)] = len(numbers)
        kept.append(each)
        found.append(type(each).__name__)
        if isinstance(each, Mapping):
            waiting += [part for pair in each.items() for part in pair]
        elif isinstance(each, list | tuple):
            waiting += each
        elif isinstance(each, set | frozenset):
            found.append(repr(sorted(map(str, each))))
        elif type(each).__module__.startswith(("engine.", "SpiffWorkflow.")):
            waiting += _attributes(each)
    return found


def _attributes(thing: Any) -> list[Any]:
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    named = {name: getattr(thing, name) for name in slots if hasattr(thing, name)}
    return [part for pair in (named | getattr(thing, "__dict__", {})).items() for part in pair]


def test_equal_files_share_one_program() -> None:
    xml = bytes(_everything())

    assert load({"a.bpmn": xml}, "process") is load({"a.bpmn": bytes(xml)}, "process")


def _fixtures(version: int) -> list[Path]:
    """What has to be kept of a version of the state: an instance and its model."""
    return [STATES / f"instance_{version}.bin", STATES / f"instance_{version}.bpmn"]


def test_every_version_of_the_state_has_its_migration_and_its_fixture() -> None:
    versions = range(1, state.VERSION + 1)

    kept = [version for version in versions if all(map(Path.exists, _fixtures(version)))]

    assert kept == list(versions), "a new version needs an instance stored by it, see state.py"
    assert list(state.MIGRATIONS) == list(versions[:-1])
    for version in versions:
        document = codec.load(_fixtures(version)[0].read_bytes())
        assert document.get("version", 1) == version
        assert state.migrated(document)["version"] == state.VERSION
    assert not all(map(Path.exists, _fixtures(state.VERSION + 1)))


def test_a_state_of_a_later_program_is_refused() -> None:
    program = load({"p.bpmn": bytes(_everything())}, "process")
    later = codec.dump({"version": state.VERSION + 1})

    with pytest.raises(codec.UnreadableState, match=f"version {state.VERSION + 1}"):
        Runtime.restore(program, later)


@pytest.mark.parametrize("version", range(1, state.VERSION + 1))
def test_an_instance_stored_by_any_version_still_goes_on(version: int) -> None:
    stored, model = _fixtures(version)
    program = load({"p.bpmn": model.read_bytes()}, "process")

    runtime = Runtime.restore(program, stored.read_bytes())

    kinds = sorted((wait.kind, wait.element_id) for wait in runtime.waits() if wait.is_leaf)
    assert kinds == [
        ("join", "join"),
        ("user_task", "u"),
        ("user_task", "u"),
        ("user_task", "v"),
    ]
    for name in ("v", "u", "v", "u", "v"):
        wait = next(wait for wait in runtime.waits() if wait.element_id == name)
        runtime.complete(wait.token, {}, at=START)
        runtime.advance(at=START)
    assert [wait.element_id for wait in runtime.waits() if wait.is_leaf] == ["race"]
    assert runtime.variables["out"] == [2, 4, 6]


#: Depth of the scope that a task writes in, and what it writes.
_WRITES = st.lists(
    st.tuples(st.integers(0, 2), st.dictionaries(st.sampled_from("abcd"), st.integers())),
    max_size=8,
)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers()),
    st.lists(st.sampled_from(["a", "b", "c", "d", "ab", "bc"]), min_size=2, max_size=2),
    _WRITES,
)
@settings(deadline=None, max_examples=60)
def test_tasks_in_nested_scopes_read_and_write_as_a_small_model_says(
    given_first: dict[str, int],
    declared: list[str],
    writes: list[tuple[int, dict[str, int]]],
) -> None:
    run = Drive(_nested(declared, len(writes)), given_first)
    model: list[dict[str, Any]] = [dict(given_first)]
    for number, names in enumerate(declared):
        model.append(dict.fromkeys(names, number * 100))

    for depth, values in writes:
        task = next(
            wait for wait in run.runtime.waits() if wait.element_id.startswith(f"u{depth}_")
        )
        run.complete(task.element_id, **values)
        for name, value in values.items():
            inner = [each for each in range(depth, 0, -1) if name in model[each]]
            model[inner[0] if inner else 0][name] = value

        assert run.variables == model[0]
        for wait in run.runtime.waits():
            if wait.kind == "user_task":
                seen: dict[str, Any] = {}
                for scope in model[: int(wait.element_id[1]) + 1]:
                    seen |= scope
                assert run.runtime.token_variables(wait.token) == seen


def _nested(declared: list[str], tasks: int) -> Drawing:
    """Sub-processes in one another, each with variables of its own and tasks beside the next."""
    inside: Any = None
    for depth in (2, 1, 0):
        drawing = process(f"p{depth}" if depth else "process").start(f"s{depth}")
        drawing.parallel_gateway(f"split{depth}")
        for number in range(tasks + 1):
            drawing.user_task(f"u{depth}_{number}")
        drawing.end(f"e{depth}")
        if inside is not None:
            scope = dict.fromkeys(declared[depth], f"={depth * 100}")
            drawing.at(f"split{depth}").sub_process(f"sub{depth}", inside, scope=scope)
            drawing.end(f"f{depth}")
        inside = drawing
    return inside.xml()


_NAMES = st.sampled_from("abcd")
_SCOPES = st.lists(st.dictionaries(_NAMES, st.integers()), min_size=1, max_size=4)


@given(_SCOPES, st.lists(st.tuples(st.integers(0, 3), _NAMES, st.integers()), max_size=12))
@settings(deadline=None)
def test_scopes_are_read_outward_and_written_where_declared(
    layers: list[dict[str, int]], writes: list[tuple[int, str, int]]
) -> None:
    model = [dict(layer) for layer in layers]
    scopes: list[Scope] = []
    for layer in layers:
        scopes.append(Scope(dict(layer), scopes[-1] if scopes else None))

    for depth, name, value in writes:
        depth = min(depth, len(scopes) - 1)
        scopes[depth].declaring(name).own[name] = value
        declared = [each for each in range(depth, 0, -1) if name in model[each]]
        model[declared[0] if declared else 0][name] = value

    for depth, scope in enumerate(scopes):
        seen: dict[str, int] = {}
        for layer in model[: depth + 1]:
            seen |= layer
        assert dict(scope.view()) == seen
        assert scope.root is scopes[0]
