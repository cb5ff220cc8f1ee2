import pytest

from core.db import reading
from core.people import get_person
from tests.browsing import Browser, add_person, signed_in


def test_preferences_are_remembered_and_lead_back(app):
    browser = Browser(app)

    answer = browser.client.post(
        "/preferences",
        data={"csrf_token": browser.token(), "theme": "dark"},
        headers={"Referer": "http://localhost/sign-in?next=/cases"},
    )

    assert answer.location == "/sign-in?next=/cases"
    assert "theme=dark;" in answer.headers["Set-Cookie"]
    assert 'data-bs-theme="dark"' in browser.get("/sign-in").text


def test_without_a_referrer_one_comes_home(app):
    assert (
        signed_in(app, "ada", "associate").post("/preferences", density="compact").location == "/"
    )


@pytest.mark.parametrize("choice", [{"theme": "pink"}, {"density": "0"}, {"language": "tlh"}])
def test_a_choice_that_does_not_exist_is_refused(app, choice):
    assert Browser(app).post("/preferences", **choice).status_code == 422


def language_of(name: str) -> str | None:
    with reading() as session:
        return get_person(session, name).language


def test_a_language_that_a_person_chose_is_theirs_on_every_browser(app):
    ada = signed_in(app, "ada", "associate")
    assert "Pages follow your browser; language of mails: English" in ada.page("/account")
    ada.post("/preferences", theme="dark")
    assert language_of("ada") is None

    ada.post("/preferences", language="de")

    assert language_of("ada") == "de"
    elsewhere = Browser(app)
    elsewhere.client.set_cookie("language", "en")
    elsewhere.sign_in("ada")
    page = elsewhere.page("/account")
    assert '<html lang="de"' in page
    assert "Für alle Seiten und für die Mails an Sie." in page
    elsewhere.post("/sign-out")
    page = elsewhere.page("/sign-in")
    assert '<html lang="de"' in page
    assert "Sie sind abgemeldet." in page


def test_a_language_can_be_left_to_the_browser_again_everywhere(app):
    ada = signed_in(app, "ada", "associate")
    elsewhere = Browser(app)
    ada.post("/preferences", language="de")
    elsewhere.sign_in("ada")
    assert '<html lang="de"' in elsewhere.page("/account")

    ada.post("/preferences", language="auto")

    assert language_of("ada") is None
    for browser in (ada, elsewhere):
        page = browser.page("/account")
        assert '<html lang="en"' in page
        assert "Pages follow your browser; language of mails: English" in page
        assert 'value="auto" title="As the browser" aria-pressed="true"' in page
        german = browser.client.get("/account", headers={"Accept-Language": "de-AT, fr;q=0.5"})
        assert '<html lang="de"' in german.text
    elsewhere.post("/sign-out")
    ada.post("/sign-out")
    assert '<html lang="en"' in ada.page("/sign-in")


def test_ones_language_is_nobody_elses_on_the_same_browser(app):
    browser = signed_in(app, "ada", "associate")
    browser.post("/preferences", language="de")
    browser.post("/sign-out")
    assert '<html lang="de"' in browser.page("/sign-in")
    add_person("bob", "associate")

    browser.sign_in("bob")

    assert '<html lang="en"' in browser.page("/account")
    browser.post("/sign-out")
    assert '<html lang="en"' in browser.page("/sign-in")


def test_a_language_chosen_before_signing_in_is_that_of_the_browser_until_it_is_taken_back(app):
    add_person("ada", "associate")
    browser = Browser(app)
    browser.post("/preferences", language="de")
    browser.sign_in("ada")
    assert "Nur in diesem Browser gewählt; Sprache der Mails: English." in browser.page("/account")

    browser.post("/preferences", language="auto")

    assert "Pages follow your browser" in browser.page("/account")
    browser.post("/sign-out")
    browser.post("/preferences", language="de")
    assert '<html lang="de"' in browser.page("/sign-in")
    browser.post("/preferences", language="auto")
    assert '<html lang="en"' in browser.page("/sign-in")


def test_a_stranger_is_not_held_to_the_language_of_who_was_here(app):
    browser = signed_in(app, "ada", "associate")
    browser.post("/preferences", language="de")
    browser.post("/sign-out")

    browser.post("/preferences", language="en")

    assert '<html lang="en"' in browser.page("/sign-in")


def test_who_chooses_no_language_keeps_that_of_the_browser(app):
    browser = Browser(app)
    browser.post("/preferences", language="de")

    other = signed_in(app, "bob", "associate")

    assert '<html lang="en"' in other.page("/account")
    assert language_of("bob") is None
