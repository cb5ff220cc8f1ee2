import pytest

from tests.browsing import add_person, signed_in
from tests.build import process
from tests.screens import casework

AMOUNT = {
    "type": "number",
    "id": "amount",
    "key": "amount",
    "label": "Amount",
    "validate": {"required": True},
}


@pytest.fixture
def ada(app):
    return signed_in(app, "ada", "associate", groups=["billing"])


@pytest.fixture
def lea(app):
    return signed_in(app, "lea", "team_leader", groups=["billing"])


@pytest.fixture
def invoices(app):
    """Three open tasks, of which the last knows no amount yet."""
    drawing = process("invoice")
    drawing.settings = '<work:label variable="tier"/>'
    drawing.user_task("approve", groups="billing", form="approval")
    casework.deploy(drawing.end(), approval=[AMOUNT])
    casework.start("invoice", "INV-1", amount=1, tier="gold")
    casework.start("invoice", "INV-2", amount=2, tier="gold plus")
    casework.start("invoice", "INV-3", tier="tin")
    return casework.tasks()


def ids(tasks):
    return [str(each.id) for each in tasks]


def test_selected_tasks_are_completed_where_their_forms_ask_for_nothing(ada, invoices):
    ada.post("/work/completions", task=ids(invoices))

    page = ada.page("/work")
    assert "2 tasks completed." in page
    assert "1 task stays open: its form asks for something, or it is not yours." in page
    assert [each.state for each in casework.tasks()] == ["completed", "completed", "open"]
    assert casework.variables(invoices[0].instance_id)["amount"] == 1


def test_what_somebody_has_begun_to_answer_is_not_completed_over_their_head(ada, invoices):
    ada.client.put(
        f"/user-tasks/{invoices[0].id}/draft",
        json={"answers": {"amount": 7}, "revision": 0},
        headers={"X-CSRFToken": ada.token()},
    )

    ada.post("/work/completions", task=ids(invoices[:1]))

    assert casework.tasks()[0].state == "open"


def test_a_leader_gives_selected_tasks_to_somebody(app, lea, invoices):
    add_person("bob", "associate", groups=["billing"])

    lea.post("/work/assignments", task=ids(invoices), person="bob")

    assert "3 tasks given to bob." in lea.page("/work?view=all")
    assert [each.assignee for each in casework.tasks()] == ["bob"] * 3


def test_an_associate_gives_nothing_away_in_bulk(ada, invoices):
    assert ada.post("/work/assignments", task=ids(invoices), person="ada").status_code == 403


def test_tasks_are_found_by_values_of_their_cases(ada, invoices):
    def found(text):
        page = ada.get("/work/rows", query_string={"view": "groups", "q": text}).text
        return [each for each in ("INV-1", "INV-2", "INV-3") if f">{each}</a>" in page]

    assert found("tier:gold") == ["INV-1"]
    assert found('tier:"gold plus"') == ["INV-2"]
    assert found("tier:gold INV-2") == []
    assert found("tier:tin approve") == ["INV-3"]


def test_a_view_is_kept_shared_and_let_go(app, ada, lea, invoices):
    here = "/work?view=groups&q=tier:gold"
    ada.post("/work/views", name="Gold", group="billing", next=here)

    page = lea.page("/work")
    assert "Gold" in page
    assert "tier:gold" in page or "tier%3Agold" in page
    page = ada.page(here)
    removal = page.split('action="/work/views/')[1].split('"')[0]
    assert signed_in(app, "eve", "associate").post(f"/work/views/{removal}").status_code == 404
    ada.post(f"/work/views/{removal}")
    assert "Gold" not in lea.page("/work")


def test_a_leader_weighs_dates_and_puts_first_what_is_selected_and_says_why(lea, ada, invoices):
    chosen = ids(invoices[:2])
    assert "Set the priority" in lea.page("/work?view=all")
    assert "Set the priority" not in ada.page("/work?view=groups")

    lea.post("/work/priorities", task=chosen, priority="urgent", why="")
    assert "2 tasks changed." not in lea.page("/work")
    lea.post("/work/priorities", task=chosen, priority="urgent", why="The mayor asked")
    lea.post("/work/due-dates", task=chosen, due_at="2027-03-01T12:00", why="Agreed")
    lea.post("/work/pins", task=chosen[:1], why="The mayor asked")

    assert "task changed." in lea.page("/work")
    first, second, third = casework.tasks()
    assert (first.priority, second.priority, third.priority) == ("urgent", "urgent", None)
    assert [each.due_at and each.due_at.year for each in (first, second, third)] == [
        2027,
        2027,
        None,
    ]
    assert (first.pinned_by, second.pinned_by) == ("lea", None)
    lea.post("/work/pins/removal", task=chosen[:1], why="Done")
    lea.post("/work/due-dates", task=chosen, due_at="", why="Called off")
    lea.post("/work/due-dates", task=chosen, due_at="soon", why="x")
    lea.post("/work/due-dates", task=chosen, due_at="9999-12-31T23:59", why="x")
    assert "9999-12-31 is out of reach: a date lies between 20" in lea.page("/work")
    assert [(each.pinned_by, each.due_at) for each in casework.tasks()[:2]] == [(None, None)] * 2
    assert ada.post("/work/pins", task=chosen, why="Mine").status_code == 403


def test_what_changed_nothing_is_not_called_done(lea, invoices):
    lea.post("/work/assignments", task=ids(invoices), person="")
    page = lea.page("/work")

    assert "3 tasks stay as they are" in page
    assert "0 tasks" not in page
