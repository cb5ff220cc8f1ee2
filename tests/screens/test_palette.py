import pytest

from tests.browsing import signed_in
from tests.build import process
from tests.screens.casework import deploy, start


@pytest.fixture
def case(app):
    """A running case of a process with one task, known by its business key."""
    deploy(process("moving_house", name="Moving house").user_task("greet").end())
    return start("moving_house", business_key="C-4711")


def links(browser, query: str) -> list[str]:
    answer = browser.get(f"/palette?q={query}")
    assert answer.status_code == 200
    return [part.split('"')[0] for part in answer.text.split('href="')[1:]]


def test_with_nothing_typed_it_offers_the_pages_one_may_open(app):
    assert links(signed_in(app, "ada", "associate"), "")[0] == "/work"
    assert "/people" not in links(signed_in(app, "bob", "associate"), "")


def test_pages_are_found_by_the_beginnings_of_their_words(app):
    root = signed_in(app, "root", "administrator")

    assert links(root, "ap to") == ["/tokens"]


def test_a_case_is_found_by_a_part_of_its_business_key(app, case):
    assert links(signed_in(app, "olga", "operator"), "4711") == [f"/cases/{case}"]


def test_one_letter_is_too_little_to_look_for_cases(app, case):
    assert f"/cases/{case}" not in links(signed_in(app, "olga", "operator"), "4")


def test_a_case_that_is_not_theirs_stays_hidden(app, case):
    assert links(signed_in(app, "ivan", "integrator"), "4711") == []


def test_a_process_is_offered_to_those_who_may_start_it(app, case):
    assert "/start/moving_house" in links(signed_in(app, "olga", "operator"), "moving")
    assert "/start/moving_house" not in links(signed_in(app, "ada", "associate"), "moving")


def test_what_was_typed_comes_back_escaped(app):
    page = signed_in(app, "ada", "associate").get("/palette?q=%3Cb%3Enobody").text

    assert "&lt;b&gt;nobody" in page
    assert "<b>" not in page
