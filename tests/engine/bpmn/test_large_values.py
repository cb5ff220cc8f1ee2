"""Large variables are unpacked only by who reads them."""

from typing import Any

from engine.bpmn import codec
from engine.bpmn.large_values import LazyVariables, pack, unpackable
from tests.build import process
from tests.engine.bpmn.driving import Drive

ROWS = [{"id": number, "name": f"customer {number}"} for number in range(2_000)]


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
