"""An unfinished drawing is walked: what is not decided yet is asked of a person."""

import pytest

from engine.bpmn.errors import NotWaiting
from tests.build import process, repeat, times
from tests.engine.bpmn.driving import Drive


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_branch_without_condition_is_a_question(kind: str) -> None:
    drawing = process().then(kind, "g").user_task("a").end("e1")
    run = Drive(drawing.at("g").user_task("b").end("e2"))

    assert run.wait("g").kind == "choice"
    way = next(f.id for f in run.program.model.flows_from("g") if f.outgoing == ("b",))
    run.complete("g", flow=way)

    assert run.open == ["b"]
    assert run.variables == {}


def test_a_written_condition_that_is_true_is_not_asked_about() -> None:
    drawing = process().exclusive_gateway("g").when("x > 1").user_task("a").end("e1")
    drawing = drawing.at("g").user_task("b").end("e2")

    assert Drive(drawing, {"x": 2}).open == ["a"]
    assert Drive(drawing, {"x": 1}).wait("g").kind == "choice"


def test_a_way_that_does_not_leave_the_gateway_is_refused() -> None:
    drawing = process().exclusive_gateway("g").user_task("a").end("e1")
    run = Drive(drawing.at("g").user_task("b").end("e2"))

    with pytest.raises(NotWaiting):
        run.complete("g", flow="nowhere")


def test_a_timer_without_value_is_completed_by_hand() -> None:
    run = Drive(
        process().then("intermediateCatchEvent", "pause", "<bpmn:timerEventDefinition/>").end()
    )

    wait = run.wait("pause", "timer")
    assert wait.due_at is None
    assert run.complete("pause").ended


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("task", "manual"),
        ("callActivity", "manual"),
        ("scriptTask", "manual"),
        ("receiveTask", "manual"),
        ("intermediateCatchEvent", "manual"),
        ("serviceTask", "service_task"),
        ("sendTask", "service_task"),
        ("businessRuleTask", "service_task"),
    ],
)
def test_what_does_nothing_yet_waits_for_somebody(tag: str, kind: str) -> None:
    run = Drive(process().then(tag, "it").end())

    assert run.wait("it").kind == kind
    assert run.complete("it", done=True).ended
    assert run.variables == {"done": True}


def test_a_loop_without_number_runs_once() -> None:
    loop = "<bpmn:multiInstanceLoopCharacteristics/>"

    assert Drive(process().user_task("a", loop=loop).end()).complete("a").ended


def test_an_element_that_failed_can_be_done_by_hand() -> None:
    run = Drive(process().script_task("s", "1 +", result="x").user_task("next").end())

    assert [each.kind for each in run.failures] == ["expression"]
    run.complete("s", x=2)

    assert run.open == ["next"]
    assert run.variables == {"x": 2}


def test_a_condition_that_is_no_feel_is_a_question() -> None:
    drawing = process().exclusive_gateway("g").when("is it: fine").user_task("a").end("e1")
    drawing = drawing.at("g").when("x > 1").user_task("b").end("e2")

    run = Drive(drawing, {"x": 1})
    way = next(f.id for f in run.program.model.flows_from("g") if f.outgoing == ("a",))
    run.complete("g", flow=way)

    assert run.open == ["a"]
    assert Drive(drawing, {"x": 2}).open == ["b"]


@pytest.mark.parametrize("loop", ["", repeat("false"), times(1)])
def test_an_activity_whose_ways_out_cannot_be_read_asks_too(loop: str) -> None:
    drawing = process().user_task("t", loop=loop).when("all: good").user_task("a").end("e1")
    drawing = drawing.at("t").when("all: bad").user_task("b").end("e2")
    run = Drive(drawing)

    run.complete("t", amount=5)
    assert [wait.kind for wait in run.runtime.waits()] == ["choice"]
    flows = run.program.model.flows_from("t")
    run.complete("t", flow=[flow.id for flow in flows])

    assert run.open == ["a", "b"]
    assert run.variables["amount"] == 5
    assert run.failures == []


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [({"timer": "when: soon"}, "timer"), ({"condition": "is: rich"}, "condition")],
)
def test_an_event_whose_text_is_no_feel_is_gone_on_from_by_hand(
    trigger: dict[str, object], kind: str
) -> None:
    run = Drive(process().catch("it", **trigger).end())

    assert run.wait("it", kind).due_at is None
    assert run.complete("it").ended


def test_a_loop_whose_collection_is_no_feel_runs_once() -> None:
    run = Drive(process().user_task("a", loop=times("as many: as")).end())

    assert run.complete("a").ended


def test_a_script_in_another_language_is_done_by_a_person() -> None:
    run = Drive(process().then("scriptTask", "s", "<bpmn:script>x</bpmn:script>",
                               scriptFormat="groovy").end())  # fmt: skip

    assert run.wait("s").kind == "manual"
    assert run.complete("s", x=1).ended
