import re

import pytest

from engine.service_tasks import Answer
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

ONCE = {"attempts": 1}


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


@pytest.fixture
def invoice(app):
    casework.deploy(process("invoice").user_task("approve", groups="billing").end())


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_cases_are_found_by_a_part_of_their_key(olga, invoice):
    casework.start("invoice", "INV-17")
    casework.start("invoice", "INV-42")

    page = olga.get("/cases?q=v-4").text

    assert "INV-42" in page
    assert "INV-17" not in page


def test_cases_are_found_by_a_labelled_variable(olga):
    labelled = process("sale")
    labelled.settings = '<work:label variable="town"/>'
    casework.deploy(labelled.user_task("sell").end())
    casework.start("sale", "S-1", town="Bonn")
    casework.start("sale", "S-2", town="Köln")

    page = olga.get("/cases?q=town:Bonn").text

    assert "S-1" in page
    assert "S-2" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", {"OPEN", "HELD"}),
        ("state=suspended", {"HELD"}),
        ("state=cancelled", {"GONE"}),
        ("state=completed", set()),
        ("state=incidents", set()),
        ("process=other", set()),
        ("", {"OPEN", "HELD", "GONE"}),
    ],
)
def test_cases_are_filtered(olga, invoice, query, found):
    keys = {key: casework.start("invoice", key) for key in ("OPEN", "HELD", "GONE")}
    olga.post(f"/cases/{keys['HELD']}/suspension", reason="wait")
    olga.post(f"/cases/{keys['GONE']}/cancellation", reason="twice")

    page = olga.get(f"/cases?{query}").text

    assert {key for key in keys if f">{key}<" in page} == found


@pytest.mark.parametrize("query", ["state=lost", "after=first"])
def test_a_search_that_nobody_offered_is_refused(olga, query):
    assert olga.get(f"/cases?{query}").status_code == 422


def test_a_case_tells_its_story(app, olga, invoice, clock_at):
    case = casework.start("invoice", "INV-1", amount=5)
    clock_at(hours=3)
    ada = signed_in(app, "ada", "associate", groups=["billing"])
    task = casework.tasks(case)[0]
    ada.post(f"/user-tasks/{task.id}/claim")
    ada.post(f"/user-tasks/{task.id}/completion", answers='{"approved": true}')

    story = words(olga.get(f"/cases/{case}"))

    assert "system started the case" in story
    assert "ada claimed approve" in story
    assert "ada completed approve after 3 hours" in story
    assert "The case was completed" in story
    assert "Approved Yes" in story


def test_a_story_tells_what_two_branches_wrote(olga):
    drawing = process("two").parallel_gateway("split")
    drawing.script_task("one", "1", result="creditScore").parallel_gateway("join").user_task("z")
    drawing = drawing.at("split").script_task("other", "2", result="creditScore").to("join")
    casework.deploy(drawing.xml())

    story = words(olga.get(f"/cases/{casework.start('two')}"))

    said = "Another branch wrote this, too, and the later value counts: Credit score"
    assert story.count(said) == 1
    assert story.index("one was done") < story.index("other was done") < story.index(said)


def test_variables_show_their_type_and_who_changed_them(app, olga, invoice):
    case = casework.start("invoice", "INV-1", amount=5, day="2026-02-03", lines=[{"a": 1}])

    page = words(olga.get(f"/cases/{case}"))

    assert "amount 5 Number" in page
    assert "day Feb 3, 2026 Date" in page
    assert "List" in page
    assert "system Start of the case" in page


def test_values_of_a_case_cannot_bring_markup(olga, invoice):
    case = casework.start("invoice", "<b>key</b>", note="<script>alert(1)</script>")

    page = olga.get(f"/cases/{case}").text

    assert "<script>alert(1)" not in page
    assert "<b>key</b>" not in page


