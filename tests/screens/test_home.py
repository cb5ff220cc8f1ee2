import pytest

from tests.browsing import Browser, signed_in


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
