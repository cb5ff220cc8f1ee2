import json
from datetime import timedelta

import pytest

from core import clock
from core.db import transaction
from core.people import SYSTEM
from tests.browsing import signed_in
from tests.build import process
from tests.screens import casework
from work import skills

AMOUNT = {
    "type": "number",
    "id": "amount",
    "key": "amount",
    "label": "Amount",
    "validate": {"required": True, "min": 1},
}
NOTE = {"type": "textarea", "id": "note", "key": "note", "label": "Note"}
HELP = "<work:instructions>Look at the **bill** first.</work:instructions>"


@pytest.fixture
def ada(app):
    return signed_in(app, "ada", "associate", groups=["billing"])


@pytest.fixture
def task(app):
    """An open task with a form, for billing."""
    casework.deploy(
        process("invoice")
        .user_task("approve", groups="billing", form="approval", settings=HELP)
        .user_task("pay", groups="billing")
        .end(),
        approval=[AMOUNT, NOTE],
    )
    casework.start("invoice", "INV-1", customer="Anna Becker", amount=5)
    return casework.tasks()[0]


def answers(**values) -> str:
    return json.dumps(values)


def test_the_page_shows_what_is_to_be_done_and_for_whom(ada, task):
    page = ada.get(f"/user-tasks/{task.id}").text

    assert "<strong>bill</strong>" in page
    assert "INV-1" in page
    assert "Anna Becker" in page
    assert '"label": "Amount"' in page
    assert 'data-xml-url="/processes/definitions/' in page


def test_completing_offers_the_next_task(ada, task):
    answer = ada.post(f"/user-tasks/{task.id}/completion", answers=answers(amount=7, note="fine"))

    assert answer.status_code == 303
    page = ada.get(answer.location).text
    assert "You completed this task." in page
    assert "Next for you" in page
    assert casework.variables(task.instance_id)["amount"] == 7

    [pay] = [each for each in casework.tasks() if each.state == "open"]
    ada.post(f"/user-tasks/{pay.id}/claim")
    later = (clock.now() + timedelta(days=7)).date().isoformat()
    ada.post(f"/team/desk/user-tasks/{pay.id}/follow-up", day=later)
    assert "Next for you" not in ada.page(answer.location), "what rests is nobody's next task"


def test_when_nothing_is_left_the_page_says_so(ada, task):
    ada.post(f"/user-tasks/{task.id}/completion", answers=answers(amount=7))
    pay = casework.tasks()[1]

    ada.post(f"/user-tasks/{pay.id}/completion")

    assert "Nothing else waits for you." in ada.get(f"/user-tasks/{pay.id}").text
    assert casework.case(task.instance_id).state == "completed"


def test_a_wrong_answer_is_said_at_its_field_and_nothing_typed_is_lost(ada, task):
    answer = ada.post(
        f"/user-tasks/{task.id}/completion", answers=answers(amount=0, note="typed for long")
    )

    assert answer.status_code == 422
    assert "Enter 1 or more." in answer.text
    assert "typed for long" in answer.text
    assert casework.tasks()[0].state == "open"


def test_when_somebody_else_was_faster_what_was_typed_is_still_there(app, ada, task):
    bob = signed_in(app, "bob", "associate", groups=["billing"])
    bob.post(f"/user-tasks/{task.id}/completion", answers=answers(amount=3))

    answer = ada.post(
        f"/user-tasks/{task.id}/completion", answers=answers(amount=9, note="typed for long")
    )

    assert answer.status_code == 409
    assert "already completed" in answer.text
    assert "Nothing of what you typed was saved" in answer.text
    assert "typed for long" in answer.text
    assert casework.variables(task.instance_id)["amount"] == 3

    ada.client.set_cookie("language", "de")
    answer = ada.post(f"/user-tasks/{task.id}/completion", answers=answers(amount=9))
    assert "Die Aufgabe ist schon erledigt (abgeschlossen). Von den Eingaben" in answer.text


