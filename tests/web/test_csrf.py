from tests.browsing import Browser, signed_in


def test_a_form_without_the_token_is_refused(app):
    answer = Browser(app).client.post("/sign-in", data={"name": "ada", "password": "x"})

    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_the_token_of_another_browser_is_refused(app):
    stolen = Browser(app).token()
    victim = signed_in(app, "ada", "associate")

    answer = victim.client.post("/sign-out", data={"csrf_token": stolen})

    assert answer.status_code == 400
    assert victim.get("/account").status_code == 200


def test_scripts_send_the_token_as_a_header(app):
    ada = signed_in(app, "ada", "associate")

    answer = ada.client.post("/preferences", headers={"X-CSRFToken": ada.token()})

    assert answer.status_code == 303


def test_the_api_needs_no_token_because_it_ignores_cookies(app):
    ada = signed_in(app, "ada", "analyst")

    answer = ada.client.post("/api/v1/process-instances", json={"key": "x"})

    assert answer.status_code == 401
