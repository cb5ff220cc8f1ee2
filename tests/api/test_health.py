import dataclasses
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import heartbeat, metrics
from core.db import db, transaction
from tests.build import process


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


def figures(client):
    with transaction() as session:
        metrics.flush(session)
    samples = {}
    for family in text_string_to_metric_families(client.get("/metrics").text):
        for sample in family.samples:
            samples[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return samples


def value(samples, name, **labels):
    return samples.get((f"backoffice_{name}", tuple(sorted(labels.items()))), 0)


def test_metrics_count_steps_and_requests_by_route(client, administrator):
    before = figures(client)
    administrator.deploy(p_bpmn=process("p").end())
    administrator.post("/process-instances", {"key": "p"})
    administrator.get("/process-instances/00000000-0000-7000-8000-000000000000")
    after = figures(client)

    assert value(after, "steps_total", key="p") - value(before, "steps_total", key="p") >= 2
    started = {"method": "POST", "route": "/api/v1/process-instances", "status": "201"}
    name = "request_seconds_count"
    assert value(after, name, **started) - value(before, name, **started) == 1
    assert value(after, "database_seconds_count") > value(before, "database_seconds_count")
    bounds = [
        bound
        for (name, labels), _ in after.items()
        if name.endswith("lateness_seconds_bucket")
        for _, bound in labels
    ]
    assert "+Inf" in bounds
    missing = dict(started, method="GET", status="404")
    missing["route"] = "/api/v1/process-instances/<uuid:instance_id>"
    assert value(after, name, **missing) - value(before, name, **missing) == 1


def test_the_oldest_work_of_each_topic_tells_how_long_it_waits(client, administrator, clock_at):
    for topic in ("credit", "meter"):
        drawing = process(topic).service_task("x", topic=topic).end()
        administrator.deploy(**{f"{topic}_bpmn": drawing})
    for key in ("credit", "credit", "meter"):
        administrator.post("/process-instances", {"key": key})
        clock_at(seconds=60)
    clock_at(seconds=150)
    wanted = {"topics": ["meter"], "max": 1, "leaseSeconds": 60, "worker": "w"}
    administrator.post("/service-task-leases", wanted)

    after = figures(client)

    assert value(after, "topic_queue_age_seconds", topic="credit") == 150
    assert ("backoffice_topic_queue_age_seconds", (("topic", "meter"),)) not in after


def test_every_request_has_an_id_that_its_log_lines_carry(client, caplog):
    given = client.get("/health", headers={"X-Request-ID": "from-nginx-42"})
    made = client.get("/health", headers={"X-Request-ID": "no good\tid"})

    assert given.headers["X-Request-ID"] == "from-nginx-42"
    assert len(made.headers["X-Request-ID"]) == 36
    with caplog.at_level(logging.INFO, logger="web.watching"):
        client.get("/api/v1/incidents")
    assert "GET /api/v1/incidents 401" in caplog.text


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_the_callers_address_is_taken_from_trusted_proxies_only(config, proxies, address):
    from flask import request

    from wsgi import create_app

    app = create_app(dataclasses.replace(config, trusted_proxies=proxies))
    seen = {}
    app.before_request(lambda: seen.update(address=request.remote_addr, secure=request.is_secure))

    headers = {"X-Forwarded-For": "10.0.0.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
    app.test_client().get("/health", headers=headers)

    assert seen == {"address": address, "secure": bool(proxies)}
    with app.app_context():
        db.engine.dispose()
