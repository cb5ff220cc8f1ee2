"""Sub-processes, call activities, loops and gateways keep their tokens and variables right."""

import pytest

from engine.bpmn.parser import load
from engine.bpmn.runtime import Budget, Runtime
from tests.build import each, process, repeat, times
from tests.engine.bpmn.driving import START, Drive


def test_a_sub_process_shares_the_variables_around_it() -> None:
    inner = process("in").script_task("inc", "x + 1", result="x").user_task("u").end("in_end")
    run = Drive(process().sub_process("sub", inner).user_task("z").end(), {"x": 1})

    assert run.wait("u").path == ("sub",)
    run.complete("u", y=5)

    assert run.open == ["z"]
    assert run.variables == {"x": 2, "y": 5}


def test_a_call_activity_maps_in_and_out_and_keeps_its_own_variables() -> None:
    called = process("called").script_task("d", "n * 2", result="doubled").user_task("u").end("ce")
    main = process().call_activity("call", "called", ins={"n": "amount"}, outs={"twice": "doubled"})
    drawing = main.end("done")
    run = Drive({"a.bpmn": drawing, "b.bpmn": called}, {"amount": 4, "secret": 1})

    token = run.wait("u")
    assert (token.process_key, token.path) == ("called", ("call",))
    assert run.runtime.token_variables(token.token) == {"n": 4, "doubled": 8}
    run.complete("u")

    assert run.ended
    assert run.variables == {"amount": 4, "secret": 1, "twice": 8}


def test_a_call_activity_without_its_process_is_an_incident() -> None:
    run = Drive(process().call_activity("call", "nowhere").end())

    assert run.open == ["call"]
    assert [each.kind for each in run.failures] == ["call"]


def test_a_process_that_calls_itself_for_ever_stops_at_a_depth() -> None:
    run = Drive(process().call_activity("again", "process").end())

    assert [each.kind for each in run.failures] == ["call"]


@pytest.mark.parametrize("sequential", [False, True])
def test_outputs_of_a_multi_instance_keep_the_order_of_the_items(sequential: bool) -> None:
    loop = each("items", "it", result="r", into="results", sequential=sequential)
    run = Drive(
        process().script_task("m", "it * 10", result="r", loop=loop).end(), {"items": [3, 1, 2]}
    )

    assert run.ended
    assert run.variables == {"items": [3, 1, 2], "results": [30, 10, 20]}


def test_parallel_items_wait_together_and_may_finish_in_any_order() -> None:
    loop = each("items", "it", result="answer", into="answers")
    run = Drive(process().user_task("ask", loop=loop).end(), {"items": ["a", "b", "c"]})

    assert [wait.loop_index for wait in run.runtime.waits()] == [0, 1, 2]
    assert run.runtime.token_variables(run.wait("ask", index=1).token)["it"] == "b"
    run.complete("ask", index=2, answer="C")
    run.complete("ask", index=0, answer="A", total=1)
    run.complete("ask", index=0, answer="B")

    assert run.ended
    assert run.variables == {"items": ["a", "b", "c"], "answers": ["A", "B", "C"], "total": 1}


def test_a_completion_condition_cancels_the_items_left() -> None:
    loop = each("items", "it", until="numberOfCompletedInstances >= 2")
    run = Drive(process().user_task("ask", loop=loop).user_task("z").end(), {"items": [1, 2, 3]})

    run.complete("ask").complete("ask")

    assert run.open == ["z"]


def test_an_empty_collection_is_over_at_once() -> None:
    loop = each("items", "it", result="r", into="results")
    run = Drive(process().user_task("ask", loop=loop).end(), {"items": []})

    assert run.ended
    assert run.variables["results"] == []
    assert run.visited.count("ask") == 1


def test_a_cardinality_is_a_number_of_items() -> None:
    run = Drive(process().user_task("ask", loop=times("n + 1", sequential=True)).end(), {"n": 1})

    assert run.wait("ask").loop_index == 0
    run.complete("ask")
    assert run.wait("ask").loop_index == 1
    run.complete("ask")
    assert run.ended


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    run = Drive(process().user_task("ask", loop=each("items")).end(), {"items": "abc"})

    assert [each.kind for each in run.failures] == ["loop"]


