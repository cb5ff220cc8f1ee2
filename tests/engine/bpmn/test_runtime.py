"""Instances run, wait, fail and go on as their model says."""

from tests.build import process
from tests.engine.bpmn.driving import START, Drive


def test_a_line_of_user_tasks_runs_to_its_end() -> None:
    run = Drive(process().user_task("a").user_task("b", lane="finance").end("done"), {"x": 1})

    assert run.open == ["a"]
    run.complete("a", y=2)
    assert run.open == ["b"]
    run.complete("b")

    assert run.ended
    assert run.variables == {"x": 1, "y": 2}
    assert run.visited == ["start", "a", "b", "done"]


def test_an_exclusive_gateway_takes_the_first_true_flow_or_the_default() -> None:
    drawing = process().exclusive_gateway("g").when("amount > 100").user_task("big").end("e1")
    drawing = drawing.at("g").when("amount > 10").user_task("middle").end("e2")
    drawing = drawing.at("g").otherwise().user_task("small").end("e3")

    assert Drive(drawing, {"amount": 500}).open == ["big"]
    assert Drive(drawing, {"amount": 50}).open == ["middle"]
    assert Drive(drawing, {"amount": 5}).open == ["small"]


def test_a_gateway_that_cannot_decide_keeps_its_token_until_it_can() -> None:
    drawing = process().exclusive_gateway("g").when("amount > 100").user_task("big").end("e1")
    run = Drive(drawing.at("g").when("amount < 10").user_task("small").end("e2"), {"amount": 50})

    assert run.open == ["g"]
    assert [(each.element_id, each.kind) for each in run.failures] == [("g", "gateway")]

    run.runtime.set_variables({"amount": 5}, at=run.at)
    run.runtime.retry(run.wait("g").token, at=run.at)
    assert run.go().open == ["small"]


def test_parallel_branches_see_each_others_writes_and_join() -> None:
    drawing = process().parallel_gateway("split").user_task("a").parallel_gateway("join")
    drawing.user_task("z").end("done")
    run = Drive(drawing.at("split").user_task("b").to("join").xml(), {"x": 1})

    run.complete("b", y=2)
    assert run.open == ["a", "join"]
    run.complete("a", x=5)
    assert run.open == ["z"]
    run.complete("z")

    assert run.ended
    assert run.variables == {"x": 5, "y": 2}


def test_a_boundary_timer_interrupts_and_another_does_not() -> None:
    drawing = process().user_task("a").end("done")
    drawing = drawing.at("a").boundary("remind", timer="R2/PT1H", interrupting=False).end("e1")
    drawing = drawing.at("a").boundary("late", on="a", timer="P1D").user_task("chase").end("e2")
    run = Drive(drawing)

    run.pass_time(hours=5)
    assert run.open == ["a"]
    assert run.visited.count("remind") == 2
    run.pass_time(hours=20)
    assert run.open == ["chase"]
    assert "abort" in [each.lifecycle for each in run.entries if each.element_id == "a"]


def test_a_message_with_the_right_key_goes_to_its_catch_event() -> None:
    drawing = process().catch("paid", message="payment", correlation="=customer").end()
    run = Drive(drawing, {"customer": "C-42"})

    wait = run.wait("paid", "message")
    assert (wait.event_name, wait.correlation_key) == ("payment", "C-42")
    run.deliver("paid", amount=7)
    assert run.ended
    assert run.variables["amount"] == 7


def test_a_script_task_computes_in_feel() -> None:
    run = Drive(process().script_task("sum", "amount * 2 + 1", result="total").end(), {"amount": 3})

    assert run.ended
    assert run.variables["total"] == 7


def test_a_person_may_choose_for_a_gateway_that_could_not_decide() -> None:
    drawing = process().exclusive_gateway("g").when("x > 1", flow_id="up").user_task("a").end("e1")
    run = Drive(drawing.at("g").when("x < 1", flow_id="down").user_task("b").end("e2"), {"x": 1})

    run.complete("g", flow="down")

    assert run.open == ["b"]
    assert run.variables == {"x": 1}


def test_a_join_that_nothing_can_reach_any_more_is_an_incident() -> None:
    drawing = process().exclusive_gateway("g").when("x > 1").user_task("a").parallel_gateway("j")
    drawing.user_task("z").end("done")
    drawing = drawing.at("g").otherwise().user_task("b").to("j").xml()
    run = Drive(drawing, {"x": 1})

    run.complete("b")
    assert [(each.element_id, each.kind) for each in run.failures] == [("j", "join")]
    run.complete("j")

    assert run.open == ["z"]


def test_cancelling_ends_everything_and_says_so() -> None:
    inner = process("in").user_task(
        "a",
        loop="<bpmn:multiInstanceLoopCharacteristics><bpmn:"
        "loopCardinality>2</bpmn:loopCardinality></bpmn:"
        "multiInstanceLoopCharacteristics>",
    )
    drawing = process().sub_process("sub", inner).end("done")
    run = Drive(drawing.at("sub").boundary("late", timer="P1D").end("e2"))

    run.runtime.cancel(at=run.at, by="ada")
    run.go()

    assert run.ended
    assert run.runtime.waits() == []
    aborted = [each.element_id for each in run.entries if each.lifecycle == "abort"]
    assert aborted == ["a", "a", "sub", "process"]


def test_a_log_entry_tells_where_the_token_came_from() -> None:
    run = Drive(process().user_task("a").user_task("b", lane="finance").end("done"))

    run.pass_time(hours=1).complete("a")

    entry = next(e for e in run.entries if e.element_id == "b" and e.lifecycle == "start")
    assert entry.previous_element == "a"
    assert entry.previous_at == run.at
    assert entry.lane == "finance"
    assert entry.flow in run.program.model.elements
    assert run.program.model.elements[entry.flow].outgoing == ("b",)


def test_a_variable_has_changed_when_it_is_not_what_was_stored_last() -> None:
    runtime = Drive(process().user_task("a").end(), {"x": 1, "y": "kept"}).runtime
    assert not runtime.may_have_changed(["x", "y"])

    runtime.set_variables({"x": 2}, at=START)
    assert runtime.may_have_changed(["x"])
    assert not runtime.may_have_changed(["y"])
    runtime.dump_apart()
    assert not runtime.may_have_changed(["x"])

    runtime.set_variables({"x": 1}, at=START)
    assert runtime.may_have_changed(["x"])
    runtime.set_variables({"y": None}, at=START)
    assert runtime.may_have_changed(["y"])
