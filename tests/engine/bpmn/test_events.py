"""Events start, interrupt, accompany and end what BPMN says they do."""

from tests.build import process
from tests.engine.bpmn.driving import Drive


def test_an_error_end_leaves_its_sub_process_by_the_boundary_event() -> None:
    inner = process("in").user_task("work").end("failed", error="NO_CREDIT")
    drawing = process().sub_process("sub", inner).user_task("fine").end("e1")
    drawing = drawing.at("sub").boundary("any", error=True).user_task("other").end("e2")
    drawing = drawing.at("sub").boundary("caught", on="sub", error="NO_CREDIT").user_task("help")
    run = Drive(drawing.end("e3"))

    run.complete("work")

    assert run.open == ["help"]
    assert run.visited[-3:] == ["failed", "caught", "help"]


def test_an_uncaught_error_stands_still_where_it_was_thrown() -> None:
    inner = process("in").end("failed", error="NO_CREDIT")
    run = Drive(process().sub_process("sub", inner).user_task("next").end())

    assert run.open == ["failed"]
    assert [(each.element_id, each.kind) for each in run.failures] == [("failed", "error")]


def test_an_error_thrown_at_a_service_task_is_caught_by_code() -> None:
    drawing = process().service_task("check").end("ok")
    drawing = drawing.at("check").boundary("refused", error="REFUSED").user_task("call").end("e2")
    run = Drive(drawing)

    assert run.error("check", "OTHER") is False
    assert run.open == ["check"]
    run.runtime.retry(run.wait("check").token, at=run.at)
    run.go()
    assert run.wait("check").kind == "service_task"
    assert run.error("check", "REFUSED", reason="too young") is True

    assert run.open == ["call"]
    assert run.variables["reason"] == "too young"


def test_an_error_finds_an_event_sub_process_around_it() -> None:
    handler = process("h").start("oops", error="BAD").user_task("repair").end("repaired")
    drawing = process().event_sub_process("handler", handler).service_task("call").end("done")
    run = Drive(drawing)

    assert run.error("call", "BAD")
    assert run.open == ["repair"]
    run.complete("repair")
    assert run.ended
    assert "done" not in run.visited


def test_an_escalation_informs_and_the_thrower_goes_on() -> None:
    inner = process("in").throw("tell", escalation="LATE").user_task("more").end("in_end")
    drawing = process().sub_process("sub", inner).end("done")
    drawing = drawing.at("sub").boundary("heard", escalation="LATE", interrupting=False)
    run = Drive(drawing.user_task("watch").end("e2"))

    assert run.open == ["more", "watch"]


def test_an_escalation_nobody_catches_passes() -> None:
    run = Drive(process().throw("tell", escalation="LATE").end("over", escalation="LATER"))

    assert run.ended
    assert run.failures == []


def test_terminate_ends_only_its_own_sub_process() -> None:
    inner = process("in").parallel_gateway("split").user_task("slow").end("e1")
    inner = inner.at("split").user_task("quick").end("stop", terminate=True)
    run = Drive(process().sub_process("sub", inner).user_task("after").end("done"))

    run.complete("quick")

    assert run.open == ["after"]


def test_a_signal_reaches_everything_that_waits_and_goes_out_once() -> None:
    drawing = process().parallel_gateway("split").catch("one", signal="go").end("e1")
    drawing = drawing.at("split").catch("two", signal="go").end("e2")
    drawing = drawing.at("split").user_task("press").throw("shout", signal="go").end("e3")
    run = Drive(drawing)

    run.complete("press")

    assert run.ended
    assert [(each.kind, each.name) for each in run.thrown] == [("signal", "go")]


def test_a_signal_end_event_throws() -> None:
    run = Drive(process().end("shout", signal="done"))

    assert run.ended
    assert [each.name for each in run.thrown] == ["done"]


def test_a_thrown_message_carries_its_inputs_and_key() -> None:
    settings = '<work:input name="kwh" value="=reading + 1"/>'
    drawing = (
        process().throw("tell", message="reading", correlation="=customer", settings=settings).end()
    )
    run = Drive(drawing, {"customer": "C-1", "reading": 7})

    [thrown] = run.thrown
    assert (thrown.name, thrown.correlation_key, thrown.variables) == ("reading", "C-1", {"kwh": 8})
    assert run.ended