def test_a_standard_loop_runs_while_its_condition_holds() -> None:
    after = process().script_task("inc", "n + 1", result="n", loop=repeat("n < 3")).end()
    before = (
        process().script_task("inc", "n + 1", result="n", loop=repeat("n < 3", before=True)).end()
    )
    limited = (
        process().script_task("inc", "n + 1", result="n", loop=repeat("true", maximum=4)).end()
    )

    assert Drive(after, {"n": 7}).variables == {"n": 8}
    assert Drive(before, {"n": 7}).variables == {"n": 7}
    assert Drive(before, {"n": 0}).variables == {"n": 3}
    assert Drive(limited, {"n": 0}).variables == {"n": 4}


def test_a_sub_process_runs_for_each_item_with_its_own_variables() -> None:
    inner = process("in").script_task("s", "it * 2", result="r").user_task("u").end("in_end")
    loop = each("items", "it", result="r", into="out")
    run = Drive(process().sub_process("sub", inner, loop=loop).end(), {"items": [1, 2]})

    run.complete("u", index=1)
    run.complete("u", seen=True)

    assert run.ended
    assert run.variables == {"items": [1, 2], "out": [2, 4], "seen": True}


def test_a_boundary_timer_ends_a_loop_with_all_its_items() -> None:
    drawing = process().user_task("ask", loop=each("items")).end("done")
    run = Drive(drawing.at("ask").boundary("late", timer="PT1H").end("e2"), {"items": [1, 2]})

    run.pass_time(hours=2)

    assert run.ended
    assert run.visited[-2:] == ["late", "e2"]


def test_inputs_are_local_and_outputs_go_out() -> None:
    drawing = process().user_task(
        "a", scope={"limit": "=amount * 2"}, out={"ok": "=answer = limit"}
    )
    run = Drive(drawing.end(), {"amount": 5})

    assert run.runtime.token_variables(run.wait("a").token) == {"amount": 5, "limit": 10}
    run.complete("a", answer=10, limit=10)

    assert run.variables == {"amount": 5, "answer": 10, "ok": True}


def test_an_inclusive_join_waits_for_what_can_still_come() -> None:
    drawing = (
        process().inclusive_gateway("split").when("a").user_task("ta").inclusive_gateway("join")
    )
    drawing.user_task("z").end("done")
    drawing = drawing.at("split").when("b").user_task("tb").user_task("tc").to("join")
    drawing = drawing.at("split").otherwise().user_task("td").to("join").xml()

    run = Drive(drawing, {"a": True, "b": True})
    run.complete("ta")
    assert run.open == ["join", "tb"]
    run.complete("tb").complete("tc")
    assert run.open == ["z"]

    assert Drive(drawing, {"a": True, "b": False}).complete("ta").open == ["z"]
    assert Drive(drawing, {}).complete("td").open == ["z"]


def test_a_parallel_join_keeps_tokens_that_are_too_many() -> None:
    drawing = process().parallel_gateway("split").user_task("a").exclusive_gateway("merge")
    drawing.parallel_gateway("join").user_task("z").end("done")
    drawing = drawing.at("split").user_task("b").to("merge")
    drawing = drawing.at("split").user_task("c").to("join").xml()
    run = Drive(drawing)

    run.complete("a").complete("b")
    assert run.open == ["c", "join", "join"]
    run.complete("c")
    assert run.open == ["join", "z"]


def test_flows_that_leave_a_task_split_and_heed_conditions() -> None:
    drawing = process().user_task("a").user_task("b").end("e1")
    drawing = drawing.at("a").when("x > 1").user_task("c").end("e2")
    both = Drive(drawing, {"x": 2}).complete("a")
    one = Drive(drawing, {"x": 1}).complete("a")

    assert both.open == ["b", "c"]
    assert one.open == ["b"]


