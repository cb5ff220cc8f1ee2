"""The figures of a heat map over HTTP."""

from tests.build import process


def test_the_figures_of_a_process_are_told(administrator, operator, clock_at):
    administrator.deploy(p_bpmn=process("p").user_task("approve").end())
    administrator.post("/process-instances", {"key": "p"})
    clock_at(hours=1)

    found = operator.get("/heat-maps", key="p", days="7").json

    assert (found["key"], found["version"], found["cases"], found["isCut"]) == ("p", None, 1, False)
    approve = next(each for each in found["elements"] if each["elementId"] == "approve")
    assert (approve["visits"], approve["cases"], approve["waits"]) == (1, 1, 0)
    assert approve["waitSecondsP50"] is None
    assert [each["count"] for each in found["flows"]] == [1]


def test_a_period_that_is_too_long_is_refused(operator):
    assert operator.get("/heat-maps", key="p", days="999").status_code == 422
    assert operator.get("/heat-maps").status_code == 422
