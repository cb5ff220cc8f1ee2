"""Refusals, incidents and rare turns: what happens when something is not as it should be."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Invalid
from engine.bpmn import codec, workflow
from engine.bpmn.errors import ElementFailed, NoSuchProcess, NoSuchStart, NotWaiting
from engine.bpmn.extensions import Decision
from engine.bpmn.parser import load
from engine.bpmn.runtime import Budget, Runtime
from engine.bpmn.scripting import FeelScriptEngine
from tests.build import each, process, repeat, times
from tests.engine.bpmn.driving import START, Drive

LINE = process().user_task("a").end("done")


# --- what is refused


def test_a_process_or_start_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NoSuchProcess):
        load({"p.bpmn": LINE}, "other")
    with pytest.raises(NoSuchStart):
        Drive(LINE, element="nowhere")
    with pytest.raises(NoSuchStart):
        Drive(LINE, element="a")
    with pytest.raises(NoSuchStart):
        Drive(LINE, message="nobody")
    with pytest.raises(NoSuchStart):
        Drive(process().xml())


def test_only_what_waits_can_be_completed_delivered_fired_or_retried() -> None:
    run = Drive(LINE)
    token = run.wait("a").token
    for refused in (
        lambda: run.runtime.deliver(token, {}, at=run.at),
        lambda: run.runtime.fire_timer(token, at=run.at),
        lambda: run.runtime.retry(token, at=run.at),
        lambda: run.runtime.begin_activity(token, "x", at=run.at),
    ):
        with pytest.raises(NotWaiting):
            refused()


def test_a_token_that_already_left_cannot_be_completed_again() -> None:
    drawing = process().sub_process("sub", process("in").user_task("a")).end("done")
    run = Drive(drawing)
    sub = next(token.id for token in run.runtime._case.tokens.values() if token.node.name == "sub")
    with pytest.raises(NotWaiting):
        run.runtime.complete(sub, {}, at=run.at)

    ready = Runtime.start(run.program, at=START)
    [waiting] = ready.waits()
    assert waiting.kind == "ready"
    with pytest.raises(NotWaiting):
        ready.complete(waiting.token, {}, at=START)


def test_part_two_of_a_token_that_waits_for_one_event_is_refused() -> None:
    run = Drive(process().catch("c", message="m").end())

    with pytest.raises(NotWaiting):
        run.runtime.complete(run.wait("c").token + "/1", {}, at=run.at)


def test_a_state_whose_element_is_gone_is_refused() -> None:
    state = Drive(LINE).runtime.dump()
    changed = load({"p.bpmn": process().user_task("b").end("done")}, "process")

    with pytest.raises(codec.UnreadableState):
        Runtime.restore(changed, state)


def test_the_library_may_ask_for_feel_and_never_runs_a_script() -> None:
    run = Drive(LINE, {"x": 2})
    token = run.runtime._case.tokens[run.wait("a").token]

    assert FeelScriptEngine().evaluate(token, "x + y", {"y": 1}) == 3
    with pytest.raises(ElementFailed):
        FeelScriptEngine().execute(token, "import os")


# --- what becomes an incident


@pytest.mark.parametrize(
    ("drawing", "kind"),
    [
        (process().exclusive_gateway("g").when('"text"').end("e"), "expression"),
        (process().catch("c", message="m", correlation="=missing").end(), "expression"),
        (process().catch("c", timer=("timeDuration", "tomorrow")).end(), "timer"),
        (process().user_task("u", loop=times('"many"')).end(), "loop"),
        (process().user_task("u", loop=times(100_000)).end(), "loop"),
        (process().user_task("u", loop=each("for i in 1..10001 return i")).end(), "loop"),
        (process().end("c", cancel=True), "error"),
        (
            process().sub_process("t", process("i").end("c", cancel=True), kind="transaction"),
            "error",
        ),
    ],
)
def test_a_mistake_in_the_model_keeps_its_token(drawing: Any, kind: str) -> None:
    xml = drawing if isinstance(drawing, bytes) else drawing.end()
    run = Drive(xml)

    assert [failure.kind for failure in run.failures] == [kind]
    assert [wait.kind for wait in run.runtime.waits()] == ["failed"]


def test_an_expression_without_end_is_an_incident() -> None:
    text = "count(for a in 1..9999, b in 1..9999 return a * b)"
    run = Drive(process().script_task("s", text, result="x").end())

    assert [failure.kind for failure in run.failures] == ["expression"]


def test_too_many_tokens_are_an_incident(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = process().user_task("u").end("done")
    drawing = drawing.at("u").boundary("b", message="m", interrupting=False).user_task("v")
    monkeypatch.setattr(workflow, "MAX_TOKENS", 2)
    many = Drive(process().user_task("u", loop=times(5)).end())
    beside = Drive(drawing.end("e2"))

    beside.deliver("b")

    assert [failure.kind for failure in many.failures] == ["loop"]
    assert [failure.kind for failure in beside.failures] == ["loop"]


def test_a_boundary_timer_that_cannot_be_armed_is_an_incident_of_its_own() -> None:
    drawing = process().user_task("a").end("done")
    drawing = drawing.at("a").boundary("late", timer=("timeDuration", "=wait")).end("e2")
    run = Drive(drawing)

    assert [(each.element_id, each.kind) for each in run.failures] == [("late", "timer")]
    assert run.open == ["a"]
    run.runtime.set_variables({"wait": "PT1H"}, at=run.at)
    run.runtime.retry(run.wait("late").token, at=run.at)
    run.go().pass_time(hours=2)

    assert run.ended
    assert run.visited[-2:] == ["late", "e2"]


def test_a_condition_that_is_no_condition_is_an_incident() -> None:
    run = Drive(process().catch("c", condition="x + 1").end(), {"x": 1})

    assert [(each.element_id, each.kind) for each in run.failures] == [("c", "expression")]


def test_a_completion_condition_that_fails_keeps_the_item() -> None:
    loop = each("items", until="1 + 1")
    run = Drive(process().user_task("ask", loop=loop).end(), {"items": [1]})

    run.complete("ask")

    assert [(each.element_id, each.kind) for each in run.failures] == [("ask", "expression")]


# --- variables and expressions


def test_a_variable_set_to_none_by_an_operator_is_gone() -> None:
    run = Drive(LINE, {"x": 1, "y": 2})

    run.runtime.set_variables({"x": None, "z": 3}, at=run.at, by="ada")
    run.go()

    assert run.variables == {"y": 2, "z": 3}
    assert run.entries[-1].lifecycle == "variables"
    assert (run.entries[-1].by, run.entries[-1].variables) == ("ada", {"x": None, "z": 3})


def test_expressions_are_evaluated_as_a_token_or_the_process_sees_them() -> None:
    loop = each("items", "it")
    run = Drive(process().user_task("ask", loop=loop).end(), {"items": [5], "x": 1})

    assert run.runtime.evaluate(run.wait("ask").token, "it + x") == 6
    assert run.runtime.evaluate(None, "=it") is None


def test_an_item_writes_what_is_declared_further_out() -> None:
    inner = process("in").user_task("u", loop=each("parts", "part")).end("ie")
    drawing = process().sub_process("sub", inner, scope={"sum": "0", "parts": "=[1, 2]"})
    run = Drive(drawing.end(), {"total": 0})

    run.complete("u", sum=1, total=5, part=9)
    assert run.runtime.token_variables(run.wait("u").token)["sum"] == 1
    run.complete("u")

    assert run.variables == {"total": 5}


def test_an_integer_too_large_for_json_beside_what_cannot_be_stored_is_refused() -> None:
    with pytest.raises(codec.UnstorableValue):
        codec.dump([2**70, object()])


# --- rare turns


def test_a_decision_is_evaluated_in_place() -> None:
    asked: list[str] = []

    def decide(decision: Decision, context: Mapping[str, Any]) -> Any:
        asked.append(decision.key)
        if context["age"] < 0:
            raise Invalid("no such age")
        return {"risk": "low"} if context["age"] < 50 else None

    named = process().business_rule_task("rule", "risk", result="found").end()
    spread = process().business_rule_task("rule", "risk").end()

    assert Drive(named, {"age": 7}, decide=decide).variables["found"] == {"risk": "low"}
    assert Drive(spread, {"age": 7}, decide=decide).variables["risk"] == "low"
    assert Drive(spread, {"age": 70}, decide=decide).variables == {"age": 70}
    assert Drive(named, {"age": -1}, decide=decide).failures[0].kind == "decision"
    assert Drive(named, {"age": 7}).wait("rule").kind == "service_task"
    assert asked == ["risk"] * 4


def test_a_send_task_throws_its_message_and_a_connector_is_called() -> None:
    sent = Drive(process().send_task("send", message="hello", correlation="=x").end(), {"x": 1})
    called = Drive(process().service_task("send", kind="sendTask").end())
    settings = '<work:connector type="http"/>'
    thrown = Drive(process().throw("t", message="m", settings=settings).end())

    assert [(each.name, each.correlation_key) for each in sent.thrown] == [("hello", "1")]
    assert called.wait("send").kind == "service_task"
    assert thrown.wait("t").kind == "service_task"
    assert thrown.complete("t").ended


def test_an_interrupting_escalation_ends_what_threw_it() -> None:
    inner = process("in").throw("tell", escalation="LATE").user_task("never").end("ie")
    drawing = process().sub_process("sub", inner).end("done")
    run = Drive(drawing.at("sub").boundary("b", escalation="LATE").user_task("help").end("e2"))

    assert run.open == ["help"]
    assert "never" not in run.visited


def test_an_escalation_starts_an_event_sub_process_beside() -> None:
    handler = process("h").start("up", escalation="LATE", interrupting=False)
    handler.user_task("watch")
    drawing = process().event_sub_process("handler", handler)
    run = Drive(drawing.throw("tell", escalation="LATE").user_task("more").end("done"))

    assert run.open == ["more", "watch"]
    assert run.complete("more").open == ["watch"]
    assert run.complete("watch").ended


def test_an_error_of_a_called_process_is_caught_where_it_was_called() -> None:
    called = process("called").user_task("u").end("bad", error="BAD")
    drawing = process().call_activity("call", "called").end("done")
    drawing = drawing.at("call").boundary("caught", error="BAD").user_task("help").end("e2")
    run = Drive({"a.bpmn": drawing, "b.bpmn": called})

    run.complete("u")

    assert run.open == ["help"]


def test_an_error_inside_an_event_sub_process_goes_outward() -> None:
    handler = process("h").start("oops", error="BAD").end("again", error="BAD")
    inner = process("in").event_sub_process("handler", handler).end("bad", error="BAD")
    drawing = process().sub_process("sub", inner).end("done")
    run = Drive(drawing.at("sub").boundary("caught", error="BAD").user_task("help").end("e2"))

    assert run.open == ["help"]


def test_an_event_sub_process_with_a_timer_fires_once() -> None:
    late = process("a").start("late", timer="PT1H", interrupting=False).user_task("x")
    run = Drive(process().event_sub_process("lateness", late).user_task("work").end("done"))

    run.pass_time(hours=5)

    assert run.open == ["work", "x"]


def test_a_boundary_timer_that_does_not_interrupt_fires_once() -> None:
    drawing = process().user_task("a").end("done")
    drawing = drawing.at("a").boundary("remind", timer="PT1H", interrupting=False).end("e1")
    run = Drive(drawing)

    run.pass_time(hours=5)

    assert run.visited.count("remind") == 1
    assert [wait.kind for wait in run.runtime.waits()] == ["user_task"]


def test_missed_firings_are_made_up_for_only_where_the_model_asks() -> None:
    def firings(catch_up: str) -> int:
        drawing = process().user_task("a").end("done")
        drawing = drawing.at("a").boundary("tick", timer="R/PT1H", interrupting=False).end("e1")
        xml = bytes(drawing).replace(
            b"<bpmn:timerEventDefinition", b"<bpmn:timerEventDefinition " + catch_up.encode()
        )
        run = Drive(xml)
        now = run.at.replace(hour=18, minute=30)
        while (due := run.wait("tick").due_at) is not None and due <= now:
            run.runtime.fire_timer(run.wait("tick").token, at=now)
            run.go()
        return run.visited.count("tick")

    assert firings("") == 1
    assert firings('work:catchUp="all"') == 9


def test_compensation_thrown_in_an_event_sub_process_undoes_what_lies_around_it() -> None:
    handler = process("h").start("stop", message="stop").throw("undo", compensate=True)
    handler.user_task("tell")
    drawing = process().event_sub_process("handler", handler).user_task("book")
    drawing.boundary("b", compensate=True).add("userTask", "unbook", isForCompensation=True)
    drawing.extend('<bpmn:association id="as" sourceRef="b" targetRef="unbook"/>')
    run = Drive(drawing.at("book").user_task("work").end("done"))

    run.complete("book").deliver("stop")
    assert run.open == ["unbook"]
    run.complete("unbook")
    assert run.open == ["tell"]
    assert run.complete("tell").ended


def test_a_transaction_with_nothing_to_undo_leaves_at_once() -> None:
    inner = process("in").user_task("u").end("c", cancel=True)
    drawing = process().sub_process("t", inner, kind="transaction").end("done")
    run = Drive(drawing.at("t").boundary("off", cancel=True).user_task("tell").end("e2"))

    assert run.complete("u").open == ["tell"]


def test_a_cancel_end_deeper_inside_ends_the_whole_transaction() -> None:
    deep = process("deep").user_task("u").end("c", cancel=True)
    inner = process("in").parallel_gateway("p").sub_process("sub", deep).end("e3")
    inner = inner.at("p").user_task("beside").end("e4")
    drawing = process().sub_process("t", inner, kind="transaction").end("done")
    run = Drive(drawing.at("t").boundary("off", cancel=True).user_task("tell").end("e2"))

    assert run.complete("u").open == ["tell"]


def test_an_ad_hoc_condition_that_fails_can_be_retried() -> None:
    inner = process("in").add("userTask", "a")
    inner.extend("<bpmn:completionCondition>enough</bpmn:completionCondition>")
    run = Drive(process().then("adHocSubProcess", "free", inner.body()).end("done"))

    run.complete("a", enough="perhaps")
    assert [each.kind for each in run.failures] == ["expression"]
    run.runtime.set_variables({"enough": True}, at=run.at)
    run.runtime.retry(run.wait("free").token, at=run.at)

    assert run.go().ended


def test_only_activities_inside_an_ad_hoc_sub_process_can_be_begun_there() -> None:
    inner = process("in").add("userTask", "a")
    run = Drive(process().then("adHocSubProcess", "free", inner.body()).end("done"))
    free = next(t.id for t in run.runtime._case.tokens.values() if t.node.name == "free")

    with pytest.raises(NotWaiting):
        run.runtime.begin_activity(free, "elsewhere", at=run.at)
    with pytest.raises(NotWaiting):
        run.runtime.complete(free, {}, at=run.at)


def test_a_complex_gateway_without_condition_joins_like_an_inclusive_one() -> None:
    drawing = process().parallel_gateway("p").user_task("a").complex_gateway("j").user_task("z")
    drawing.end("done")
    run = Drive(drawing.at("p").user_task("b").to("j").xml())

    assert run.complete("a").open == ["b", "j"]
    assert run.complete("b").open == ["z"]


def test_two_flows_may_come_late_to_a_complex_gateway() -> None:
    drawing = process().parallel_gateway("p").user_task("a")
    drawing.complex_gateway("j", "activationCount >= 1").user_task("z").end("done")
    for name in "bc":
        drawing.at("p").user_task(name).to("j")
    run = Drive(drawing.xml())

    run.complete("a").complete("b").complete("c")

    assert run.open == ["z"]


def test_a_standard_loop_without_condition_runs_once_and_can_be_left_by_an_event() -> None:
    once = "<bpmn:standardLoopCharacteristics/>"
    drawing = process().user_task("a", loop=repeat("true")).end("done")
    run = Drive(drawing.at("a").boundary("stop", message="stop").end("e2"))

    assert Drive(process().user_task("a", loop=once).end()).complete("a").ended
    run.complete("a").complete("a").deliver("stop")
    assert run.ended


def test_a_retried_gateway_does_not_wait_twice() -> None:
    drawing = process().event_gateway("g").catch("t", timer=("timeDuration", "=w")).end("e1")
    run = Drive(drawing.at("g").catch("m", message="m").end("e2"))

    assert [each.element_id for each in run.failures] == ["t"]
    run.deliver("m")

    assert run.ended


def test_an_instance_in_small_steps_ends_like_one_in_a_single_step() -> None:
    drawing = process().script_task("i", "0", result="n", loop=times(30)).end("done")
    program = load({"p.bpmn": drawing}, "process")
    runtime, steps = Runtime.start(program, at=START), 0
    while not runtime.advance(at=START, budget=Budget(elements=3)):
        runtime = Runtime.restore(program, runtime.dump())
        steps += 1

    assert runtime.ended
    assert steps > 5
    assert runtime.variables == {"n": Decimal(0)}


def test_a_gateway_that_waits_for_events_may_have_none_or_wrong_ones_behind_it() -> None:
    drawing = process().event_gateway("g").user_task("a").end("e1")
    run = Drive(drawing.at("g").catch("m", message="m").end("e2"))

    assert run.open == ["g"]
    run.complete("a")

    assert run.ended
    assert Drive(process().event_gateway("g").xml()).ended


def test_a_join_is_stuck_although_its_sub_process_still_stands() -> None:
    inner = process("in").exclusive_gateway("g").when("x > 1").user_task("a").parallel_gateway("j")
    inner.end("ie")
    inner.at("g").otherwise().to("j")
    run = Drive(process().sub_process("sub", inner).end("done"), {"x": 1})

    assert [(each.element_id, each.kind) for each in run.failures] == [("j", "join")]


def test_a_flow_that_crosses_the_border_of_a_sub_process_is_not_followed() -> None:
    inner = process("in").user_task("u")
    xml = bytes(process().sub_process("sub", inner).user_task("z").end("done"))
    crossing = b'<bpmn:sequenceFlow id="x" sourceRef="u" targetRef="z"/></bpmn:process>'
    run = Drive(xml.replace(b"</bpmn:process>", crossing))

    assert run.complete("u").open == ["z"]
    assert run.complete("z").ended


def test_an_inclusive_join_whose_token_failed_does_not_hold_up_the_rest() -> None:
    drawing = process().inclusive_gateway("split").when("a").user_task("ta").inclusive_gateway("j")
    drawing.user_task("z").end("done")
    run = Drive(drawing.at("split").when("b").user_task("tb").to("j").xml(), {"a": True, "b": True})
    run.complete("ta")

    assert run.error("j", "BROKEN") is False
    run.complete("tb")

    assert run.open == ["j", "z"]


def test_an_inclusive_join_may_ask_which_way_to_go_on() -> None:
    drawing = process().inclusive_gateway("split").when("a").user_task("ta").inclusive_gateway("j")
    drawing.user_task("y").end("e1")
    drawing.at("j").user_task("z").end("e2")
    run = Drive(drawing.at("split").when("b").user_task("tb").to("j").xml(), {"a": True, "b": True})

    run.complete("ta").complete("tb")
    ways = run.program.model.elements["j"].outgoing
    run.complete("j", flow=list(ways))

    assert run.open == ["y", "z"]


def test_a_loop_that_could_not_begin_can_be_done_by_hand() -> None:
    loop = each("items", "it", result="r", into="out")
    run = Drive(process().user_task("u", loop=loop).user_task("z").end(), {"items": 1})

    assert run.complete("u", out=[1]).open == ["z"]
    assert run.variables == {"items": 1, "out": [1]}
