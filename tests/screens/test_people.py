import re

import pytest

from core import db as database
from core import people
from tests.browsing import Browser, add_person, signed_in


@pytest.fixture
def root(app):
    return signed_in(app, "root", "administrator")


def stored(name: str) -> people.Person:
    with database.reading() as session:
        person = people.get_person(session, name)
        _ = person.groups
        session.expunge_all()
        return person


def test_only_administrators_see_the_people(app):
    assert signed_in(app, "olga", "operator").get("/people").status_code == 403


def test_the_list_shows_who_may_do_what(app, root):
    add_person("ada", "associate", groups=["billing"], display_name="Ada Okafor")

    page = root.get("/people").text

    assert "Ada Okafor" in page
    assert "Billing" in page
    assert "Associate" in page


def test_people_are_found_by_a_part_of_their_name(app, root):
    add_person("ada", "associate", display_name="Ada Okafor")

    assert "Ada Okafor" in root.get("/people?q=okaf").text
    assert "Ada Okafor" not in root.get("/people?q=brandt").text
    assert "Nobody is called" in root.get("/people?q=%25").text


def test_a_long_list_comes_in_pages(app, root):
    for number in range(55):
        add_person(f"p{number:02}", "associate")

    first = root.page("/people")
    more = re.search(r'rel="next" href="([^"]+)"', first)

    assert more
    assert "p54" not in first
    assert "p54" in root.get(more[1].replace("&amp;", "&")).text


def test_a_new_person_comes_in_by_the_link_that_is_shown_once(app, root):
    answer = root.post(
        "/people",
        name="ada",
        display_name="Ada Okafor",
        email="ada@example.org",
        roles=["associate"],
        new_groups="billing, field service",
    )

    assert answer.status_code == 201
    link = re.search(r'value="http://127.0.0.1:8000(/sign-in/[^"]+)"', answer.text)
    assert link
    assert Browser(app).post(link[1]).status_code == 303
    assert [group.name for group in stored("ada").groups] == ["billing", "field service"]


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("root", 409, "There is already somebody with this name."),
        ("a/b", 422, "1 to 80 letters and digits"),
        ("", 422, "1 to 80 letters and digits"),
    ],
)
def test_a_name_that_cannot_be_is_refused_at_its_field(root, name, status, sentence):
    answer = root.post("/people", name=name, display_name="Ada Okafor", roles=["associate"])

    assert answer.status_code == status
    assert sentence in answer.text
    assert 'id="field-name-error"' in answer.text
    assert 'value="Ada Okafor"' in answer.text


def test_a_role_that_does_not_exist_changes_nothing(root):
    assert root.post("/people", name="ada", roles=["king"]).status_code == 422
    assert root.get("/people/ada").status_code == 404


def test_a_new_group_with_an_impossible_name_is_refused_at_its_field(root):
    answer = root.post("/people", name="ada", roles=["associate"], new_groups="a/b")

    assert 'id="field-new_groups-error"' in answer.text


def test_roles_and_groups_can_be_changed(app, root):
    add_person("ada", "associate", groups=["billing"])

    root.post("/people/ada", display_name="Ada", roles=["team_leader"], groups=["billing"])

    assert stored("ada").role_names == ["team_leader"]
    assert [group.name for group in stored("ada").groups] == ["billing"]


def test_the_form_shows_what_is_stored(app, root):
    add_person("ada", "associate", display_name="Ada Okafor")

    page = root.page("/people/ada")

    assert 'value="Ada Okafor"' in page
    assert re.search(r'value="associate" checked', page)


def test_deactivated_people_are_on_a_page_of_their_own(app, root):
    add_person("ada", "associate", display_name="Ada Okafor")

    root.post("/people/ada/deactivation")

    assert "Ada Okafor can no longer sign in." in root.get("/people").text
    assert "Ada Okafor" not in root.get("/people").text
    assert "Ada Okafor" in root.get("/people?view=gone").text
    assert stored("ada").deactivated_by == "root"


def test_a_new_link_opens_the_way_for_a_deactivated_person(app, root):
    add_person("ada", "associate")
    root.post("/people/ada/deactivation")

    assert root.post("/people/ada/sign-in-links").status_code == 201

    assert stored("ada").is_active


def test_administrators_cannot_lock_themselves_out(root):
    assert root.post("/people/root/deactivation").status_code == 409
    assert root.post("/people/root", display_name="Root", roles=["operator"]).status_code == 409
    assert stored("root").is_active


def test_the_last_administrator_stays_one_even_against_another(app, root):
    add_person("ruth", "administrator")

    assert root.post("/people/ruth", display_name="Ruth", roles=["operator"]).status_code == 303
    assert stored("ruth").role_names == ["operator"]


def test_an_unknown_person_is_not_found(root):
    assert root.get("/people/nobody").status_code == 404
    assert root.post("/people/nobody/deactivation").status_code == 404
