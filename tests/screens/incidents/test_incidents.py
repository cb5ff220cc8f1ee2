import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


@pytest.fixture
def broken(app):
    """Two cases stopped by the same failure, with ways to catch an error."""
    casework.deploy(
        process("bill")
        .service_task("charge", connector="http", retry={"attempts": 1})
        .user_task("ship")
        .end()
        .at("charge")
        .boundary("refused", error="REFUSED")
        .user_task("call")
        .end()
    )
    cases = [casework.start("bill", key) for key in ("B-1", "B-2")]
    casework.break_calls("The bank did not answer.")
    return cases


def test_the_same_causes_stand_together(olga, broken):
    page = olga.get("/incidents").text

    assert page.count('class="cause"') == 1
    assert "Retry all 2" in page
    assert "B-1" in page
    assert "B-2" in page
    assert "The bank did not answer." in page


def test_one_is_tried_again(olga, broken):
    first, _second = casework.incidents()

    answer = olga.post(
        f"/incidents/{first.id}/retries", next=f"/cases/{broken[0]}", reason="They are back"
    )

    assert answer.location == f"/cases/{broken[0]}"
    assert [each.is_open for each in casework.incidents()] == [False, True]


def test_all_of_a_cause_are_tried_again(olga, broken):
    cause = casework.incidents()[0].cause
    answer = olga.post(f"/incidents/causes/{cause}/retries", reason="The bank is back")

    assert answer.status_code == 303
    assert not any(each.is_open for each in casework.incidents())
    assert {each.reason for each in casework.incidents()} == {"The bank is back"}
    assert {each.resolved_by for each in casework.incidents()} == {"olga"}
    assert "Nothing needs a look" in olga.get("/incidents").text


def test_one_is_gone_over_with_results(olga, broken):
    incident = casework.incidents()[0]

    answer = olga.post(
        f"/incidents/{incident.id}/resolution",
        how="skip",
        variables='{"paid": true}',
        reason="Paid in cash",
    )

    assert answer.status_code == 303
    assert casework.variables(broken[0])["paid"] is True
    assert [task.element_id for task in casework.tasks(broken[0])] == ["ship"]


def test_one_becomes_a_business_error(olga, broken):
    incident = casework.incidents()[0]

    olga.post(
        f"/incidents/{incident.id}/resolution", how="error", error_code="REFUSED", reason="No money"
    )

    assert [task.element_id for task in casework.tasks(broken[0])] == ["call"]


@pytest.mark.parametrize(
    "fields",
    [
        {"how": "skip", "variables": "[1]", "reason": "x"},
        {"how": "skip", "variables": "{nope", "reason": "x"},
        {"how": "skip", "variables": "{}", "reason": " "},
        {"how": "error", "error_code": "UNKNOWN", "reason": "typed for long"},
    ],
)
def test_a_wrong_resolution_changes_nothing(olga, broken, fields):
    incident = casework.incidents()[0]

    answer = olga.post(f"/incidents/{incident.id}/resolution", **fields)

    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text
    assert casework.incidents()[0].is_open


def test_incidents_are_filtered_by_process(olga, broken):
    assert "B-1" in olga.get("/incidents?process=bill").text
    assert "B-1" not in olga.get("/incidents?process=other").text


def test_team_leaders_may_look_only(app, broken):
    lea = signed_in(app, "lea", "team_leader")
    incident = casework.incidents()[0]

    assert lea.get("/incidents").status_code == 200
    assert lea.post(f"/incidents/{incident.id}/retries").status_code == 403


def test_associates_have_no_incidents_page(app):
    assert signed_in(app, "ada", "associate").get("/incidents").status_code == 403


def test_what_was_typed_into_a_refused_resolution_is_still_there(olga, broken):
    path = f"/incidents/{casework.incidents()[0].id}/resolution"
    assert olga.get(path).status_code == 200

    page = olga.post(path, how="error", error_code="UNKNOWN", reason="typed for long").text

    assert "typed for long" in page
    assert 'value="UNKNOWN"' in page


def test_trying_again_needs_a_reason_which_is_asked_for(olga, broken):
    first, _second = casework.incidents()

    asked = olga.get(f"/incidents/{first.id}/retries")
    refused = olga.post(f"/incidents/{first.id}/retries", reason=" ")
    refused_all = olga.post(f"/incidents/causes/{first.cause}/retries")

    assert "What has changed since?" in asked.text
    assert olga.get(f"/incidents/causes/{first.cause}/retries").status_code == 200
    assert (refused.status_code, refused_all.status_code) == (422, 422)
    assert "Say why." in refused.text
    assert all(each.is_open for each in casework.incidents())


def test_a_timer_that_could_start_no_case_is_retried_or_left_out(app, olga):
    casework.deploy(process("nightly").start(timer="R/PT24H").user_task("check").end())
    casework.break_starts("The calendar is gone.")
    [incident] = casework.incidents()

    page = olga.get("/incidents").text
    asked = olga.get(f"/incidents/{incident.id}/resolution").text
    without = olga.post(f"/incidents/{incident.id}/resolution", how="skip", reason=" ")
    retried = olga.post(f"/incidents/{incident.id}/retries", reason="It is back")
    casework.break_starts("The calendar is gone.")
    left = olga.post(f"/incidents/{casework.incidents()[1].id}/resolution", reason="Not tonight")

    assert "The calendar is gone." in page
    assert "A timer that starts cases" in page
    assert "Show the process" in page
    assert 'href="/processes/nightly"' in page
    assert "No case is started this time." in asked
    assert "Error code" not in asked
    assert [each.status_code for each in (without, retried, left)] == [422, 303, 303]
    told = [(each.resolution, each.resolved_by, each.reason) for each in casework.incidents()]
    assert told == [("retried", "olga", "It is back"), ("skipped", "olga", "Not tonight")]
