"""Every correctness defect measured in SpiffWorkflow 3.2.0, as something that works here."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest

from engine.bpmn import codec
from engine.bpmn.errors import NoSuchToken
from engine.bpmn.parser import load
from engine.bpmn.runtime import Runtime
from tests.build import each, process
from tests.engine.bpmn.driving import START, Drive


def _run(xml: bytes, variables: dict[str, Any] | None = None) -> Runtime:
    runtime = Runtime.start(load({"p.bpmn": xml}, "process"), variables, at=START)
    while not runtime.advance(at=START):
        pass
    return runtime


def test_1_a_loop_of_400_rounds_is_not_cut_at_a_depth_of_1000_tasks() -> None:
    drawing = process().script_task("i", "0", result="n").exclusive_gateway("m")
    drawing.script_task("inc", "n + 1", result="n").exclusive_gateway("d")
    drawing.when("n < 400").to("m").at("d").otherwise()
    runtime = _run(drawing.end("done"))

    assert runtime.ended
    assert runtime.variables["n"] == 400


def test_2_two_thousand_tasks_in_a_line_are_read_and_run_without_recursion() -> None:
    drawing = process()
    for number in range(2000):
        drawing.script_task(f"s{number}", "n + 1", result="n")
    runtime = _run(drawing.end("done"), {"n": 0})

    assert runtime.ended
    assert runtime.variables["n"] == 2000


def test_2_a_parallel_gateway_in_a_loop_of_200_rounds_runs() -> None:
    runtime = _run(_parallel_in_a_loop(200))

    assert runtime.variables == {"n": 200, "a": 200, "b": 200}


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_3_a_parallel_join_loses_no_update(order: str) -> None:
    drawing = process().parallel_gateway("g").user_task("a").parallel_gateway("j").user_task("z")
    drawing.end("done")
    run = Drive(drawing.at("g").user_task("b").to("j").xml(), {"x": 1, "L": [1, 2, 3]})
    writes: dict[str, dict[str, Any]] = {"a": {"x": 2}, "b": {"y": 1}}

    for name in order:
        run.complete(name, **writes[name])

    assert run.variables == {"x": 2, "y": 1, "L": [1, 2, 3]}


def test_4_a_loop_with_a_parallel_pair_sees_fresh_data() -> None:
    assert _run(_parallel_in_a_loop(4)).variables == {"n": 4, "a": 4, "b": 4}


def test_5_lists_written_by_a_branch_are_neither_cut_nor_deduplicated() -> None:
    drawing = process().parallel_gateway("g").user_task("a").parallel_gateway("j").user_task("z")
    drawing.end("done")
    run = Drive(drawing.at("g").user_task("b").to("j").xml(), {"L": [3]})

    run.complete("a", L=[1, 1, 2]).complete("b", M=[3])

    assert run.variables == {"L": [1, 1, 2], "M": [3]}


def test_6_the_log_of_a_completed_task_is_not_rewritten_by_later_edits() -> None:
    run = Drive(process().user_task("a").user_task("b").end(), {"order": {"lines": [1]}})

    run.complete("a", order={"lines": [1, 2]}).complete("b", order={"lines": []})

    told = {each.element_id: each.variables for each in run.entries if each.by == "ada"}
    assert told == {"a": {"order": {"lines": [1, 2]}}, "b": {"order": {"lines": []}}}
    written = [each.variables["order"] for each in run.entries if "order" in each.variables]
    assert written == [{"lines": [1]}, {"lines": [1, 2]}, {"lines": []}]


def test_7_the_order_of_keys_in_stored_state_means_nothing() -> None:
    run = Drive(process().user_task("a").user_task("b").end(), {"x": 1, "a": {"z": 1, "b": 2}})
    document = codec.load(run.runtime.dump())

    shuffled = orjson.loads(orjson.dumps(document, option=orjson.OPT_SORT_KEYS))
    run.runtime = Runtime.restore(run.program, codec.dump(shuffled))

    assert run.variables == {"x": 1, "a": {"z": 1, "b": 2}}
    assert run.complete("a").complete("b").ended


@pytest.mark.parametrize("key", ["typename", "data", "__class__", "~", "~~", ""])
def test_8_any_key_of_a_user_survives(key: str) -> None:
    given = {key: {"typename": "timedelta", key: "~", "when": timedelta(days=1)}}
    run = Drive(process().user_task("a").end(), given)

    assert run.variables == given


def test_9_states_are_written_and_read_in_many_threads_at_once() -> None:
    run = Drive(process().user_task("a").end(), {"x": Decimal("1.50"), "t": START})
    state = run.runtime.dump()

    def round_trip(_: int) -> bytes:
        return Runtime.restore(run.program, state).dump()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(round_trip, range(400))) == {state}


def test_10_times_and_decimals_keep_their_types() -> None:
    given = {
        "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "amount": Decimal("1.50"),
        "list": [Decimal(1), timedelta(hours=1)],
    }
    run = Drive(process().user_task("a").end(), given)

    assert run.variables == given
    assert type(run.variables["amount"]) is Decimal


def test_11_the_real_reason_of_a_failed_call_is_told() -> None:
    run = Drive(process().service_task("call").end())

    assert run.error("call", "DOWN") is False
    assert "DOWN" in run.failures[0].message
    assert "it said so" in run.failures[0].message


def test_12_variables_set_before_a_retry_are_not_overwritten() -> None:
    drawing = process().exclusive_gateway("g").when("z > 0").end("e1")
    run = Drive(drawing.at("g").when("z < 0").end("e2"), {"z": 0})

    run.runtime.set_variables({"z": 1}, at=run.at)
    run.runtime.retry(run.wait("g").token, at=run.at)

    assert run.go().ended
    assert run.variables["z"] == 1


def test_13_an_event_sub_process_of_one_instance_does_not_start_in_the_next() -> None:
    handler = process("h").start("stop", message="stop").user_task("clean").end("cleaned")
    drawing = process().event_sub_process("stopping", handler).user_task("work").end("done")
    first = Drive(drawing)
    first.deliver("stop")

    assert first.open == ["clean"]
    assert Drive(drawing).open == ["work"]


def test_14_the_log_has_every_completed_task_also_below_waiting_ones() -> None:
    run = Drive(process().user_task("ask", loop=each("items")).end(), {"items": [1, 2, 3]})

    run.complete("ask").complete("ask")

    done = [each for each in run.entries if each.lifecycle == "complete"]
    assert [each.loop_index for each in done if each.element_id == "ask"] == [0, 1]


def test_a_finished_token_is_gone_for_good() -> None:
    run = Drive(process().user_task("a").user_task("b").end())
    token = run.wait("a").token
    run.complete("a")

    with pytest.raises(NoSuchToken):
        run.runtime.complete(token, {}, at=run.at)


def test_nothing_here_needs_a_deeper_stack_than_a_few_calls() -> None:
    drawing = process()
    for number in range(300):
        drawing.script_task(f"s{number}", "n + 1", result="n")
    xml = drawing.end("done")
    load({"p.bpmn": xml}, "process")
    limit = sys.getrecursionlimit()
    depth = len(_frames())
    try:
        sys.setrecursionlimit(depth + 60)
        ended = _run(xml, {"n": 0}).ended
    finally:
        sys.setrecursionlimit(limit)

    assert ended


def _frames() -> list[object]:
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back  # type: ignore[assignment]
    return found


def _parallel_in_a_loop(rounds: int) -> bytes:
    drawing = process().script_task("i", "{n: 0, a: 0, b: 0}").exclusive_gateway("m")
    drawing.parallel_gateway("g").script_task("ta", "a + 1", result="a").parallel_gateway("j")
    drawing.script_task("c", "n + 1", result="n").exclusive_gateway("d")
    drawing.when(f"n < {rounds}").to("m").at("d").otherwise().end("done")
    return drawing.at("g").script_task("tb", "b + 1", result="b").to("j").xml()
