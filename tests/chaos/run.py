"""One run: cases under fire until all is quiet, and the verdict; and its control without fences."""

import http.client
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.chaos.driver import Driver
from tests.chaos.ledger import Ledger
from tests.chaos.model import CALLS, drawing
from tests.chaos.monkey import Monkey, failpoint
from tests.chaos.site import Site
from tests.chaos.verdict import Verdict, judge

READY_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """How long and how hard."""

    instances: int
    kills: int
    #: The time over which cases are started.
    seconds: float
    #: The longest time over which parts are killed.
    fire_seconds: float = 540.0
    #: When nothing has gone on for so long afterwards, what is not done is stuck.
    calm_seconds: float = 120.0
    lease_seconds: int | None = None
    freeze_seconds: float = 30.0


FULL = Plan(instances=2000, kills=110, seconds=360.0)
SHORT = Plan(
    instances=60,
    kills=12,
    seconds=15.0,
    fire_seconds=40.0,
    calm_seconds=60.0,
    lease_seconds=4,
    freeze_seconds=7.0,
)


@dataclass
class Result:
    """What happened, and what was wrong."""

    started: int
    kills: dict[str, int]
    failpoints: dict[str, int]
    troubles: dict[str, int]
    seconds: float
    calls: int
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def deaths(self) -> int:
        return sum(self.kills.values()) + sum(self.failpoints.values())


def under_fire(folder: Path, plan: Plan) -> Result:
    """Start all cases while parts are killed, let it come to rest, and judge."""
    with Site(folder, lease_seconds=plan.lease_seconds, failpoints=failpoint) as site:
        driver = deployed_driver(site, plan.instances, plan.instances / plan.seconds)
        began = time.monotonic()
        ledger = Ledger(site.ledger)
        goal = plan.instances * len(CALLS)
        monkey = Monkey(
            site,
            plan.kills,
            plan.fire_seconds,
            lambda: ledger.count() / goal,
            plan.freeze_seconds,
        )
        driver.start()
        monkey.start()
        while monkey.is_running:
            time.sleep(0.5)
        monkey.stop()
        site.disarm()
        _wait_for_rest(driver, ledger, plan.calm_seconds)
        driver.stop()
        verdict = judge(site.database.url, folder / "verdict", ledger, list(driver.cases.values()))
        verdict.lost.extend(driver.failures())
        return Result(
            started=driver.started,
            kills=monkey.done,
            failpoints=site.deaths_at_failpoints(),
            troubles=driver.troubles,
            seconds=time.monotonic() - began,
            calls=sum(ledger.calls().values()),
            verdict=verdict,
        )


def without_fences(folder: Path, instances: int = 3, seconds: float = 60.0) -> Verdict:
    """The control: nobody is killed, leases are short, two workers always call at once.

    With the fences this run would show nothing; without them it must show steps done twice.
    """
    with Site(folder, workers=4, lease_seconds=1, unfenced=True, pairs=True) as site:
        driver = deployed_driver(site, instances, 1.0)
        driver.start()
        ledger = Ledger(site.ledger)
        deadline = time.monotonic() + seconds
        verdict = Verdict()
        while not verdict.twice and time.monotonic() < deadline:
            time.sleep(2)
            verdict = judge(
                site.database.url, folder / "verdict", ledger, list(driver.cases.values())
            )
        driver.stop()
        return verdict


def deployed_driver(site: Site, instances: int, per_second: float) -> Driver:
    """A driver for an installation that is ready and has the process."""
    deadline = time.monotonic() + READY_SECONDS
    token = site.command("token", "--role", "administrator", "--name", "driver")
    while True:
        try:
            answer = httpx.post(
                f"{site.url}/api/v1/deployments",
                files=[("files", ("chaos.bpmn", drawing()))],
                headers={"Authorization": f"Bearer {token}"},
                timeout=20,
                trust_env=False,
            )
            if answer.status_code in (200, 201):
                return Driver(site.url, token, Ledger(site.ledger), instances, per_second)
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "the installation did not get ready"
        time.sleep(0.3)


def _wait_for_rest(driver: Driver, ledger: Ledger, seconds: float) -> None:
    """Until every case has ended, or nothing went on for so long."""
    before, deadline = -1, time.monotonic()
    while True:
        try:
            if driver.started == driver.instances and driver.open_cases() == 0:
                return
        except (OSError, http.client.HTTPException, ValueError):
            pass
        done = ledger.count() + driver.started
        if done != before:
            before, deadline = done, time.monotonic() + seconds
        elif time.monotonic() > deadline:
            return
        time.sleep(0.5)
