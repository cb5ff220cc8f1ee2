"""The guide to what is executed is what the scenarios show, and no row of it is empty."""

from tests.engine.bpmn import coverage

ROWS = coverage.rows()


def test_every_row_has_a_scenario_that_passes() -> None:
    assert [row.label for row in ROWS if not row.scenarios] == []
    assert [row.label for row in ROWS if not row.by] == []


def test_the_guide_is_not_stale() -> None:
    message = "make it anew: python -m tests.engine.bpmn.coverage"

    assert coverage.GUIDE.read_text() == coverage.written(ROWS), message


def test_only_conversations_and_choreographies_are_not_executed() -> None:
    lines = coverage.GUIDE.read_text().splitlines()
    idle = [line for line in lines if "| not executed |" in line]

    assert len(idle) == 2
    assert "conversation" in idle[0]
    assert "choreography" in idle[1]
