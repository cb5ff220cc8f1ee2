from sqlalchemy import delete, func, select

from core import db as database
from core import people
from core.people import SignInSession
from tests.browsing import Browser, signed_in
from web import session as sessions


def cookie(browser: Browser):
    return browser.client.get_cookie("__Host-session")


def rows() -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignInSession)) or 0


def test_the_cookie_is_for_this_host_https_and_no_script(app):
    answer = Browser(app).get("/sign-in")

    header = answer.headers["Set-Cookie"]
    assert header.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(header.split("; "))
    assert "Domain" not in header


def test_signing_in_changes_the_cookie_and_drops_what_was_in_it(app):
    browser = Browser(app)
    browser.get("/sign-in")
    with browser.client.session_transaction() as before:
        before["planted"] = "by somebody else"
        old_token = before["csrf_token"]

    signed_in_browser = browser
    from tests.browsing import add_person

    add_person("ada", "associate")
    signed_in_browser.sign_in("ada")

    with browser.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != old_token


def test_the_database_keeps_only_a_hash_of_the_secret(app):
    ada = signed_in(app, "ada", "associate")

    with ada.client.session_transaction() as kept:
        secret = kept[sessions.KEY]
    with database.reading() as session:
        stored = session.scalar(select(SignInSession.secret_hash))

    assert stored == people.digest_of(secret)
    assert secret not in (stored or "")


def test_signing_out_ends_the_session_on_the_server(app):
    ada = signed_in(app, "ada", "associate")
    kept = cookie(ada)

    ada.post("/sign-out")

    assert rows() == 0
    ada.client.set_cookie("__Host-session", kept.value, secure=True)
    assert ada.get("/account").status_code == 303


def test_an_idle_browser_is_signed_out(app, clock_at):
    ada = signed_in(app, "ada", "associate")

    clock_at(minutes=119)
    assert ada.get("/account").status_code == 200
    clock_at(minutes=119 + 121)
    assert ada.get("/account").status_code == 303


def test_even_a_busy_browser_is_signed_out_after_twelve_hours(app, clock_at):
    ada = signed_in(app, "ada", "associate")

    for hour in range(1, 12):
        clock_at(hours=hour)
        assert ada.get("/account").status_code == 200
    clock_at(hours=12)

    assert ada.get("/account").status_code == 303


def test_page_views_close_together_write_nothing(app, clock_at):
    ada = signed_in(app, "ada", "associate")
    start = clock_at()

    clock_at(minutes=4)
    ada.get("/account")
    assert last_seen() == start
    later = clock_at(minutes=6)
    ada.get("/account")
    assert last_seen() == later


def test_a_deactivated_person_is_out_with_the_next_click(app):
    ada = signed_in(app, "ada", "associate")
    root = signed_in(app, "root", "administrator")

    root.post("/people/ada/deactivation")

    assert ada.get("/account").status_code == 303


def test_a_changed_role_counts_with_the_next_click(app):
    ada = signed_in(app, "ada", "associate")
    assert ada.get("/people").status_code == 403

    with database.transaction() as session:
        people.get_person(session, "ada").role_names = ["administrator"]

    assert ada.get("/people").status_code == 200


def test_over_plain_http_in_a_network_the_cookie_may_do_without_secure(config):
    from dataclasses import replace

    from wsgi import create_app

    app = create_app(replace(config, secure_cookies=False, trusted_hosts=("office.lan",)))

    header = app.test_client().get("/sign-in", base_url="http://office.lan").headers["Set-Cookie"]

    assert header.startswith("session=")
    assert "Secure" not in header


def last_seen():
    with database.reading() as session:
        return session.scalar(select(SignInSession.last_seen_at))


def test_a_page_can_ask_who_is_signed_in_and_for_the_token_of_its_forms(app):
    ada = signed_in(app, "ada", "associate")

    answer = ada.get("/session")

    assert answer.json["name"] == "ada"
    assert answer.headers["Cache-Control"] == "no-store"
    sent = ada.client.post("/sign-out", data={"csrf_token": answer.json["csrf_token"]})
    assert sent.status_code == 303
    assert ada.get("/session").json["name"] is None


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(app):
    ada = signed_in(app, "ada", "associate")
    token = ada.token()
    with database.transaction() as session:
        session.execute(delete(SignInSession))

    answer = ada.client.post(
        "/account/password",
        data={"csrf_token": token},
        headers={"Referer": "http://localhost/account"},
    )

    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/account"
    assert "nothing was changed" in ada.page(answer.location)
