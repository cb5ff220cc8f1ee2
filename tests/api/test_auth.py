import pytest

from core.db import transaction
from core.people import ApiToken


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Basic YTpi", "Bearer bo_unknown", "x" * 600]
)
def test_without_a_good_token_the_answer_is_401(client, header):
    headers = {} if header is None else {"Authorization": header}

    response = client.get("/api/v1/process-definitions", headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert set(response.json) == {"error", "message", "context"}


def test_a_token_is_known_by_its_hash_alone(call, clock_at):
    assert call("analyst").get("/process-definitions").status_code == 200


def test_a_revoked_token_is_refused(app, call, clock_at):
    caller = call("analyst", name="gone")
    with transaction() as session:
        session.query(ApiToken).one().revoked_at = clock_at()

    assert caller.get("/process-definitions").json["error"] == "BadToken"


def test_a_token_ends_at_its_time(app, call, clock_at):
    caller = call("analyst")
    with transaction() as session:
        session.query(ApiToken).one().expires_at = clock_at(hours=1)

    clock_at(minutes=59)
    assert caller.get("/process-definitions").status_code == 200
    clock_at(minutes=60)
    assert caller.get("/process-definitions").status_code == 401


def test_a_cookie_opens_nothing(client):
    client.set_cookie("__Host-session", "anything")

    assert client.get("/api/v1/process-definitions").status_code == 401


def test_a_role_that_may_not_is_answered_403(call):
    response = call("associate").post("/messages", {"name": "paid"})

    assert response.status_code == 403
    assert response.json["context"] == {"verb": "message.send"}


def test_bad_input_of_a_stranger_is_still_401(client):
    assert client.post("/api/v1/messages", data="{").status_code == 401


def test_no_cache_keeps_what_a_caller_was_answered(analyst):
    assert analyst.get("/process-definitions").headers["Cache-Control"] == "no-store"
