import re

import pytest

from core.db import transaction
from core.people import SYSTEM
from engine import deployments
from tests.browsing import signed_in
from tests.work.desk import LANE, arrive, deploy
from tests.work.test_queue_settings import RULES
from work import sorting

FIELDS = {
    "mode": "push",
    "calendar": "office",
    "target": "8",
    "look_ahead": "2,5",
    "guard": "80",
    "offer": "1.5",
    "in_hand": "3",
    "shared": "",
    "rules": "",
}


@pytest.fixture
def lea(app):
    with transaction() as session:
        deploy(session)
        for due in (-60, 60):
            arrive(session, due=due)
        sorting.take_in(session)
    return signed_in(app, "lea", "team_leader", groups=[LANE])


def test_the_list_shows_what_waits_and_how_it_is_given_out(lea):
    page = lea.page("/queues")

    assert "Customer service" in page
    assert "Open list" in page
    assert 'data-label="Waiting">2<' in page


def test_a_queue_is_set_in_plain_words(lea):
    assert lea.post(f"/queues/{LANE}", **FIELDS, recovery="on").status_code == 303

    assert "Offered" in lea.page("/queues")
    assert "Recovery: late work last" in lea.page("/queues")
    page = lea.page(f"/queues/{LANE}")
    assert 'value="push" checked' in page
    assert 'name="look_ahead" value="2.5"' in page
    assert 'name="offer" value="1.5"' in page


def test_what_cannot_be_is_refused_and_kept_as_typed(lea):
    refused = lea.post(f"/queues/{LANE}", **{**FIELDS, "target": "soon"})
    assert refused.status_code == 422
    assert 'value="soon"' in refused.text
    assert lea.post(f"/queues/{LANE}", **{**FIELDS, "offer": "0"}).status_code == 422
    assert lea.post(f"/queues/{LANE}", **{**FIELDS, "calendar": "nowhere"}).status_code == 404


def test_associates_see_queues_but_do_not_set_them(app, lea):
    ada = signed_in(app, "ada", "associate", groups=[LANE])

    assert "Save" not in ada.page(f"/queues/{LANE}")
    assert ada.post(f"/queues/{LANE}", **FIELDS).status_code == 403
    assert "No work yet" not in ada.page("/queues")


def test_the_rules_of_a_queue_are_read_by_who_does_not_draw(lea):
    with transaction() as session:
        deployments.deploy(session, {"order.dmn": RULES}, by=SYSTEM)
    assert lea.post(f"/queues/{LANE}", **{**FIELDS, "rules": "order"}).status_code == 303

    for page in (lea.page("/queues"), lea.page(f"/queues/{LANE}")):
        rules = lea.page(re.search(r'"(/designer/versions/[^"]+)"', page)[1])

        assert "gold" in rules
        assert "/draft" not in rules
        assert "/designer/projects" not in rules
