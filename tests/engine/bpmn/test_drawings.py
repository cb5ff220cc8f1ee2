"""An unfinished drawing is walked: what is not decided yet is asked of a person."""

import pytest

from engine.bpmn.errors import NotWaiting
from tests.build import process
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
