"""What the console says when an installation begins."""

import re
from dataclasses import replace

from backoffice.first_start import welcome
from core import db as database
from tests.browsing import Browser
from wsgi import create_app


def test_the_console_names_whom_one_can_be_on_the_sign_in_page(config):
    config = replace(config, demo=True)
    app = create_app(config)

    said = welcome(app, config, 0)

    named = set()
    for line in said.splitlines()[1:]:
        who, _, colleagues = line.partition(": ")
        named |= {*colleagues.lower().split(", ")} if colleagues else {*who.lower().split()[:1]}
    with app.app_context():
        page = Browser(app).page("/sign-in")
        database.db.session.remove()
        database.db.engine.dispose()
    assert {"ada", "ben", "cleo", "lea", "grace"} <= named
    assert "  Ada      associate, customer service\n" in said
    assert "  Colleagues, credit: Ben, Klara\n" in said
    assert named == set(re.findall(r'name="name" value="(\w+)"', page))
