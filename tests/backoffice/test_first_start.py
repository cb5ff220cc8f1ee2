"""What the console says when an installation begins."""

from dataclasses import replace

from backoffice.first_start import welcome
from core import db as database
from tests.browsing import Browser
from wsgi import create_app


def test_the_console_names_whom_one_can_be_on_the_sign_in_page(config):
    config = replace(config, demo=True)
    app = create_app(config)

    said = welcome(app, config, 0)

    named = {line.split()[0].lower() for line in said.splitlines() if line.startswith("  ")}
    with app.app_context():
        page = Browser(app).get("/sign-in").text
        database.db.session.remove()
        database.db.engine.dispose()
    assert {"ada", "lea", "grace"} <= named
    assert named == {part.split('"')[0] for part in page.split('name="name" value="')[1:]}
