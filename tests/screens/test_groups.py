import pytest

from tests.browsing import add_person, signed_in


@pytest.fixture
def root(app):
    return signed_in(app, "root", "administrator")


def test_only_administrators_see_the_groups(app):
    assert signed_in(app, "lea", "team_leader").get("/groups").status_code == 403


def test_without_groups_the_page_says_how_to_get_one(root):
    assert "No groups yet" in root.get("/groups").text


def test_groups_show_their_people_and_warn_when_there_is_nobody(app, root):
    add_person("ada", "associate", groups=["billing"], display_name="Ada Okafor")
    root.post("/groups", name="field_service", title="Field service")

    page = root.get("/groups").text

    assert "Ada Okafor" in page
    assert page.count("Nobody: team leaders see its tasks") == 1


def test_a_group_has_a_title_beside_the_name_in_models(root):
    root.post("/groups", name="billing")
    assert 'value="Billing"' in root.get("/groups").text

    root.post("/groups/billing/title", title="Invoices")

    page = root.get("/groups").text
    assert 'value="Invoices"' in page
    assert "<code>billing</code>" in page


@pytest.mark.parametrize(("name", "status"), [("billing", 409), ("a/b", 422), ("", 422)])
def test_a_name_that_cannot_be_is_refused_in_the_open_dialog(root, name, status):
    root.post("/groups", name="billing")

    answer = root.post("/groups", name=name)

    assert answer.status_code == status
    assert 'aria-labelledby="new-group-title" open' in answer.text
    assert 'id="field-name-error"' in answer.text


@pytest.mark.parametrize("title", ["", "x" * 121])
def test_a_title_has_a_length(root, title):
    root.post("/groups", name="billing")

    assert root.post("/groups/billing/title", title=title).status_code == 422


def test_a_group_that_does_not_exist_has_no_title(root):
    assert root.post("/groups/nobody/title", title="X").status_code == 404
