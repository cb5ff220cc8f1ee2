import io
import json
import re
from datetime import timedelta

import pytest

from core import db as database
from core.people import SYSTEM
from engine import guest_access, guest_links
from screens.guest import guard, limits
from tests.browsing import Browser, signed_in
from tests.build import process
from tests.screens import casework

READING = [
    {"type": "textfield", "key": "customer.name", "label": "Name", "disabled": True},
    {"type": "number", "key": "reading", "label": "Reading", "validate": {"required": True}},
]
SIGN_UP = [{"type": "textfield", "key": "name", "label": "Name", "validate": {"required": True}}]


@pytest.fixture
def address(app, config):
    """The path of a link to a task of a case that knows more than its form."""
    drawing = process("metering").user_task("read", form="reading", lane="customer_service").end()
    casework.deploy(drawing, reading=READING)
    case = casework.start("metering", customer={"name": "Kim", "iban": "DE89"}, margin=0.4)
    (task,) = casework.tasks(case)
    with database.transaction() as session:
        link = guest_access.make(session, task.id, by=SYSTEM)
        return guest_links.url_of(link.id, config).removeprefix(config.public_url)


@pytest.fixture
def public(app):
    """The path of a public start form."""
    drawing = process("joining")
    drawing.settings = '<work:mayStart groups="public"/>'
    casework.deploy(drawing.start(form="sign_up").user_task("greet").end(), sign_up=SIGN_UP)
    return "/guest/start/joining"


@pytest.fixture
def guest(app):
    return app.test_client()


