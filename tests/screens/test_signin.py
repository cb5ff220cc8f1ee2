import re
from dataclasses import replace

import pytest

from core import db as database
from core import people
from core.people import SYSTEM
from tests.browsing import Browser, add_person, signed_in
from web import passwords
from wsgi import create_app

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(app):
    """A person with a password, and a browser in which nobody is signed in."""
    add_person("ada", "associate", display_name="Ada Okafor")
    with database.transaction() as session:
        people.get_person(session, "ada").password_hash = passwords.hashed(PASSWORD)
    return Browser(app)


def test_the_right_password_leads_to_ones_work(ada):
    answer = ada.post("/sign-in", name="ada", password=PASSWORD)

    assert answer.status_code == 303
    assert ada.get("/account").status_code == 200


def test_after_signing_in_one_is_where_one_wanted_to_be(ada):
    assert ada.post("/sign-in?next=/cases", name="ada", password=PASSWORD).location == "/cases"


def test_signing_in_never_leads_to_another_host(ada):
    answer = ada.post("/sign-in", name="ada", password=PASSWORD, next="https://evil.example/")

    assert answer.location == "/"


def test_an_unknown_name_gets_the_answer_of_a_wrong_password(ada):
    wrong = ada.post("/sign-in", name="ada", password="something else")
    unknown = ada.post("/sign-in", name="eve", password="something else")

    assert wrong.status_code == unknown.status_code == 422
    assert "The name or the password is wrong." in wrong.text
    assert "The name or the password is wrong." in unknown.text


def test_the_name_that_was_typed_is_kept(ada):
    assert 'value="ada"' in ada.post("/sign-in", name="ada", password="wrong").text


def test_a_person_without_a_password_cannot_sign_in_with_one(app):
    add_person("bob", "associate")

    assert Browser(app).post("/sign-in", name="bob", password="").status_code == 422


def test_a_deactivated_person_gets_the_answer_of_a_wrong_password(ada):
    with database.transaction() as session:
        person = people.get_person(session, "ada")
        person.deactivated_at, person.deactivated_by = person.created_at, "root"

    assert ada.post("/sign-in", name="ada", password=PASSWORD).status_code == 422


def test_after_five_failures_the_next_try_waits_longer_each_time(ada, clock_at):
    for _ in range(5):
        assert ada.post("/sign-in", name="ada", password="wrong").status_code == 422

    refused = ada.post("/sign-in", name="ada", password=PASSWORD)
    assert refused.status_code == 429
    first_wait = int(refused.headers["Retry-After"])

    clock_at(seconds=first_wait)
    assert ada.post("/sign-in", name="ada", password="wrong").status_code == 422
    refused = ada.post("/sign-in", name="ada", password=PASSWORD)
    assert int(refused.headers["Retry-After"]) > first_wait

    clock_at(minutes=1)
    assert ada.post("/sign-in", name="ada", password=PASSWORD).status_code == 303


def test_a_success_forgets_the_failures(ada, clock_at):
    for _ in range(4):
        ada.post("/sign-in", name="ada", password="wrong")
    ada.post("/sign-in", name="ada", password=PASSWORD)
    ada.post("/sign-out")

    for _ in range(5):
        assert ada.post("/sign-in", name="ada", password="wrong").status_code == 422


def test_one_address_cannot_try_many_names(ada, clock_at):
    for number in range(30):
        ada.post("/sign-in", name=f"name{number}", password="wrong")

    assert ada.post("/sign-in", name="ada", password=PASSWORD).status_code == 429


def test_failures_of_an_hour_ago_count_no_more(ada, clock_at):
    for _ in range(8):
        ada.post("/sign-in", name="ada", password="wrong")

    clock_at(minutes=61)

    assert ada.post("/sign-in", name="ada", password=PASSWORD).status_code == 303


def test_an_old_hash_is_renewed_at_sign_in(ada):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        people.get_person(session, "ada").password_hash = old

    ada.post("/sign-in", name="ada", password=PASSWORD)

    with database.reading() as session:
        stored = people.get_person(session, "ada").password_hash
    assert stored != old
    assert passwords.matches(PASSWORD, stored)


def make_link(name: str) -> str:
    with database.transaction() as session:
        return people.make_sign_in_link(session, people.get_person(session, name))


def test_a_link_signs_in_once_and_asks_for_a_password(ada):
    link = make_link("ada")

    shown = ada.get(f"/sign-in/{link}")
    assert "Welcome, Ada Okafor" in shown.text
    answer = ada.post(f"/sign-in/{link}")
    assert answer.location == "/account"

    assert ada.get(f"/sign-in/{link}").status_code == 404
    assert ada.post(f"/sign-in/{link}").status_code == 404


def test_looking_at_a_link_does_not_use_it_up(ada):
    link = make_link("ada")

    for _ in range(3):
        assert ada.get(f"/sign-in/{link}").status_code == 200


