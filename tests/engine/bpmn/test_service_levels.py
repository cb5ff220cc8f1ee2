"""Service levels in models: read, checked, and the escalation that a clock throws."""

from datetime import UTC, datetime

import pytest

from engine.bpmn import parser
from engine.bpmn.check import check_files
from engine.bpmn.runtime import Runtime
from engine.bpmn.service_levels import Point, Sla
from tests.build import process
from tests.work.sla.claims import claims, point, sla

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def problems(*slas: str, task: str = "") -> list[tuple[str, str, str]]:
    drawing = process("claims").with_settings("".join(slas)).user_task("check", settings=task)
    (report,) = check_files({"claims.bpmn": drawing.end()}, known=lambda kind, key: False)
    return [(each.rule, each.severity, each.message) for each in report.problems]


def test_a_service_level_is_read_with_its_points():
    points = point("atRisk", at="80%", notify="leaders", priority="high"), point("breach")
    drawing = claims(sla(*points, name="Settle", target="P2D", until="settle", pause="customer"))
    model = parser.load({"claims.bpmn": bytes(drawing)}, "claims").model

    (found,) = model.settings.slas

    assert found == Sla(
        name="Settle",
        target="P2D",
        until="settle",
        pause="customer",
        points=(Point("atRisk", "80%", "leaders", "high"), Point("breach")),
    )
    assert found.pauses == {"customer"}
    assert [each.position for each in found.points] == ["80%", "100%"]
    assert model.elements["papers"].settings.waits_for == "customer"
    assert model.has_slas


@pytest.mark.parametrize(
    "good",
    [
        sla(target="P2D"),
        sla(target="=promised"),
        sla(point("reminder", at="PT4H"), point("breach", at="120%"), target="P2D", pause="none"),
        sla(point("breach", at="-PT4H", priority="urgent"), target="P2D", until="check"),
        sla(point("reminder", at="=early"), target="P2D", pause="customer, message"),
    ],
)
def test_what_can_be_kept_is_no_problem(good):
    assert problems(good) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (sla(name="Late"), "say how long"),
        (sla(target="2 days"), "no duration"),
        (sla(target="P1M"), "no duration"),
        (sla(target="-P1D"), "no duration"),
        (sla(target="=1 +"), "is no FEEL"),
        (sla(target="P1D", until="nowhere"), "no element here"),
        (sla(target="P1D", pause="weather"), "pause weather"),
        (sla(point("panic"), target="P1D"), "one of reminder"),
        (sla(point("reminder", at="soon"), target="P1D"), "a part such as 75%"),
        (sla(point("reminder", at="100%"), target="P1D"), "make it breach"),
        (sla(point("atRisk", at="-PT1H"), target="P1D"), "make it breach"),
        (sla(point("breach", at="80%"), target="P1D"), "make it atRisk"),
        (sla(point("breach", priority="huge"), target="P1D"), "high or urgent"),
        (sla(point("breach", notify="lea, =x +"), target="P1D"), "is no FEEL"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(wrong, words):
    found = [message for _, severity, message in problems(wrong) if severity == "error"]

    assert len(found) == 1
    assert words in found[0]


def test_what_belongs_elsewhere_or_is_missing_is_named():
    assert (
        "belongs to the service levels of a process"
        in problems(task=sla(target="P1D", since="check"))[0][2]
    )
    assert problems(sla(target="P1D", decision="promises"))[0][:2] == ("missing_reference", "todo")
    assert problems(task=sla(decision="promises"))[0][:2] == ("missing_reference", "todo")
    assert problems(task='<work:waitsFor party="nobody"/>')[0][:2] == ("setting", "error")
    uncaught = problems(sla(point("breach", escalate="LATE"), target="P1D"))
    assert uncaught[0][:2] == ("escalation_not_caught", "warning")


def run(drawing: bytes) -> Runtime:
    runtime = Runtime.start(parser.load({"p.bpmn": bytes(drawing)}, "process"), {}, at=NOW)
    runtime.advance(at=NOW)
    return runtime


def standing(runtime: Runtime) -> set[str]:
    runtime.advance(at=NOW)
    return {wait.element_id for wait in runtime.waits() if wait.is_leaf}


def test_an_escalation_goes_to_the_event_sub_process_of_the_process():
    late = process("late").start("overdue", escalation="late", interrupting=False)
    drawing = process()
    drawing.event_sub_process("help", late.user_task("call").end())
    runtime = run(drawing.user_task("work").end())

    assert not runtime.throw_escalation(None, "other", at=NOW)
    assert standing(runtime) == {"work"}
    assert runtime.throw_escalation(None, "late", at=NOW)
    assert standing(runtime) == {"work", "call"}


def test_an_escalation_inside_a_sub_process_is_caught_there_before_its_border():
    late = process("late").start("overdue", escalation="late", interrupting=False)
    inside = process("inside")
    inside.event_sub_process("help", late.user_task("call").end())
    drawing = process().sub_process("part", inside.user_task("work").end())
    drawing.end().at("part").boundary("border", escalation="late").user_task("outside")
    runtime = run(drawing.end())
    part = next(each.token for each in runtime.take_entries() if each.element_id == "part")

    assert runtime.throw_escalation(part, "late", at=NOW)

    assert standing(runtime) == {"work", "call"}


def test_an_escalation_at_a_task_ends_it_when_its_event_interrupts():
    drawing = process().user_task("work")
    drawing.end().at("work").boundary("border", escalation="late").user_task("outside")
    runtime = run(drawing.end())
    (wait,) = (each for each in runtime.waits() if each.is_leaf)

    assert runtime.throw_escalation(wait.token, "late", at=NOW)

    assert standing(runtime) == {"outside"}