def test_what_it_waits_for_is_said_in_words(olga):
    casework.deploy(
        process("shop")
        .parallel_gateway("fork")
        .user_task("pack", groups="store")
        .end()
        .at("fork")
        .service_task("charge")
        .end()
        .at("fork")
        .catch("paid", message="payment", correlation='"A-1"')
        .end()
        .at("fork")
        .catch("pause", timer="PT3H")
        .end()
    )
    case = casework.start("shop", "A-1")

    page = words(olga.get(f"/cases/{case}"))

    assert "Somebody of store" in page
    assert "A worker for charge" in page
    assert "The message “payment”" in page
    assert "Comes in 3 hours" in page


def test_a_case_is_suspended_and_resumed_with_a_reason(olga, invoice):
    case = casework.start("invoice", "INV-1")

    olga.post(f"/cases/{case}/suspension", reason="Ask the customer")
    page = olga.get(f"/cases/{case}").text
    assert "olga suspended it: Ask the customer" in page
    assert "Resume" in page

    refused = olga.post(f"/cases/{case}/resumption")
    assert (refused.status_code, "Resume this case" in refused.text) == (422, True)
    olga.post(f"/cases/{case}/resumption", reason="They answered")
    assert casework.case(case).state == "active"


def test_a_case_is_cancelled_once(olga, invoice):
    case = casework.start("invoice", "INV-1")

    assert olga.post(f"/cases/{case}/cancellation", reason="Twice").status_code == 303
    assert olga.post(f"/cases/{case}/cancellation", reason="Twice").status_code == 409
    assert "olga cancelled it: Twice" in olga.get(f"/cases/{case}").text


def test_associates_see_only_cases_they_had_to_do_with(app, invoice):
    case = casework.start("invoice", "INV-1")
    ada = signed_in(app, "ada", "associate", groups=["billing"])
    eve = signed_in(app, "eve", "associate", groups=["people"])

    assert ada.get(f"/cases/{case}").status_code == 200
    assert "data-open-dialog" not in re.sub(
        r'data-open-dialog="help"', "", ada.get(f"/cases/{case}").text
    )
    assert eve.get(f"/cases/{case}").status_code == 404
    assert "INV-1" not in eve.get("/cases").text


def test_an_incident_is_shown_with_its_case(olga):
    casework.deploy(process("bill").service_task("charge", connector="http", retry=ONCE).end())
    case = casework.start("bill", "B-1")
    casework.break_calls("The bank did not answer.")

    page = words(olga.get(f"/cases/{case}"))

    assert "1 incident stops this case" in page
    assert "The bank did not answer." in page
    assert "charge failed and needs a look" in page


def test_a_long_story_goes_on_on_another_page(olga, invoice, monkeypatch):
    monkeypatch.setattr("screens.cases.views.STORY", 2)
    case = casework.start("invoice", "INV-1")

    more = re.search(r'href="(/cases/[^"]+/story[^"]+)"', olga.get(f"/cases/{case}").text)

    assert more
    assert "approve waits for a person" in words(olga.get(more[1].replace("&amp;", "&")))


def test_the_results_of_a_call_are_part_of_the_story(olga):
    outputs = {"paid": "=response.ok"}
    casework.deploy(
        process("bill")
        .service_task("charge", connector="http", outputs=outputs)
        .user_task("x")
        .end()
    )
    case = casework.start("bill")
    casework.call(Answer({"ok": True}))

    assert "charge was done Paid Yes" in re.sub(
        r" after \d+ \w+", "", words(olga.get(f"/cases/{case}"))
    )


def test_a_reason_is_kept_when_somebody_was_faster(olga, invoice):
    case = casework.start("invoice", "INV-1")
    olga.post(f"/cases/{case}/suspension", reason="Ask the customer")

    again = olga.post(f"/cases/{case}/suspension", reason="Meter is wrong")

    assert again.status_code == 409
    assert "Meter is wrong</textarea>" in again.text
    assert "Nothing was changed" in again.text