def test_a_task_that_somebody_else_has_can_be_read_but_not_sent(app, ada, task):
    signed_in(app, "bob", "associate", groups=["billing"]).post(f"/user-tasks/{task.id}/claim")

    page = ada.get(f"/user-tasks/{task.id}").text

    assert "bob has this task" in page
    assert "data-readonly" in page
    assert "data-complete" not in page


def test_without_scripts_the_form_is_filled_in_as_plain_html(ada, task):
    page = ada.get(f"/user-tasks/{task.id}").text
    assert 'name="answer:amount"' in page

    answer = ada.post(
        f"/user-tasks/{task.id}/completion", **{"answer:amount": "12.50", "answer:note": "a\r\nb"}
    )

    assert answer.status_code == 303
    found = casework.variables(task.instance_id)
    assert float(found["amount"]) == 12.5
    assert found["note"] == "a\nb"


def test_without_scripts_a_wrong_answer_stands_in_its_field(ada, task):
    answer = ada.post(f"/user-tasks/{task.id}/completion", **{"answer:amount": "a lot"})

    assert answer.status_code == 422
    assert 'id="answer-amount-error"' in answer.text
    assert 'value="a lot"' in answer.text


@pytest.mark.parametrize("sent", ["[1, 2]", "{not json", '"text"'])
def test_answers_that_no_form_sends_are_refused(ada, task, sent):
    answer = ada.post(f"/user-tasks/{task.id}/completion", answers=sent)

    assert answer.status_code == 422
    assert casework.tasks()[0].state == "open"


def test_claim_and_release(ada, task):
    ada.post(f"/user-tasks/{task.id}/claim")
    assert casework.tasks()[0].assignee == "ada"
    assert "With you" in ada.get(f"/user-tasks/{task.id}").text

    ada.post(f"/user-tasks/{task.id}/release")

    assert casework.tasks()[0].assignee is None


def test_ones_own_task_can_be_handed_over(app, ada, task):
    bob = signed_in(app, "bob", "associate", groups=["billing"])
    ada.post(f"/user-tasks/{task.id}/claim")

    answer = ada.post(f"/user-tasks/{task.id}/assignee", person="bob")

    assert answer.location == "/work"
    assert "With you" in bob.get(f"/user-tasks/{task.id}").text


def test_nothing_is_handed_to_a_stranger(ada, task):
    ada.post(f"/user-tasks/{task.id}/claim")

    assert ada.post(f"/user-tasks/{task.id}/assignee", person="nobody").status_code == 422
    assert casework.tasks()[0].assignee == "ada"


def test_tasks_of_others_do_not_exist(app, task):
    eve = signed_in(app, "eve", "associate", groups=["people"])

    assert eve.get(f"/user-tasks/{task.id}").status_code == 404
    assert eve.post(f"/user-tasks/{task.id}/completion", answers="{}").status_code == 404


def test_who_has_no_desk_is_led_back_to_the_cases(app, ada, task):
    olga = signed_in(app, "olga", "operator")

    assert 'href="/work"' in ada.get(f"/user-tasks/{task.id}").text
    assert 'href="/work"' not in olga.get(f"/user-tasks/{task.id}").text


def test_a_task_that_went_away_says_so(app, ada, task):
    olga = signed_in(app, "olga", "operator")
    olga.post(f"/cases/{task.instance_id}/cancellation", reason="Signed up twice")

    assert "no longer needed" in ada.get(f"/user-tasks/{task.id}").text


def test_instructions_cannot_bring_scripts(app, ada):
    evil = "<work:instructions>&lt;script&gt;alert(1)&lt;/script&gt;</work:instructions>"
    casework.deploy(process("evil").user_task("open", settings=evil).end())
    casework.start("evil")

    assert "<script>alert" not in ada.get(f"/user-tasks/{casework.tasks()[0].id}").text


