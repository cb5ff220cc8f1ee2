"""Ad-hoc sub-processes, complex gateways, multiple events and instantiating elements."""

from tests.build import process
from tests.engine.bpmn.driving import Drive


def _ad_hoc(condition: str | None = None, **options: object) -> bytes:
    inner = process("in").add("userTask", "a").add("userTask", "b")
    if condition:
        inner.extend(f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>")
    drawing = process().then("adHocSubProcess", "free", inner.body(), **options)
    return drawing.user_task("after").end("done")


def test_an_ad_hoc_sub_process_ends_when_everything_inside_is_done() -> None:
    run = Drive(_ad_hoc())

    assert run.open == ["a", "b"]
    run.complete("b").complete("a")

    assert run.open == ["after"]


def test_an_ad_hoc_completion_condition_cancels_what_is_left() -> None:
    run = Drive(_ad_hoc("enough"))

    run.complete("b", enough=True)

    assert run.open == ["after"]
    assert [each.element_id for each in run.entries if each.lifecycle == "abort"] == ["a"]


def test_an_ad_hoc_sub_process_may_let_the_rest_finish() -> None:
    run = Drive(_ad_hoc("enough", cancelRemainingInstances=False))

    run.complete("b", enough=True)
    assert run.open == ["a"]
    run.complete("a")

    assert run.open == ["after"]


def test_a_sequential_ad_hoc_sub_process_offers_one_after_the_other() -> None:
    run = Drive(_ad_hoc(ordering="Sequential"))

    assert run.open == ["a"]
    run.complete("a")
    assert run.open == ["b"]
    run.complete("b")

    assert run.open == ["after"]


def test_an_unfulfilled_ad_hoc_condition_waits_for_a_person() -> None:
    run = Drive(_ad_hoc("enough"))

    run.complete("a").complete("b")
    assert run.wait("free").kind == "ad_hoc"
    run.runtime.begin_activity(run.wait("free").token, "a", at=run.at)
    run.go()
    assert run.open == ["a"]
    run.complete("a", enough=True)

    assert run.open == ["after"]


def test_a_person_may_end_an_ad_hoc_sub_process() -> None:
    run = Drive(_ad_hoc("enough"))

    run.complete("a").complete("b").complete("free", note="no more")

    assert run.open == ["after"]
    assert run.variables == {"note": "no more"}


def test_a_complex_gateway_fires_at_its_condition_and_swallows_late_tokens() -> None:
    drawing = process().parallel_gateway("split").user_task("a")
    drawing.complex_gateway("two", "activationCount >= 2").user_task("z").end("done")
    drawing = drawing.at("split").user_task("b").to("two")
    drawing = drawing.at("split").user_task("c").to("two").xml()
    run = Drive(drawing)

    run.complete("a")
    assert run.open == ["b", "c", "two"]
    run.complete("c")
    assert run.open == ["b", "z"]
    run.complete("b")
    assert run.open == ["z"]
    assert run.complete("z").ended


def test_a_complex_gateway_splits_by_its_conditions() -> None:
    drawing = process().complex_gateway("g").when("x > 1").user_task("a").end("e1")
    drawing = drawing.at("g").when("x > 2").user_task("b").end("e2")

    assert Drive(drawing, {"x": 3}).open == ["a", "b"]
    assert Drive(drawing, {"x": 2}).open == ["a"]


def test_any_of_several_events_is_enough() -> None:
    drawing = process().catch("either", message="paid", signal="closed").end()
    by_message, by_signal = Drive(drawing), Drive(drawing)

    assert [wait.kind for wait in by_message.runtime.waits()] == ["message", "signal"]
    by_message.deliver("either")
    signal = by_signal.wait("either", "signal")
    by_signal.runtime.deliver(signal.token, {}, at=by_signal.at)

    assert by_message.ended
    assert by_signal.go().ended


def test_parallel_multiple_events_must_all_come() -> None:
    drawing = process().user_task("a").end("done")
    drawing = drawing.at("a").boundary("both", message="paid", signal="closed")
    xml = drawing.user_task("z").end("e2")
    xml = bytes(xml).replace(b'id="both"', b'id="both" parallelMultiple="true"')
    run = Drive(xml)

    run.deliver("both")
    assert run.open == ["a"]
    assert [wait.kind for wait in run.runtime.waits() if not wait.is_leaf] == ["signal"]
    run.runtime.broadcast("closed", {}, at=run.at)

    assert run.go().open == ["z"]


def test_a_receive_task_may_begin_an_instance() -> None:
    drawing = process().add("receiveTask", "order", messageRef="m", instantiate=True)
    drawing.definitions["m"] = '<bpmn:message id="m" name="order"/>'
    xml = drawing.user_task("handle").end("done")
    run = Drive(xml, {"n": 1}, message="order")

    assert run.open == ["handle"]


def test_an_event_gateway_may_begin_an_instance() -> None:
    drawing = process().add("eventBasedGateway", "g", instantiate=True)
    drawing.catch("paid", message="payment").user_task("a").end("e1")
    xml = drawing.at("g").catch("asked", message="question").user_task("b").end("e2")

    assert Drive(xml, message="question").open == ["b"]
    assert Drive(xml).open == ["g"]
