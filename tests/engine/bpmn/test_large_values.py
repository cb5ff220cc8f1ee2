"""Large variables are unpacked only by who reads them."""

from typing import Any

import pytest

from engine.bpmn import codec
from engine.bpmn.large_values import LazyVariables, pack, size, unpackable
from engine.bpmn.runtime import Runtime
from tests.build import each, process
from tests.engine.bpmn.driving import START, Drive

ROWS = [{"id": number, "name": f"customer {number}"} for number in range(2_000)]


BIG = {"rows": ROWS, "x": 1}


def _lazy() -> LazyVariables:
    small, packed = pack({"x": 1, "rows": ROWS})
    assert set(packed) == {"rows"}
    assert small == {"x": 1}
    found = unpackable(small, packed)
    assert isinstance(found, LazyVariables)
    return found


def test_a_large_variable_goes_from_state_to_state_without_being_unpacked() -> None:
    run = Drive(process().user_task("a").user_task("b").end(), {"rows": ROWS, "x": 1})
    before = codec.load(run.runtime.dump())["top"]

    run.complete("a", x=2)
    after = codec.load(run.runtime.dump())["top"]

    assert before["v"] == {"x": 1}
    assert after["v"] == {"x": 2}
    assert after["l"] == before["l"]
    assert run.variables == {"rows": ROWS, "x": 2}


def test_an_expression_reads_a_large_variable() -> None:
    run = Drive(
        process().user_task("a").script_task("s", "count(rows)", result="n").end(), {"rows": ROWS}
    )

    run.complete("a")

    assert run.variables["n"] == 2_000


def test_a_large_variable_is_unpacked_by_every_way_of_reading() -> None:
    assert _lazy()["rows"] == ROWS
    assert _lazy().get("rows") == ROWS
    assert _lazy().get("missing", 7) == 7
    assert dict(_lazy()) == {"x": 1, "rows": ROWS}
    assert {**_lazy()} == {"x": 1, "rows": ROWS}
    assert sorted(name for name, _ in _lazy().items()) == ["rows", "x"]
    assert set(_lazy()) == {"x", "rows"}
    assert len(_lazy()) == 2
    assert "rows" in _lazy()
    assert ROWS in _lazy().values()
    assert _lazy() == {"x": 1, "rows": ROWS}


def test_a_large_variable_can_be_replaced_and_removed() -> None:
    replaced, removed = _lazy(), _lazy()

    replaced["rows"] = 1
    removed.pop("rows", None)

    assert dict(replaced) == {"x": 1, "rows": 1}
    assert dict(removed) == {"x": 1}


def test_large_texts_and_contexts_are_packed_too() -> None:
    given: dict[str, Any] = {"text": "x" * 40_000, "context": {"deep": {"rows": ROWS}}, "n": 1}

    small, packed = pack(given)

    assert small == {"n": 1}
    assert unpackable(small, packed) == given


def test_the_size_of_large_values_is_known_without_unpacking_them() -> None:
    unpacked, packed = {"x": 1, "rows": ROWS}, _lazy()

    assert abs(size(packed) - size(unpacked)) < 20
    assert set(packed.packed) == {"rows"}


def test_large_values_are_kept_apart_and_loaded_when_they_are_read() -> None:
    run = Drive(process().user_task("a").script_task("s", "rows[1].id", result="n").end(), BIG)
    data, new, gone = run.runtime.dump_apart()
    asked: list[str] = []

    def read(ref: str) -> bytes:
        asked.append(ref)
        return new[ref]

    runtime = Runtime.restore(run.program, data, read)
    assert len(data) < 500
    assert (len(new), gone) == (1, set())
    assert runtime.size == run.runtime.size
    assert runtime.dump_apart()[1:] == ({}, set())
    assert asked == []

    [wait] = runtime.waits()
    runtime.complete(wait.token, {"x": 2}, at=START)
    runtime.advance(at=START)

    assert asked == list(new)
    assert runtime.variables == {**BIG, "x": 2, "n": 0}
    assert runtime.dump_apart()[1:] == ({}, set())


def test_a_large_value_that_is_replaced_is_not_kept_any_longer() -> None:
    run = Drive(process().user_task("a").user_task("b").end(), BIG)
    data, new, _ = run.runtime.dump_apart()
    runtime = Runtime.restore(run.program, data, new.__getitem__)

    runtime.set_variables({"rows": ROWS[1:]}, at=START)
    _, newer, gone = runtime.dump_apart()

    assert gone == set(new)
    assert len(newer) == 1
    assert not newer.keys() & new.keys()


def test_a_state_without_its_large_values_says_so() -> None:
    run = Drive(process().user_task("a").end(), BIG)
    data, _, _ = run.runtime.dump_apart()

    with pytest.raises(codec.UnreadableState, match="large value"):
        _ = Runtime.restore(run.program, data).variables


def test_the_size_of_an_instance_counts_items_and_called_processes() -> None:
    called = process("called").user_task("u").end("e2")
    drawing = process().call_activity("c", "called", everything=True).end("e")
    run = Drive({"a.bpmn": drawing, "b.bpmn": called}, BIG)
    items = Drive(process().user_task("a", loop=each("rows", "row")).end(), {"rows": ROWS[:100]})

    assert run.runtime.size > 1.9 * size(BIG)
    assert items.runtime.size > 1.9 * size({"rows": ROWS[:100]})
