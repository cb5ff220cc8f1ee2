import pytest

from tests.browsing import Browser, signed_in
from web.layout import hue, initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "A"),
        ("ada.lovelace", "AL"),
        ("Ana de la Cruz", "AC"),
        ("", "?"),
    ],
)
def test_initials_are_the_first_and_last_name(name, letters):
    assert initials(name) == letters


def test_a_name_has_the_same_colour_everywhere():
    assert hue("ada") == hue("ada")
    assert {hue(f"person {number}") for number in range(200)} == set(range(8))


def test_the_theme_is_rendered_by_the_server(app):
    browser = Browser(app)

    assert 'data-bs-theme="light" data-theme="auto"' in browser.page("/sign-in")
    browser.client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark" data-theme="dark"' in browser.page("/sign-in")
    browser.client.set_cookie("theme", "'><script>")
    assert 'data-bs-theme="light" data-theme="auto"' in browser.page("/sign-in")


def test_a_browser_that_hints_at_dark_gets_dark(app):
    answer = Browser(app).get("/sign-in", headers={"Sec-CH-Prefers-Color-Scheme": '"dark"'})

    assert 'data-bs-theme="dark" data-theme="auto"' in " ".join(answer.text.split())


def test_the_rail_shows_only_what_the_person_may_use(app):
    page = signed_in(app, "ada", "associate").page("/account")

    assert 'href="/work"' in page
    assert 'href="/people"' not in page


def test_a_phone_has_at_most_five_places(app):
    page = signed_in(app, "root", "administrator").page("/account")

    bar = page.split('<nav class="bottom-bar"')[1].split("<details")[0]
    assert bar.count("bottom-bar__place") == 4
    assert "More" in page


def test_a_place_knows_that_one_is_there(app):
    page = signed_in(app, "root", "administrator").page("/people")

    rail = page.split('class="rail__places"')[1].split("</nav>")[0]
    assert rail.count('aria-current="page"') == 1
    assert 'href="/people" data-jump="u" title="People" aria-current="page"' in rail


def test_sorting_keeps_the_other_parameters_of_the_address(app):
    from web.layout import address_with

    with app.test_request_context("/people?q=a&after=x"):
        assert address_with(after=None, sort="name") == "/people?q=a&sort=name"
