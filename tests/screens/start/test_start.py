import json
from uuid import UUID

import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework

NAME = {
    "type": "textfield",
    "id": "name",
    "key": "name",
    "label": "Name",
    "validate": {"required": True},
}


@pytest.fixture
def lea(app):
    return signed_in(app, "lea", "team_leader", groups=["sales"])


@pytest.fixture
def sign_up(app):
    casework.deploy(
        process("sign_up").start(form="new_customer").user_task("check").end(),
        new_customer=[NAME],
    )


def test_a_process_is_chosen_from_those_one_may_start(app, lea):
    for key, group in (("closed", "billing"), ("open", "sales")):
        shop = process(key, name=f"{key.capitalize()} shop")
        shop.settings = f'<work:mayStart groups="{group}"/>'
        casework.deploy(shop.user_task("serve").end())
    ada = signed_in(app, "ada", "associate", groups=["sales"])

    page = ada.get("/start").text

    assert "Open shop" in page
    assert "Closed shop" not in page
    assert ada.get("/start/closed").status_code == 403


def test_what_only_messages_start_is_not_offered(lea):
    casework.deploy(
        process("letter", name="Letter").start(message="letter").user_task("read").end()
    )

    assert "Letter" not in lea.get("/start").text


def test_processes_are_searched_by_any_word(lea, sign_up):
    assert "sign_up" in lea.get("/start?q=SIGN").text
    assert "No process matches" in lea.get("/start?q=holiday").text


def test_a_case_starts_with_the_answers_of_its_form(lea, sign_up):
    answer = lea.post("/start/sign_up", answers=json.dumps({"name": "Ada"}), business_key=" C-1 ")

    assert answer.status_code == 303
    case = UUID(answer.location.rpartition("/")[2])
    assert casework.variables(case)["name"] == "Ada"
    assert casework.case(case).business_key == "C-1"
    assert casework.case(case).started_by == "lea"


def test_a_wrong_answer_starts_nothing_and_loses_nothing(lea, sign_up):
    answer = lea.post("/start/sign_up", answers=json.dumps({"name": ""}), business_key="C-7")

    assert answer.status_code == 422
    assert "This is required." in answer.text
    assert 'value="C-7"' in answer.text
    assert casework.tasks() == []


def test_it_starts_without_scripts_too(lea, sign_up):
    answer = lea.post("/start/sign_up", **{"answer:name": "Ada"})

    assert answer.status_code == 303


def test_a_process_without_form_starts_with_one_button(lea):
    casework.deploy(process("simple").user_task("do").end())

    assert lea.get("/start/simple").status_code == 200
    assert lea.post("/start/simple").status_code == 303


def test_an_unknown_process_cannot_be_started(lea):
    assert lea.get("/start/nothing").status_code == 404
    assert lea.post("/start/nothing").status_code == 404
