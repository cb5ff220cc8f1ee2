from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from api import jobs
from api.models import StoredAnswer
from core.db import db, reading
from engine.models import ProcessInstance
from tests.api.conftest import Caller
from tests.api.drawings import PLAIN
from wsgi import create_app

START = {"key": "plain", "variables": {"a": 1, "b": 2}}


@pytest.fixture
def plain(administrator):
    administrator.deploy(plain_bpmn=PLAIN)
    return administrator


def count(row):
    with reading() as session:
        return session.scalar(select(func.count()).select_from(row))


def test_the_same_key_and_body_are_answered_with_the_first_answer(plain):
    first = plain.post("/process-instances", START, key="k1")

    again = plain.post("/process-instances", START, key="k1")

    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert count(ProcessInstance) == 1


def test_the_order_and_spacing_of_json_do_not_matter(plain):
    first = plain.post("/process-instances", START, key="k1")

    again = plain.send(
        "POST",
        "/process-instances",
        data=b'{ "variables": {"b": 2, "a": 1}, "key": "plain" }',
        content_type="application/json",
        headers={"Idempotency-Key": "k1"},
    )

    assert again.json == first.json


def test_another_body_or_path_under_the_same_key_is_a_conflict(plain):
    plain.post("/process-instances", START, key="k1")

    other = plain.post("/process-instances", {"key": "plain"}, key="k1")
    elsewhere = plain.post("/messages", {"name": "x"}, key="k1")

    assert (other.status_code, other.json["error"]) == (409, "KeyReused")
    assert elsewhere.status_code == 409
    assert count(ProcessInstance) == 1


def test_keys_of_different_tokens_never_meet(plain, integrator):
    plain.post("/process-instances", START, key="k1")

    assert integrator.post("/process-instances", START, key="k1").status_code == 201
    assert count(ProcessInstance) == 2


def test_a_refused_call_changed_nothing_and_may_be_sent_again(plain):
    refused = plain.post("/process-instances", {"key": "later"}, key="k1")
    plain.deploy(later_bpmn=PLAIN.replace(b"plain", b"later"))

    again = plain.post("/process-instances", {"key": "later"}, key="k1")

    assert (refused.status_code, again.status_code) == (404, 201)


def test_files_are_the_same_however_they_are_bounded(administrator):
    first = administrator.deploy(plain_bpmn=PLAIN, key="k1")
    again = administrator.deploy(plain_bpmn=PLAIN, key="k1")
    other = administrator.deploy(plain_bpmn=PLAIN + b" ", key="k1")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json == first.json


def test_a_call_that_only_reads_takes_a_key_too(administrator):
    first = administrator.deploy(to="/validations", plain_bpmn=PLAIN, key="k1")
    again = administrator.deploy(to="/validations", plain_bpmn=PLAIN, key="k1")

    assert (again.status_code, again.json) == (200, first.json)


def test_answers_are_forgotten_after_a_day(plain, clock_at):
    first = plain.post("/process-instances", START, key="k1")
    clock_at(hours=25)

    later = plain.post("/process-instances", START, key="k1")
    plain.post("/process-instances", START, key="k2")
    clock_at(hours=48)
    plain.post("/process-instances", START, key="k3")
    jobs.forget_answers()

    assert later.json["id"] != first.json["id"]
    assert count(StoredAnswer) == 3
    clock_at(hours=60)
    jobs.forget_answers()
    assert count(StoredAnswer) == 1


def test_old_answers_go_a_few_at_a_time(plain, clock_at, monkeypatch):
    for number in range(5):
        plain.post("/process-instances", START, key=f"k{number}")
    clock_at(hours=25)
    monkeypatch.setattr(jobs, "BATCH", 2)
    monkeypatch.setattr(jobs, "BATCHES", 2)

    jobs.forget_answers()
    first = count(StoredAnswer)
    jobs.forget_answers()

    assert (first, count(StoredAnswer)) == (1, 0)


def test_answers_survive_a_restart(config, plain):
    first = plain.post("/process-instances", START, key="k1")
    restarted = create_app(config)

    again = restarted.test_client().post(
        "/api/v1/process-instances",
        json=START,
        headers={**plain.headers, "Idempotency-Key": "k1"},
    )
    with restarted.app_context():
        db.engine.dispose()

    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", "k" * 256, "schl\u00fcssel", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(plain, key):
    headers = {"Idempotency-Key": key}

    response = plain.send("POST", "/process-instances", json=START, headers=headers)

    assert (response.status_code, response.json["error"]) == (422, "KeyInvalid")


def test_twins_at_the_same_moment_have_one_effect(app, plain, token):
    caller_token = token("integrator")

    def start(_):
        with app.app_context():
            caller = Caller(app.test_client(), caller_token)
            return caller.post("/process-instances", START, key="k1")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(start, range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert count(ProcessInstance) == 1