def opened(page: str) -> str:
    """The signed moment in a public form."""
    found = re.search(r'name="opened" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_guest_fills_in_a_form_without_signing_in_and_sees_nothing_else(guest, address):
    page = guest.get(address)

    assert page.status_code == 200
    assert "Kim" in page.text
    assert not {"DE89", "iban", "margin", "/work", "metering"} & set(
        re.split(r"[^\w/]+", page.text)
    )
    assert 'class="rail' not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"

    sent = guest.post(address, data={"answer:reading": "120"})

    assert (sent.status_code, sent.location) == (303, f"{address}/thanks")
    assert "Thank you" in guest.get(sent.location).text
    again = guest.get(address)
    assert (again.status_code, "This is done" in again.text) == (410, True)
    (case,) = {task.instance_id for task in casework.tasks()}
    assert casework.variables(case)["reading"] == 120


def test_wrong_answers_come_back_with_what_was_typed(guest, address):
    page = guest.post(address, data={"answers": '{"reading": "many"}'})

    assert page.status_code == 422
    assert "many" in page.text
    assert "Enter a number." in page.text


def test_a_guest_saves_and_goes_on_later(guest, address, app):
    kept = guest.post(f"{address}/progress", json={"answers": {"reading": 77}, "step": 1})
    saved = guest.post(address, data={"save": "1", "answers": '{"reading": 78}', "step": "1"})

    assert kept.status_code == 204
    assert "Saved." in saved.text
    page = app.test_client().get(address).text
    assert '"reading": 78' in page
    assert 'data-step="1"' in page


@pytest.mark.parametrize("path", ["/guest/nothing", f"/guest/{'A' * 64}", "/guest/start/nothing"])
def test_what_was_never_there_is_said_plainly(guest, app, path):
    page = guest.get(path)

    assert page.status_code == 404
    assert "This link does not work" in page.text


def test_an_old_link_says_so_and_keeps_nothing(guest, address, clock_at):
    clock_at(days=500)

    assert "too old" in guest.get(address).text
    assert guest.post(address, data={"answer:reading": "1"}).status_code == 410
    assert guest.post(f"{address}/progress", json={"answers": {}, "step": 0}).status_code == 404


def test_a_stranger_cannot_send_much_or_often(guest, address, clock_at):
    large = guest.post(address, data={"answers": "x" * (limits.MAX_BODY_BYTES + 1)})
    assert large.status_code == 413

    answers = [guest.post(address, data={"answers": "{}"}) for _ in range(limits.SENDS + 1)]

    assert [each.status_code for each in answers] == [422] * limits.SENDS + [429]
    assert "too often" in answers[-1].text


def test_a_public_form_starts_a_case(guest, public, clock_at):
    stamp = opened(guest.get(public).text)
    clock_at(seconds=5)

    sent = guest.post(public, data={"opened": stamp, "website": "", "answer:name": "Kim"})

    assert (sent.status_code, sent.location) == (303, f"{public}/thanks")
    (task,) = casework.tasks()
    assert casework.variables(task.instance_id) == {"name": "Kim"}
    assert "Thank you" in guest.get(sent.location).text


@pytest.mark.parametrize(
    ("seconds", "more"),
    [(0, {}), (5, {"website": "buy"}), (5, {"opened": "1.x"}), (5, {"opened": ""}), (99_999, {})],
)
def test_what_no_person_would_send_starts_nothing_and_keeps_the_text(
    guest, public, clock_at, seconds, more
):
    stamp = opened(guest.get(public).text)
    clock_at(seconds=seconds)

    page = guest.post(public, data={"opened": stamp, "answer:name": "Kim", **more})

    assert page.status_code == 422
    assert "Kim" in page.text
    assert casework.tasks() == []


def test_a_stamp_belongs_to_one_form(clock_at):
    stamp = guard.stamp("joining", "a key")
    clock_at(seconds=5)

    assert guard.is_human(stamp, "", "joining", "a key")
    assert not guard.is_human(stamp, "", "leaving", "a key")
    assert not guard.is_human(stamp, "", "joining", "another key")


def test_a_form_that_changed_meanwhile_is_shown_anew_with_the_text(guest, public, clock_at):
    page = guest.get(public).text
    stamp, version = opened(page), re.search(r'name="form_version" value="([^"]+)"', page)[1]
    drawing = process("joining")
    drawing.settings = '<work:mayStart groups="public"/>'
    newer = [*SIGN_UP, {"type": "textfield", "key": "town", "label": "Town"}]
    casework.deploy(drawing.start(form="sign_up").user_task("greet").end(), sign_up=newer)
    clock_at(seconds=5)
    data = {"opened": stamp, "form_version": version, "answer:name": "Kim"}

    answer = guest.post(public, data=data)

    assert answer.status_code == 409
    assert "This form was changed since you opened it." in answer.text
    assert "Kim" in answer.text
    assert "Town" in answer.text


def test_an_associate_makes_and_withdraws_links_on_a_page(app, address, guest):
    ada = signed_in(app, "ada", "associate", groups=["customer_service"])
    (task,) = casework.tasks()
    path = f"/user-tasks/{task.id}/guest-links"

    made = ada.post(path, label="Kim Meyer", days="3")

    assert made.status_code == 303
    page = ada.page(path)
    assert "Kim Meyer" in page
    urls = re.findall(r'value="(http[^"]+/guest/[^"]+)"', page)
    assert len(urls) == 2
    withdraw = re.findall(rf"{path}/[\w-]+/revocation", page)
    assert ada.post(withdraw[0]).status_code == 303
    gone = guest.get(urls[0].partition("/guest/")[1] + urls[0].partition("/guest/")[2])
    assert "withdrawn" in gone.text
    assert ada.post(path, days="x").status_code == 422


def test_those_who_have_no_hand_in_the_task_see_no_links(app, address):
    eve = signed_in(app, "eve", "associate", groups=["billing"])
    (task,) = casework.tasks()

    assert eve.get(f"/user-tasks/{task.id}/guest-links").status_code == 404


def test_guests_need_no_cookie(app, address):
    assert timedelta(0) < guard.MIN_AGE
    assert Browser(app).client.post(address, data={"answers": "{}"}).status_code == 422


def test_a_guest_adds_files_that_only_their_own_answer_takes_along(app, config, guest):
    asked = [{"type": "filepicker", "key": "proof", "label": "Proof"}]
    casework.deploy(process("claims").user_task("hand_in", form="claim").end(), claim=asked)
    (task,) = casework.tasks(casework.start("claims"))
    with database.transaction() as session:
        link = guest_access.make(session, task.id, by=SYSTEM)
        path = guest_links.url_of(link.id, config).removeprefix(config.public_url)

    kept = guest.post(f"{path}/files", data={"file": (io.BytesIO(b"paid"), "receipt.txt")})
    refused = guest.post(f"{path}/files", data={"file": (io.BytesIO(b""), "empty.txt")})
    nothing = guest.post("/guest/nothing/files", data={"file": (io.BytesIO(b"x"), "a.txt")})
    sent = guest.post(path, data={"answers": json.dumps({"proof": [kept.json]})})

    assert (kept.status_code, refused.status_code, nothing.status_code) == (201, 422, 404)
    assert sent.status_code == 303
    (told,) = casework.variables(task.instance_id)["proof"]
    assert (told["id"], told["name"], told["size"]) == (kept.json["id"], "receipt.txt", 4)
