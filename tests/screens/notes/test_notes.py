import io

import pytest

from core.db import transaction
from core.people import get_person
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

BILL = b"%PDF-1.7 the bill"


@pytest.fixture
def ada(app):
    return signed_in(app, "ada", "associate", groups=["billing"])


@pytest.fixture
def bob(app):
    return signed_in(app, "bob", "associate", groups=["billing"])


@pytest.fixture
def task(app):
    casework.deploy(process("invoice").user_task("approve", groups="billing").end())
    casework.start("invoice", "INV-1")
    return casework.tasks()[0]


def send(browser, task, data=BILL, name="bill.pdf"):
    return browser.post(
        f"/cases/{task.instance_id}/files", file=(io.BytesIO(data), name), task=str(task.id)
    )


def test_a_comment_stands_at_task_and_case_and_tells_who_is_named(ada, bob, task):
    text = "@bob <b>look</b>\nplease"
    answer = ada.post(f"/cases/{task.instance_id}/comments", text=text, task=str(task.id))

    assert answer.location == f"/user-tasks/{task.id}#notes"
    page = ada.page(f"/user-tasks/{task.id}")
    assert "Noted, and told bob." in page
    assert '<span class="mention">bob</span> &lt;b&gt;look&lt;/b&gt;<br>please' in page
    assert "<strong>ada</strong> commented" in bob.page(f"/cases/{task.instance_id}")


def test_a_notification_is_counted_shown_and_leads_to_its_place(ada, bob, task):
    ada.post(f"/cases/{task.instance_id}/comments", text="@bob look", task=str(task.id))

    assert bob.get("/notifications/unread").json["count"] == 1
    page = bob.page("/notifications")
    assert "ada mentioned you in INV-1" in page
    assert ada.get("/notifications/unread").json == {"count": 0, "newest": []}
    newest = bob.get("/notifications/unread").json["newest"][0]
    assert ada.get(newest["url"]).status_code == 404
    assert bob.get(newest["url"]).location == f"/user-tasks/{task.id}#notes"
    assert bob.get("/notifications/unread").json["count"] == 0


def test_all_are_read_at_once(ada, bob, task):
    for _ in range(2):
        ada.post(f"/cases/{task.instance_id}/comments", text="@bob look")

    bob.post("/notifications/reading")

    assert bob.get("/notifications/unread").json["count"] == 0


def test_a_file_is_fetched_as_it_was_and_never_run(ada, bob, task):
    answer = send(ada, task)
    assert answer.location == f"/user-tasks/{task.id}#files"
    page = bob.page(f"/user-tasks/{task.id}")
    assert "bill.pdf" in page
    assert "<strong>ada</strong> added <strong>bill.pdf</strong>" in page

    url = page.split('<div class="file__what"> <a href="')[1].split('"')[0]
    answer = bob.get(url)
    assert answer.data == BILL
    assert answer.headers["Content-Disposition"] == "attachment; filename=bill.pdf"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    answer.close()


def test_a_file_of_a_case_one_may_not_see_is_not_there(app, ada, task):
    send(ada, task)
    url = ada.page(f"/user-tasks/{task.id}").split('file__what"> <a href="')[1].split('"')[0]

    stranger = signed_in(app, "eve", "associate", groups=["elsewhere"])

    assert stranger.get(url).status_code == 404
    assert stranger.post(f"{url}/removal").status_code == 404
    assert send(stranger, task).status_code == 404


def test_what_is_refused_is_said_in_a_sentence(ada, task):
    send(ada, task, b"MZ program")

    page = ada.page(f"/user-tasks/{task.id}")
    assert "bill.pdf is not accepted: its content is not what .pdf says" in page
    assert "This case has no files yet" in page


def test_who_added_a_file_takes_it_away(ada, bob, task):
    send(ada, task)
    url = ada.page(f"/user-tasks/{task.id}").split('file__what"> <a href="')[1].split('"')[0]

    assert bob.post(f"{url}/removal").status_code == 403
    ada.post(f"{url}/removal", task=str(task.id))

    assert ada.get(url).status_code == 404
    assert "This case has no files yet" in ada.page(f"/user-tasks/{task.id}")


def test_the_mail_of_the_day_is_chosen_on_the_page_of_notifications(app, ada):
    assert "A mail a day" not in ada.page("/notifications")
    with transaction() as session:
        get_person(session, "ada").email = "ada@example.org"

    assert "To ada@example.org, by the clock of" in ada.page("/notifications")
    ada.post("/notifications/digest", hour="7")
    page = ada.page("/notifications")
    assert "From now on a mail a day" in page
    assert '<option value="7" selected' in page
    ada.post("/notifications/digest", hour="")
    assert "No mails." in ada.page("/notifications")
