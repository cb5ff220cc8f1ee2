"""Long calls keep their lease, and stop when they have lost it."""

import time
from datetime import timedelta
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from core import clock
from core.db import reading, transaction
from core.errors import Unavailable
from core.people import SYSTEM
from engine import connectors, deployments, instances, jobs, leases, service_tasks
from engine.connectors import stopping
from engine.models import ServiceTask
from tests.build import process

LEASE_SECONDS = 1


@pytest.fixture
def service_task_id(edge, bell, config):
    """A call that waits for a worker."""
    object.__setattr__(config, "lease_seconds", LEASE_SECONDS)
    drawing = process("p").service_task("check", connector="http", inputs={"url": "partner:/"})
    with transaction() as session:
        deployments.deploy(session, {"p.bpmn": bytes(drawing.end())}, by=SYSTEM)
        instances.start(session, key="p", by=SYSTEM)
    return UUID(bell.rung("run_service_task")[0])


def task_of(service_task_id):
    with reading() as session:
        return session.get(ServiceTask, service_task_id)


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_call_longer_than_its_lease_is_made_once(
    service_task_id, bell, monkeypatch, edge, is_kept
):
    """The control without extensions shows that the lease alone would not have been enough."""
    if not is_kept:
        monkeypatch.setattr(leases, "BEATS_PER_LEASE", 0.01)
    calls = []

    def slow(request, *, key, config):
        calls.append(key)
        if len(calls) > 1:
            return {}
        bell.rings.clear()
        until = time.monotonic() + 2.5 * LEASE_SECONDS
        while time.monotonic() < until:
            sweep_elsewhere(edge, bell)
            time.sleep(0.1)
        return {}

    monkeypatch.setitem(connectors.CONNECTORS, "http", slow)

    jobs.run_service_task(str(service_task_id))

    assert calls == [str(service_task_id)] * (1 if is_kept else 2)
    assert task_of(service_task_id).state == "completed"


def sweep_elsewhere(edge, bell):
    """What a scheduler and another worker do meanwhile."""
    with edge.app_context():
        jobs.sweep()
        for rung in bell.rung("run_service_task"):
            bell.rings.clear()
            jobs.run_service_task(rung)


def test_a_call_that_lost_its_lease_stops_and_is_not_stored(service_task_id, monkeypatch, edge):
    stopped = Event()

    def robbed(request, *, key, config):
        with edge.app_context(), transaction() as session:
            session.execute(update(ServiceTask).values(lease_token="of another"))
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                stopping.require_going()
            except stopping.CallStopped:
                stopped.set()
                raise
            time.sleep(0.05)
        return {}

    monkeypatch.setitem(connectors.CONNECTORS, "http", robbed)
    settled = []
    monkeypatch.setattr(service_tasks, "settle", lambda *arguments: settled.append(arguments))

    jobs.run_service_task(str(service_task_id))

    assert stopped.is_set()
    assert settled == []
    assert task_of(service_task_id).lease_token == "of another"


def test_a_call_that_hangs_is_not_kept_for_ever(service_task_id, monkeypatch):
    monkeypatch.setattr(leases, "MAX_CALL", timedelta(0))
    with transaction() as session:
        call = service_tasks.take(session, service_task_id, LEASE_SECONDS)

    with leases.kept(call, 0.1) as lease:
        time.sleep(0.5)

        assert lease.is_lost


def test_a_busy_database_costs_a_call_no_lease(service_task_id, monkeypatch):
    with transaction() as session:
        call = service_tasks.take(session, service_task_id, LEASE_SECONDS)
    before, keep, tries = clock.now(), service_tasks.keep, []

    def unlucky(*arguments):
        tries.append(arguments)
        if len(tries) == 1:
            raise OperationalError("UPDATE", {}, Exception("busy"))
        return keep(*arguments)

    monkeypatch.setattr(service_tasks, "keep", unlucky)

    with leases.kept(call, 0.3) as lease:
        time.sleep(0.6)

    assert len(tries) > 1
    assert not lease.is_lost
    assert task_of(service_task_id).lease_until > before + timedelta(seconds=0.3)


def test_outside_of_a_kept_call_nothing_is_stopped():
    stopping.require_going()

    with stopping.when(lambda: True), pytest.raises(Unavailable):
        stopping.require_going()