def test_the_first_event_behind_an_event_gateway_wins() -> None:
    drawing = process().event_gateway("g").catch("answer", message="answer").end("e1")
    drawing = drawing.at("g").catch("soon", timer="PT1H").end("e2")
    drawing = drawing.at("g").catch("late", timer="P1D").end("e3")
    run = Drive(drawing)

    assert run.open == ["g"]
    run.pass_time(hours=2)

    assert run.ended
    assert run.visited == ["start", "g", "soon", "e2"]


def test_an_event_sub_process_interrupts_and_another_runs_beside() -> None:
    stop = process("a").start("stop", message="stop").user_task("clean").end("cleaned")
    note = process("b").start("note", message="note", interrupting=False).user_task("read").end("r")
    drawing = process().event_sub_process("stopping", stop).event_sub_process("noting", note)
    run = Drive(drawing.user_task("work").end("done"))

    run.deliver("note").deliver("note")
    assert run.open == ["read", "read", "work"]
    run.deliver("stop")
    assert run.open == ["clean"]
    run.complete("clean")

    assert run.ended


def test_an_event_sub_process_inside_a_sub_process_is_triggered() -> None:
    stop = process("a").start("stop", message="stop").user_task("clean").end("cleaned")
    inner = process("in").event_sub_process("stopping", stop).user_task("work").end("inner_end")
    run = Drive(process().sub_process("sub", inner).user_task("after").end("done"))

    run.deliver("stop")
    assert run.open == ["clean"]
    run.complete("clean")
    assert run.open == ["after"]


def test_the_process_does_not_wait_for_event_sub_processes_that_never_start() -> None:
    late = process("a").start("late", timer="P9D", interrupting=False).user_task("x").end("y")
    run = Drive(process().event_sub_process("lateness", late).user_task("work").end("done"))

    run.complete("work")

    assert run.ended
    assert run.runtime.waits() == []


def test_a_link_goes_on_at_the_catch_of_its_name() -> None:
    drawing = (
        process()
        .user_task("a")
        .then("intermediateThrowEvent", "out", '<bpmn:linkEventDefinition name="over"/>')
    )
    drawing.catch("in", link="over").user_task("b").end("done")
    run = Drive(drawing.xml())

    run.complete("a")

    assert run.open == ["b"]
    assert run.visited == ["start", "a", "out", "in", "b"]


def test_a_conditional_event_reacts_to_a_write_of_another_branch() -> None:
    drawing = process().parallel_gateway("split").catch("rich", condition="amount > 10").end("e1")
    drawing = drawing.at("split").user_task("earn").end("e2")
    run = Drive(drawing, {"amount": 1})

    assert run.open == ["earn", "rich"]
    run.complete("earn", amount=50)

    assert run.ended


def test_a_message_boundary_event_that_does_not_interrupt_fires_each_time() -> None:
    drawing = process().user_task("work").end("done")
    drawing = drawing.at("work").boundary("asked", message="ask", interrupting=False)
    run = Drive(drawing.user_task("answer").end("e2"))

    run.deliver("asked").deliver("asked")

    assert run.open == ["answer", "answer", "work"]


def test_a_receive_task_waits_for_its_message() -> None:
    run = Drive(process().receive_task("get", "paid", correlation="=id").end(), {"id": 42})

    assert run.wait("get", "message").correlation_key == "42"
    run.deliver("get", amount=1)
    assert run.ended


def test_a_message_starts_an_instance_at_its_start_event() -> None:
    drawing = process().user_task("asked").end("e1")
    drawing = drawing.pen.start("moved", message="move_in").user_task("welcome").end("e2")

    assert Drive(drawing).open == ["asked"]
    assert Drive(drawing, message="move_in").open == ["welcome"]
    assert Drive(drawing, element="moved").open == ["welcome"]


def test_a_timer_reads_feel_and_a_missing_value_is_an_incident() -> None:
    drawing = process().catch("pause", timer=("timeDuration", "=duration(wait)")).end()

    run = Drive(drawing, {"wait": "PT2H"})
    run.pass_time(hours=3)
    assert run.ended

    stuck = Drive(drawing)
    assert [each.kind for each in stuck.failures] == ["timer"]
    stuck.runtime.set_variables({"wait": "PT1H"}, at=stuck.at)
    stuck.runtime.retry(stuck.wait("pause").token, at=stuck.at)
    stuck.go().pass_time(hours=2)
    assert stuck.ended