def test_a_task_without_form_takes_results_noted_by_hand(app, ada):
    casework.deploy(process("leave").user_task("decide").user_task("tell").end())
    case = casework.start("leave")
    path = f"/user-tasks/{casework.tasks(case)[0].id}/completion"

    more = ada.post(path, add_result="1", result_name="approved", result_value="true")
    assert 'value="approved"' in more.text
    assert more.text.count('name="result_name"') == 2
    ada.post(path, result_name=["approved", "why", ""], result_value=["true", "well earned", "x"])

    assert casework.variables(case) == {"approved": True, "why": "well earned"}


def test_a_page_that_is_open_is_told_who_has_the_task_now(app, ada, task):
    bob = signed_in(app, "bob", "associate", groups=["billing"])
    before = ada.get(f"/user-tasks/{task.id}/state").json
    assert f'data-state="{before["state"]}"' in ada.page(f"/user-tasks/{task.id}")

    bob.post(f"/user-tasks/{task.id}/claim")

    now = ada.get(f"/user-tasks/{task.id}/state").json
    assert now["state"] != before["state"]
    assert now["words"] == "bob has this task now. What you typed is kept."


def test_a_mistake_is_undone_and_what_was_typed_is_there_again(clock_at, app, ada, task):
    bob = signed_in(app, "bob", "associate", groups=["billing"])
    path, undoing = f"/user-tasks/{task.id}", f"/user-tasks/{task.id}/completion/undoing"
    ada.post(f"{path}/completion", answers=answers(amount=7, note="too fast"))
    page = ada.get(path).text
    assert 'data-undo="60"' in page
    assert "60 seconds left" in page
    assert "data-undo" not in bob.get(path).text

    assert bob.post(undoing).status_code == 303
    assert "Only who completed a task" in bob.get(path).text
    assert ada.post(undoing).status_code == 303

    page = ada.get(path).text
    assert "Undone. The task is open again" in page
    assert "too fast" in page
    assert casework.variables(task.instance_id)["amount"] == 5
    assert "took back that" in ada.get(f"/cases/{task.instance_id}").text
    ada.post(undoing)
    assert "There is no completion here" in ada.get(path).text


def test_undo_goes_along_to_the_page_one_opens_next(clock_at, app, ada, task):
    bob = signed_in(app, "bob", "associate", groups=["billing"])
    casework.start("invoice", "INV-2")
    other = next(each for each in casework.tasks() if each.id != task.id)
    ada.post(f"/user-tasks/{task.id}/completion", answers=answers(amount=7, note="too fast"))
    undoing = f'action="/user-tasks/{task.id}/completion/undoing"'

    for page in ("/work", f"/user-tasks/{other.id}"):
        shown = ada.page(page)
        assert undoing in shown
        assert 'data-undo="60"' in shown
        assert "data-undo" not in bob.page(page)
    clock_at(seconds=61)
    assert "data-undo" not in ada.page("/work")
    clock_at(seconds=10)
    ada.post(f"/user-tasks/{task.id}/completion/undoing")
    assert "data-undo" not in ada.page("/work")


def test_the_page_says_when_a_task_is_done_at_another_site(app, ada):
    drawing = process("papers").user_task("sign", groups="billing", assignment={"site": "Hamburg"})
    casework.deploy(drawing.end())
    casework.start("papers")
    path = f"/user-tasks/{casework.tasks()[0].id}"

    page = ada.page(path)

    assert "Site: Hamburg" in page
    assert "nobody has said where you work" in page
    assert f'action="{path}/claim"' not in page
    refused = ada.post(f"{path}/completion")
    assert refused.status_code == 403
    assert "nobody has said where you work" in refused.text
    with transaction() as session:
        skills.declare(session, "ada", {}, site="hamburg", by=SYSTEM)
    page = ada.page(path)
    assert "nobody has said" not in page
    assert f'action="{path}/claim"' in page


def test_the_page_says_which_skills_a_task_takes(app, ada):
    settings = {"skills": "gas:2, german, person"}
    drawing = process("papers").user_task("sign", groups="billing", assignment=settings)
    casework.deploy(drawing.end())
    casework.start("papers")

    assert "Takes: gas 2, german 1" in ada.page(f"/user-tasks/{casework.tasks()[0].id}")