def test_a_link_is_good_for_three_days(ada, clock_at):
    link = make_link("ada")

    clock_at(days=3, seconds=1)

    assert ada.get(f"/sign-in/{link}").status_code == 404


def test_the_first_password_needs_no_present_one(app):
    bob = signed_in(app, "bob", "associate")

    answer = bob.post("/account/password", password=PASSWORD)

    assert answer.status_code == 303
    assert Browser(app).post("/sign-in", name="bob", password=PASSWORD).status_code == 303


def test_a_link_helps_whoever_forgot_the_password(ada):
    ada.post(f"/sign-in/{make_link('ada')}")

    assert 'name="current"' not in ada.get("/account").text
    assert "link will not work" in ada.page("/account")
    assert ada.post("/account/password", password="another long one").status_code == 303
    assert 'name="current"' in ada.get("/account").text
    assert ada.post("/account/password", password="a third long one").status_code == 422


def test_over_plain_http_in_a_network_the_page_says_why_it_cannot_work(config):
    app = create_app(replace(config, trusted_hosts=("office.lan",)))
    browser = app.test_client()

    assert "plain HTTP" in browser.get("/sign-in", base_url="http://office.lan:8000").text
    assert "plain HTTP" not in browser.get("/sign-in", base_url="https://office.lan").text


def test_changing_the_password_needs_the_present_one(ada):
    ada.post("/sign-in", name="ada", password=PASSWORD)

    wrong = ada.post("/account/password", current="wrong", password="another long one")
    right = ada.post("/account/password", current=PASSWORD, password="another long one")

    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert right.status_code == 303


def test_a_changed_password_signs_out_every_other_browser(app, ada):
    elsewhere = Browser(app)
    for browser in (ada, elsewhere):
        browser.post("/sign-in", name="ada", password=PASSWORD)

    ada.post("/account/password", current=PASSWORD, password="another long one")

    assert ada.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_a_weak_password_is_refused_at_its_field(app):
    bob = signed_in(app, "bob", "associate")

    answer = bob.post("/account/password", password="short")

    assert answer.status_code == 422
    assert 'id="field-password-error"' in answer.text


def test_whoever_is_in_already_is_sent_on(app):
    assert signed_in(app, "ada", "associate").get("/sign-in?next=/cases").location == "/cases"


@pytest.fixture
def demo(config, app):
    """A browser at an installation whose demo is on, with six people."""
    demo_app = create_app(replace(config, demo=True))
    with demo_app.app_context():
        with database.transaction() as session:
            for name, role, groups in (
                ("ada", "associate", ["credit"]),
                ("bob", "associate", []),
                ("grace", "analyst", []),
                ("lea", "team_leader", ["billing"]),
                ("gina", "team_leader", []),
                ("cleo", "associate", ["billing"]),
            ):
                people.add_person(session, name, roles=[role], groups=groups, by=SYSTEM)
        yield Browser(demo_app)
        database.db.session.remove()
        database.db.engine.dispose()


def test_the_demo_offers_one_person_for_each_role_and_then_their_colleagues(demo):
    main, _, more = demo.page("/sign-in").partition("More colleagues")

    assert 'value="ada"' in main
    assert 'value="grace"' in main
    assert 'value="bob"' not in main
    assert re.findall(r'name="name" value="(\w+)"', more) == ["cleo", "bob", "gina"]
    assert more.index(">Billing<") < more.index("cleo") < more.index(">Associate<")
    assert more.index(">Associate<") < more.index("bob") < more.index(">Team leader<")


def test_without_more_people_there_is_nothing_to_unfold(demo):
    with database.transaction() as session:
        for name in ("bob", "cleo", "gina"):
            person = people.get_person(session, name)
            person.deactivated_at, person.deactivated_by = person.created_at, "root"

    assert "More colleagues" not in demo.page("/sign-in")


def test_a_click_is_enough_in_the_demo(demo):
    assert demo.post("/sign-in/demo", name="ada").status_code == 303
    assert "link will not work" not in demo.page("/account")
    demo.post("/sign-out")
    assert demo.post("/sign-in/demo", name="cleo", next="/cases").location == "/cases"
    assert "cleo" in demo.get("/account").text


def test_only_those_offered_come_in_by_a_click(demo):
    with database.transaction() as session:
        people.add_person(session, "nobody", roles=[], by=SYSTEM)
        bob = people.get_person(session, "bob")
        bob.deactivated_at, bob.deactivated_by = bob.created_at, "root"

    page = demo.page("/sign-in")
    for name in ("bob", "nobody", "eve"):
        assert f'value="{name}"' not in page
        assert demo.post("/sign-in/demo", name=name).status_code == 404


def test_without_the_demo_nobody_comes_in_by_a_click(app):
    add_person("ada", "associate")
    browser = Browser(app)

    assert "demo" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", name="ada").status_code == 404
