import re

import pytest
from sqlalchemy import select, update

from core import db as database
from core.db import transaction
from engine.models import Webhook, WebhookDelivery
from tests.browsing import signed_in

FIELDS = {"url": "https://crm.example/hooks", "name": "CRM", "events": ["instance.started"]}


@pytest.fixture
def olga(app):
    return signed_in(app, "olga", "operator")


@pytest.fixture
def webhook_id(olga):
    olga.post("/webhooks", **FIELDS)
    with database.reading() as session:
        return session.scalar(select(Webhook.id))


def states():
    with database.reading() as session:
        return list(session.scalars(select(WebhookDelivery.state)))


def test_only_operators_see_webhooks(app):
    assert signed_in(app, "ada", "associate").get("/webhooks").status_code == 403


def test_a_new_webhook_shows_its_secret_once(olga):
    assert "No webhooks yet" in olga.get("/webhooks").text
    answer = olga.post("/webhooks", **FIELDS)

    assert answer.status_code == 201
    secret = re.search(r'value="(whsec_[^"]+)"', answer.text)[1]
    page = olga.get("/webhooks").text
    assert "CRM" in page
    assert secret not in page


@pytest.mark.parametrize("wrong", [{"url": "no address"}, {"events": []}, {"contact": "nobody"}])
def test_what_is_wrong_is_said_and_what_was_typed_stays(olga, wrong):
    answer = olga.post("/webhooks", **{**FIELDS, **wrong})

    assert answer.status_code == 422
    assert "field__error" in answer.text or "aria-invalid" in answer.text
    assert "CRM" in answer.text


def test_a_test_event_is_listed_and_told_again_once_it_is_settled(olga, webhook_id):
    olga.post(f"/webhooks/{webhook_id}/ping")
    page = olga.get(f"/webhooks/{webhook_id}").text
    assert "ping" in page
    assert "Waiting" in page
    with transaction() as session:
        session.execute(update(WebhookDelivery).values(state="dead", error="answered 500"))
        delivery_id = session.scalar(select(WebhookDelivery.id))

    dead = olga.get(f"/webhooks/{webhook_id}?state=dead").text
    olga.post(f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay")

    assert "answered 500" in dead
    assert states() == ["pending"]
    again = olga.post(f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay")
    assert again.status_code == 303


def test_all_that_was_given_up_is_told_again(olga, webhook_id):
    olga.post(f"/webhooks/{webhook_id}/ping")
    with transaction() as session:
        session.execute(update(WebhookDelivery).values(state="dead"))

    olga.post(f"/webhooks/{webhook_id}/replays", days="7", which="dead")

    assert states() == ["pending"]


def test_it_is_held_and_let_go(olga, webhook_id):
    olga.post(f"/webhooks/{webhook_id}/suspension", reason="their maintenance")
    held = olga.get(f"/webhooks/{webhook_id}").text
    olga.post(f"/webhooks/{webhook_id}/ping")
    olga.post(f"/webhooks/{webhook_id}/replays", days="1")
    olga.post(f"/webhooks/{webhook_id}/resumption")

    assert "their maintenance" in held
    assert states() == []
    assert "Suspended" not in olga.get("/webhooks").text


def test_a_new_secret_is_shown_and_an_ended_webhook_is_gone(olga, webhook_id):
    assert "whsec_" in olga.post(f"/webhooks/{webhook_id}/secret").text

    olga.post(f"/webhooks/{webhook_id}/end")

    assert "No webhooks yet" in olga.get("/webhooks").text
    assert olga.get(f"/webhooks/{webhook_id}").status_code == 404
