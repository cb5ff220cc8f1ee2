"""Webhooks over HTTP: made with a secret that is shown once, seen and kept by operators."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from api.models import StoredAnswer
from core.db import reading

BODY = {"url": "https://crm.example/hooks", "events": ["instance.completed"], "name": "CRM"}


@pytest.fixture
def webhook(operator):
    answer = operator.post("/webhooks", BODY)
    assert answer.status_code == 201
    return answer.json


def test_the_secret_is_shown_when_it_is_made_and_never_again(webhook, operator):
    assert webhook["secret"].startswith("whsec_")
    assert webhook["state"] == "active"
    assert "secret" not in operator.get(f"/webhooks/{webhook['id']}").json
    assert [each["id"] for each in operator.get("/webhooks").json["items"]] == [webhook["id"]]

    replaced = operator.post(f"/webhooks/{webhook['id']}/secrets")

    assert replaced.status_code == 201
    assert replaced.json["secret"] != webhook["secret"]


def test_a_secret_is_not_kept_with_the_answer_of_an_idempotency_key(operator):
    first = operator.post("/webhooks", BODY, key="k1")
    second = operator.post("/webhooks", BODY, key="k1")

    assert first.json["secret"].startswith("whsec_")
    assert second.json == {**first.json, "secret": None}
    assert len(operator.get("/webhooks").json["items"]) == 1
    with reading() as session:
        assert "whsec_" not in session.scalar(select(StoredAnswer.body))


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "mailto:a@b.example"},
        {"events": []},
        {"events": ["instance.exploded"]},
        {"contact": "nobody"},
    ],
)
def test_a_wrong_webhook_is_refused(operator, wrong):
    assert operator.post("/webhooks", {**BODY, **wrong}).status_code == 422


def test_only_operators_keep_webhooks(call, webhook):
    for role in ("analyst", "associate", "team_leader", "integrator"):
        assert call(role).get("/webhooks").status_code == 403
        assert call(role).post("/webhooks", BODY).status_code == 403


def test_it_is_held_and_let_go(webhook, operator):
    path = f"/webhooks/{webhook['id']}/suspension"

    held = operator.put(path, {"reason": "their maintenance"})
    pinged = operator.post(f"/webhooks/{webhook['id']}/pings")
    again = operator.delete(path)

    assert (held.json["state"], held.json["reason"]) == ("suspended", "their maintenance")
    assert (pinged.status_code, pinged.json["error"]) == (409, "WebhookNotActive")
    assert (again.json["state"], again.json["reason"]) == ("active", None)


def test_what_is_told_is_listed_newest_first_and_replayed_when_settled(webhook, operator):
    path = f"/webhooks/{webhook['id']}"
    first = operator.post(f"{path}/pings").json
    second = operator.post(f"{path}/pings").json

    page = operator.get(f"{path}/deliveries", limit=1).json
    rest = operator.get(f"{path}/deliveries", limit=1, after=page["next"]).json
    dead = operator.get(f"{path}/deliveries", state="dead").json
    one = operator.post(f"/webhook-deliveries/{first['id']}/replays")
    since = operator.post(f"{path}/replays", {"since": "2020-01-01T00:00:00Z", "state": "dead"})

    assert [each["id"] for each in page["items"] + rest["items"]] == [second["id"], first["id"]]
    assert dead["items"] == []
    assert (one.status_code, one.json["error"]) == (409, "DeliveryPending")
    assert (since.status_code, since.json) == (201, {"replayed": 0})


def test_a_removed_one_is_not_found(webhook, operator):
    assert operator.delete(f"/webhooks/{webhook['id']}").status_code == 204

    assert operator.get(f"/webhooks/{webhook['id']}").status_code == 404
    assert operator.post(f"/webhook-deliveries/{uuid4()}/replays").status_code == 404
