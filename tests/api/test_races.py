"""Many clients at one case at once: each gets a plain answer, and nobody reads about locks."""

import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import httpx
import pytest
from sqlalchemy.orm.exc import StaleDataError

from core.db import reading
from engine import progress
from engine.models import LogEntry, ProcessInstance
from tests.build import process, times
from tests.serving import served

CLIENTS = 16
#: What each client does.
CALLS = 12
TECHNICAL = re.compile(r"lock|stale|serializ|deadlock|busy|revision|sqlite|psycopg", re.IGNORECASE)


@pytest.fixture
def address(app):
    """The application behind a real socket, with a thread for each request."""
    with served(app) as address:
        yield f"{address}/api/v1"


def the_case(administrator):
    """One case with many tasks, a message that comes again and again, and a way out."""
    drawing = (
        process("busy")
        .parallel_gateway("split")
        .user_task("work", loop=times(60))
        .end("worked")
        .at("split")
        .catch("hear", message="news", correlation="=case")
        .to("hear")
    )
    assert administrator.deploy(busy_bpmn=drawing.xml()).status_code == 201
    body = {"key": "busy", "variables": {"case": "C-1"}}
    return administrator.post("/process-instances", body).json["id"]


def act(address, token, instance_id, seed):
    """What one client does: the statuses and sentences it was answered."""
    chance, answers = random.Random(seed), []
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        for number in range(CALLS):
            action = chance.choice(["complete", "complete", "message", "variables", "hold"])
            if number == CALLS - 1 and seed == 0:
                action = "cancel"
            responses = do(client, address, instance_id, action, chance)
            answers += [(action, each.status_code, each.text) for each in responses]
    return answers


def do(client, address, instance_id, action, chance):
    case = f"{address}/process-instances/{instance_id}"
    if action == "complete":
        tasks = client.get(f"{address}/user-tasks", params={"state": "open", "limit": 5})
        yield tasks
        if items := tasks.json()["items"]:
            task = chance.choice(items)["id"]
            yield client.post(f"{address}/user-tasks/{task}/completion", json={"variables": {}})
    elif action == "message":
        body = {"name": "news", "correlationKey": "C-1", "variables": {"told": chance.random()}}
        yield client.post(f"{address}/messages", json=body)
    elif action == "variables":
        yield client.patch(f"{case}/variables", json={f"v{chance.randint(0, 3)}": 1})
    elif action == "hold":
        yield client.put(f"{case}/suspension", json={"reason": "a look"})
        yield client.request("DELETE", f"{case}/suspension", json={"reason": "seen"})
    else:
        yield client.request("DELETE", case, json={"reason": "enough"})


def test_clients_at_one_case_lose_nothing_and_read_nothing_of_locks(address, administrator, token):
    instance_id, key = the_case(administrator), token("administrator", name="root")

    with ThreadPoolExecutor(CLIENTS) as pool:
        runs = [pool.submit(act, address, key, instance_id, seed) for seed in range(CLIENTS)]
        answers = [answer for run in runs for answer in run.result()]

    odd = [each for each in answers if each[1] not in (200, 201, 202, 204, 404, 409)]
    assert odd == []
    assert [each for each in answers if each[1] == 409 and TECHNICAL.search(each[2])] == []
    done = Counter(action for action, status, _ in answers if status == 201)
    with reading() as session:
        instance = session.get(ProcessInstance, UUID(instance_id))
        assert instance.state == "cancelled"
        completed = (
            session.query(LogEntry)
            .filter_by(instance_id=instance.id, element_id="work", lifecycle="complete")
            .filter(LogEntry.loop_index.is_not(None))
            .count()
        )
    assert completed == done["complete"] > 0


def test_a_change_that_lost_the_race_is_made_again_without_a_word(administrator, monkeypatch):
    instance_id, store, lost = the_case(administrator), progress.store_state, []

    def lose_twice(*arguments):
        if len(lost) < 2:
            lost.append(1)
            raise StaleDataError("somebody else was faster")
        return store(*arguments)

    monkeypatch.setattr(progress, "store_state", lose_twice)

    answer = administrator.patch(f"/process-instances/{instance_id}/variables", {"a": 1})

    assert (answer.status_code, len(lost)) == (200, 2)
    assert answer.json["a"] == 1


def test_who_loses_again_and_again_is_told_in_plain_words(administrator, monkeypatch):
    instance_id = the_case(administrator)

    def lose(*_):
        raise StaleDataError("UPDATE statement on table 'process_instance' expected 1 row")

    monkeypatch.setattr(progress, "store_state", lose)

    answer = administrator.patch(f"/process-instances/{instance_id}/variables", {"a": 1})

    assert answer.status_code == 409
    assert not TECHNICAL.search(answer.text)