def test_a_task_with_several_flows_in_runs_once_per_token() -> None:
    drawing = process().parallel_gateway("split").user_task("a").user_task("both").end("done")
    run = Drive(drawing.at("split").user_task("b").to("both").xml())

    run.complete("a").complete("b")

    assert run.open == ["both", "both"]


def test_an_endless_loop_becomes_an_incident() -> None:
    drawing = process().exclusive_gateway("m").script_task("s", "1", result="x").to("m").xml()
    runtime = Runtime.start(load({"p.bpmn": drawing}, "process"), at=START)
    assert runtime.advance(at=START, budget=Budget(elements=50)) is False
    assert runtime.advance(at=START, budget=Budget(elements_alone=200)) is True

    [failure] = runtime.take_failures()
    assert failure.kind == "loop"
    assert failure.message == "200 elements ran without anybody; the loop goes through s, m."
    assert [wait.kind for wait in runtime.waits()] == ["failed"]


def test_what_runs_beside_an_endless_loop_goes_on() -> None:
    drawing = process().parallel_gateway("p").exclusive_gateway("m")
    drawing.script_task("s", "1", result="x").to("m").at("p").user_task("u")
    drawing.script_task("after", "2", result="y").end("e")
    runtime = Runtime.start(load({"p.bpmn": drawing.xml()}, "process"), at=START)
    few = Budget(elements=50, elements_alone=200)
    while not runtime.advance(at=START, budget=few):
        pass

    [task] = [wait for wait in runtime.waits() if wait.kind == "user_task"]
    runtime.complete(task.token, {}, at=START)

    assert runtime.advance(at=START, budget=few)
    assert runtime.variables == {"x": 1, "y": 2}
    assert [wait.kind for wait in runtime.waits()] == ["failed"]


def test_an_endless_loop_around_a_sub_process_is_named() -> None:
    inner = process("in").script_task("s", "1", result="x").end("inner_end")
    drawing = process().exclusive_gateway("m").sub_process("sub", inner).to("m").xml()
    runtime = Runtime.start(load({"p.bpmn": drawing}, "process"), at=START)

    while not runtime.advance(at=START, budget=Budget(elements=40, elements_alone=203)):
        pass

    [failure] = runtime.take_failures()
    assert "sub" in failure.message
    assert "m" in failure.message


def test_an_activity_that_repeats_for_ever_is_named() -> None:
    loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>true</bpmn:loopCondition>"
    loop += "</bpmn:standardLoopCharacteristics>"
    drawing = process().script_task("s", "1", result="x", loop=loop).end("e")
    runtime = Runtime.start(load({"p.bpmn": drawing}, "process"), at=START)

    while not runtime.advance(at=START, budget=Budget(elements=50, elements_alone=100)):
        pass

    [failure] = runtime.take_failures()
    assert failure.message.endswith("the loop goes through s.")


def test_a_loop_without_flows_is_stopped_too() -> None:
    again = process("h").start("hs", signal="go", interrupting=False).throw("t", signal="go")
    drawing = process().event_sub_process("handler", again)
    drawing.throw("first", signal="go").user_task("u").end("e")
    runtime = Runtime.start(load({"p.bpmn": drawing.xml()}, "process"), at=START)

    for _ in range(100):
        if runtime.advance(at=START, budget=Budget(elements=50, elements_alone=100)):
            break

    assert {each.kind for each in runtime.take_failures()} == {"loop"}
    assert "u" in [wait.element_id for wait in runtime.waits()]


def test_a_call_that_hands_all_back_does_not_undo_what_happened_meanwhile() -> None:
    called = process("called").user_task("u").script_task("s", "1", result="new").end("ce")
    every = '<work:in all="true"/><work:out all="true"/>'
    drawing = process().parallel_gateway("split").call_activity("call", "called", settings=every)
    drawing.end("e1")
    drawing = drawing.at("split").user_task("beside").end("e2")
    run = Drive({"a.bpmn": drawing, "b.bpmn": called}, {"x": 1})

    run.complete("beside", x=2).complete("u")

    assert run.ended
    assert run.variables == {"x": 2, "new": 1}
