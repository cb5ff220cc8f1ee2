import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from core.db import db, transaction
from core.people import SYSTEM, get_group
from tests.browsing import add_person, signed_in
from tests.build import process
from tests.screens import casework
from work import queue_settings
from work.queue_settings import Settings

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ada(app):
    return signed_in(app, "ada", "associate", groups=["billing"])


@pytest.fixture
def approve(app):
    """A process whose one task is for billing, and due in two days."""
    casework.deploy(
        process("invoice").user_task("approve", groups="billing", due="P2D").end(),
        process("hiring").user_task("interview", groups="people").end(),
    )


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_what_one_could_take_waits_in_the_view_of_ones_groups(ada, approve):
    casework.start("invoice", "INV-1")

    assert "INV-1" not in ada.get("/work").text
    assert "INV-1" in ada.get("/work?view=groups").text
    assert "1 task waits in your groups" in ada.get("/work").text


def test_tasks_of_other_groups_are_not_shown(ada, approve):
    casework.start("hiring", "HIRE-1")

    assert "HIRE-1" not in ada.get("/work?view=all").text


def test_claiming_swaps_the_row_and_the_counts(ada, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()

    answer = ada.client.post(
        f"/work/{task.id}/claim",
        data={"csrf_token": ada.token(), "next": "/work?view=groups"},
        headers=HTMX,
    )

    assert answer.text.lstrip().startswith("<tr")
    assert "Release" in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert casework.tasks()[0].assignee == "ada"


def test_without_scripts_claiming_leads_back_to_the_list(ada, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()

    answer = ada.post(f"/work/{task.id}/claim", next="/work?view=groups")

    assert answer.status_code == 303
    assert answer.location == "/work?view=groups"
    assert "Claimed: approve" in ada.get("/work").text


def test_the_way_back_never_leaves_this_host(ada, approve):
    casework.start("invoice")
    (task,) = casework.tasks()

    answer = ada.post(f"/work/{task.id}/claim", next="https://evil.example/work")

    assert answer.location == "/work"


def test_a_released_task_waits_for_others_again(ada, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()
    ada.post(f"/work/{task.id}/claim")

    ada.post(f"/work/{task.id}/release")

    assert casework.tasks()[0].assignee is None


def test_what_somebody_else_was_faster_to_claim_is_said_in_the_row(app, ada, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()
    signed_in(app, "bob", "associate", groups=["billing"]).post(f"/work/{task.id}/claim")

    answer = ada.client.post(
        f"/work/{task.id}/claim", data={"csrf_token": ada.token()}, headers=HTMX
    )

    assert answer.status_code == 409
    assert casework.tasks()[0].assignee == "bob"


def test_the_latest_is_first_and_no_due_date_is_last(ada, clock_at, approve):
    casework.deploy(process("idle").user_task("later", groups="billing").end())
    casework.start("idle", "NO-DUE")
    casework.start("invoice", "LATER")
    clock_at(days=-5)
    casework.start("invoice", "LATE")
    clock_at()

    page = ada.get("/work?view=groups").text

    assert page.index("LATE<") < page.index("LATER<") < page.index("NO-DUE<")
    assert "3 days late" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("due=late", {"LATE"}),
        ("due=week", {"LATE", "SOON"}),
        ("q=soo", {"SOON"}),
        ("q=approve", {"LATE", "SOON"}),
        ("q=%25", set()),
        ("process=invoice", {"LATE", "SOON"}),
        ("process=hiring", set()),
        ("group=billing", {"LATE", "SOON"}),
        ("group=people", set()),
    ],
)
def test_the_list_is_filtered(ada, clock_at, approve, query, found):
    casework.start("invoice", "SOON")
    clock_at(days=-5)
    casework.start("invoice", "LATE")
    clock_at()

    page = ada.get(f"/work?view=groups&{query}").text

    assert {key for key in ("LATE", "SOON") if f"{key}<" in page} == found


@pytest.mark.parametrize("query", ["view=theirs", "due=never", "sort=colour", "after=first"])
def test_a_filter_that_nobody_offered_is_refused(ada, approve, query):
    assert ada.get(f"/work?{query}").status_code == 422


def test_a_long_list_comes_in_pages(ada, approve):
    for number in range(52):
        casework.start("invoice", f"INV-{number:03}")

    first = ada.get("/work?view=groups").text
    more = re.search(r'rel="next"\s+href="([^"]+)"', first)

    assert more
    second = ada.get(more[1].replace("&amp;", "&")).text
    assert "INV-051" not in first
    assert "INV-051" in second
    assert "INV-000" not in second


def test_who_has_a_task_is_told_by_name(app, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()
    add_person("zoe", "associate", groups=["billing"], display_name="Zoë Lang")
    lea = signed_in(app, "lea", "team_leader", groups=["billing"])
    lea.post(f"/user-tasks/{task.id}/assignee", person="zoe")

    assert "Zoë Lang" in lea.get("/work?view=all").text


def test_nothing_at_all_is_said_kindly(ada):
    assert "All done" in words(ada.get("/work"))


def test_operators_have_no_work_list(app):
    assert signed_in(app, "olga", "operator").get("/work").status_code == 403


def test_several_are_claimed_at_once_and_what_somebody_has_stays_theirs(app, ada, approve):
    for number in range(3):
        casework.start("invoice", f"INV-{number}")
    first, second, third = casework.tasks()
    signed_in(app, "bob", "associate", groups=["billing"]).post(f"/work/{third.id}/claim")

    ada.post("/work/claims", task=[first.id, second.id, third.id, "nonsense"])

    assert [task.assignee for task in casework.tasks()] == ["ada", "ada", "bob"]
    page = ada.get("/work").text
    assert "2 tasks claimed." in page
    assert "1 task stays as it is" in page


def test_several_are_released_at_once(ada, approve):
    for number in range(2):
        casework.start("invoice", f"INV-{number}")
    ids = [task.id for task in casework.tasks()]
    ada.post("/work/claims", task=ids)

    answer = ada.post("/work/releases", task=ids, next="/work?view=groups")

    assert answer.location == "/work?view=groups"
    assert [task.assignee for task in casework.tasks()] == [None, None]


def test_get_next_claims_the_most_urgent_task_and_says_why(ada, approve):
    casework.start("invoice", "INV-1")

    page = ada.post("/work/next")

    (task,) = casework.tasks()
    assert task.assignee == "ada"
    assert page.location.endswith(f"/user-tasks/{task.id}")
    assert "Why this is next: Due in " in words(ada.get(page.location))


def test_get_next_says_when_nothing_waits(ada, approve):
    ada.post("/work/next")

    assert "Nothing waits for you right now." in ada.get("/work").text


def test_get_next_keeps_to_what_one_may_have_in_hand(ada, approve):
    with transaction() as session:
        settings = Settings(in_hand_limit=1)
        queue_settings.put(session, "billing", settings, by=SYSTEM)
    for number in range(2):
        casework.start("invoice", f"INV-{number}")
        ada.post("/work/next")

    assert "You have 1 task in hand." in ada.get("/work").text
    assert [task.assignee for task in casework.tasks()] == ["ada", None]


def test_where_work_is_pulled_nobody_chooses(ada, approve):
    with transaction() as session:
        queue_settings.put(session, "billing", Settings(mode="pull"), by=SYSTEM)
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()

    refused = ada.post(f"/user-tasks/{task.id}/claim")
    completed = ada.post(f"/user-tasks/{task.id}/completion")

    assert (refused.status_code, completed.status_code) == (409, 409)
    assert "Get next" in completed.text
    assert ada.post("/work/next").location.endswith(str(task.id))


def test_an_open_page_asks_for_its_rows_alone(ada, approve):
    casework.start("invoice", "INV-1")

    answer = ada.get("/work/rows?view=groups&q=INV")

    assert "INV-1" in answer.text
    assert "<html" not in answer.text
    assert 'id="inbox-views"' in answer.text
    assert 'value="/work?view=groups&amp;q=INV"' in answer.text


def test_my_day_shows_what_i_completed_and_nobody_else(app, ada, approve):
    casework.start("invoice", "INV-1")
    (task,) = casework.tasks()
    bob = signed_in(app, "bob", "associate", groups=["billing"])

    ada.post(f"/user-tasks/{task.id}/completion")

    assert "Completed today 1 " in words(ada.get("/work/day"))
    assert "Completed today 0 " in words(bob.get("/work/day"))


def test_what_rests_is_not_shown_before_its_day_but_counted_and_one_click_away(app):
    ada = signed_in(app, "ada", "associate", groups=["billing"])
    casework.deploy(process("letter").user_task("answer", groups="billing").end())
    for number in range(2):
        casework.start("letter", f"L-{number}")
    resting, awake = casework.tasks()
    for each in (resting, awake):
        ada.post(f"/user-tasks/{each.id}/claim")
    assert "Rest until later" not in ada.page("/work")

    later = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    assert ada.post(f"/team/desk/user-tasks/{resting.id}/follow-up", day=later).status_code == 303

    page = ada.page("/work")
    assert ("L-1" in page, "L-0" in page) == (True, False)
    assert re.search(
        r'href="/work\?view=resting"[^>]*>\s*Rest until later<span class="count">1<', page
    )
    page = ada.page("/work?view=resting")
    assert ("L-1" in page, "L-0" in page) == (False, True)
    assert "rests, back" in page


def test_an_open_desk_asks_the_database_six_questions_for_its_rows(ada, approve):
    casework.start("invoice", "INV-1")
    casework.start("invoice", "INV-2")
    ada.get("/work/rows?view=all")
    asked = []

    def note(_connection, _cursor, statement, *_):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    answer = ada.get("/work/rows?view=all")
    event.remove(db.engine, "before_cursor_execute", note)

    assert answer.text.count("data-task=") == 2
    # Who asks; the tasks; what their keys are called; values of the cases; clocks; the counts.
    questions = [each for each in asked if not each.startswith("BEGIN")]
    assert len(questions) <= 6, questions


def test_rows_say_what_processes_and_groups_are_called_now(ada, approve):
    casework.start("invoice", "INV-1")
    assert "Purchase" not in ada.get("/work/rows?view=all").text

    drawing = process("invoice", name="Purchase").user_task("approve", groups="billing").end()
    casework.deploy(drawing)
    with transaction() as session:
        get_group(session, "billing").title = "Money people"

    shown = ada.get("/work/rows?view=all").text
    assert "Purchase" in shown
    assert "Money people" in shown
