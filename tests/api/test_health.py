import dataclasses

from core import heartbeat
from core.db import transaction


def test_a_process_that_answers_is_alive(client):
    assert client.get("/health").json == {"status": "alive"}


def test_ready_needs_a_scheduler_that_was_heard_of_lately(client, clock_at):
    silent = client.get("/ready")
    with transaction() as session:
        heartbeat.beat(session, "scheduler", "scheduler@test:1")
    ready = client.get("/ready")

    assert (silent.status_code, silent.json["scheduler"]) == (503, "silent")
    assert ready.status_code == 200
    assert ready.json == {
        "ready": True,
        "database": "ok",
        "scheduler": "ok",
        "carrier": "not used",
    }


def test_ready_needs_the_carrier_where_there_is_one(app, client, clock_at):
    config = dataclasses.replace(app.extensions["config"], redis_url="unix:///nonexistent.sock")
    app.extensions["config"] = config

    response = client.get("/ready")

    assert response.status_code == 503
    assert response.json["carrier"] == "unavailable"
    assert response.headers["Retry-After"]


def test_metrics_count_what_waits(client):
    response = client.get("/metrics")

    assert response.status_code == 200
    assert response.content_type.startswith("text/plain")
    assert "backoffice_user_tasks_open 0.0" in response.text
