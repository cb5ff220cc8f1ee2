"""The page of cases that wait too long."""

import pytest

from core.db import transaction
from tests.browsing import signed_in
from tests.build import process
from tests.radar import look
from tests.screens import casework


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


def test_operators_see_which_case_waits_for_what_and_whom_to_ask(app, olga, clock_at):
    wait = '<work:expect wait="PT1H"/><work:owner person="olga"/>'
    casework.deploy(process("bill").user_task("approve", settings=wait).end())
    instance_id = casework.start("bill", "B-1")
    casework.start("bill", "B-2")
    clock_at(hours=2)
    with transaction() as session:
        look(session, limit=1)

    page = olga.get("/stalls").text

    assert f'href="/cases/{instance_id}"' in page
    assert "Nobody has taken it." in page
    assert "as the model says" in page
    assert "B-2" not in page
    assert "Nothing waits too long" in olga.get("/stalls?process=other").text


def test_long_lists_have_pages(app, olga, clock_at, monkeypatch):
    monkeypatch.setattr("screens.stalls.views.PAGE_SIZE", 1)
    casework.deploy(process("bill").service_task("x", topic="t").end())
    for key in ("B-1", "B-2"):
        casework.start("bill", key)
    clock_at(days=2)
    with transaction() as session:
        look(session)

    first = olga.get("/stalls").text
    link = first.partition("/stalls?after=")[2].partition('"')[0]
    second = olga.get(f"/stalls?after={link}").text

    assert "B-1" in first
    assert "B-2" not in first
    assert "B-2" in second
    assert olga.get("/stalls?after=x").status_code == 422


def test_associates_may_not_look(app):
    assert signed_in(app, "ada", "associate").get("/stalls").status_code == 403
