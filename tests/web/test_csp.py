import pytest

from tests.browsing import Browser
from web import csp

STRICT = (
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:"
)


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(app):
    headers = Browser(app).get("/sign-in").headers

    assert headers["Content-Security-Policy"].startswith(STRICT)
    assert "style-src-elem" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_only_a_view_that_says_so_may_add_style_elements(app):
    app.view_functions["signin.new"].loose_styles = True
    try:
        header = Browser(app).get("/sign-in").headers["Content-Security-Policy"]
    finally:
        del app.view_functions["signin.new"].loose_styles

    assert header.startswith(STRICT)
    assert "; style-src-elem 'self' 'unsafe-inline';" in header


@pytest.mark.parametrize("name", sorted(csp.HEADERS))
def test_every_answer_carries_the_safety_headers(app, name):
    assert Browser(app).get("/nowhere").headers[name] == csp.HEADERS[name]


def test_pages_stay_out_of_caches(app):
    assert Browser(app).get("/sign-in").headers["Cache-Control"] == "no-store"


def test_strict_transport_is_promised_over_https_only(app):
    browser = Browser(app)

    assert "Strict-Transport-Security" not in browser.get("/sign-in").headers
    secure = browser.get("/sign-in", base_url="https://localhost")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_foreign_host_name_is_refused(app):
    answer = Browser(app).get("/sign-in", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_pages_hold_no_inline_script_or_style(app):
    html = Browser(app).get("/sign-in").text

    assert "<style" not in html
    assert " onclick=" not in html
    assert "<script>" not in html
