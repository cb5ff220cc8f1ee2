"""Taking, calling, crashing and settling in any order, against a model of a few lines.

Hypothesis looks for a sequence of steps after which database and model differ. A seeded bug shows
that it would find one: without the token check it does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Unavailable
from core.model import Model
from core.people import SYSTEM
from engine import deployments, instances, service_tasks
from engine.errors import LeaseLost, ServiceTaskClosed
from engine.models import Incident, LogEntry, ServiceTask, UserTask
from engine.service_tasks import MAX_LOST_LEASES, Answer, Call
from tests.build import process
from tests.conftest import NOW, engine_for, load_models

LEASE_SECONDS = 20.0
ATTEMPTS = 3
DELAY_SECONDS = 10.0
#: How much shorter or longer a delay may be than the element says.
SPREAD = 0.2
DRAWING = (
    process("machine")
    .service_task(
        "call",
        connector="http",
        inputs={"url": "https://partner.example/"},
        outputs={"answer": "=response"},
        retry={"attempts": ATTEMPTS, "delay": f"PT{DELAY_SECONDS:.0f}S", "backoff": 1},
    )
    .user_task("next")
    .end()
)


@dataclass
class Expected:
    """What the model knows of one service task."""

    instance_id: UUID
    state: str = "open"
    attempts: int = 0
    lost: int = 0
    lease: str | None = None
    lease_until: datetime | None = None
    not_before: datetime = NOW
    answers: list[int] = field(default_factory=list)

    def may_be_taken(self, now: datetime) -> bool:
        return self.state == "open" and self.lease is None and self.not_before <= now

    def reopen(self, at: datetime) -> None:
        self.lease, self.lease_until, self.not_before = None, None, at

    def fail(self) -> None:
        self.state, self.lease, self.lease_until = "failed", None, None


class Machine(RuleBasedStateMachine):
    """Workers that take, answer late or never, and a clock that jumps."""

    tasks = Bundle("tasks")
    calls = Bundle("calls")

    #: The database that all runs share; each run uses cases of its own.
    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.expected: dict[UUID, Expected] = {}
        self.session = Session(self.engine, expire_on_commit=False)
        self.number = 0

    def teardown(self) -> None:
        with self._step():
            for each in self.expected.values():
                instances.cancel(self.session, each.instance_id, "the run is over", by=SYSTEM)
        self.session.close()

    # --- what happens

    @initialize(target=tasks)
    def start_first(self) -> UUID:
        return self._start()

    @rule(target=tasks)
    @precondition(lambda self: len(self.expected) < 2)
    def start_second(self) -> UUID:
        return self._start()

    def _start(self) -> UUID:
        with self._step():
            instance = instances.start(self.session, key="machine", by=SYSTEM)
            query = select(ServiceTask.id).where(ServiceTask.instance_id == instance.id)
            task_id = self.session.scalars(query).one()
        self.expected[task_id] = Expected(instance.id, not_before=self.now)
        return task_id

    @rule(target=calls, task_id=tasks)
    def take(self, task_id: UUID) -> Any:
        with self._step():
            call = service_tasks.take(self.session, task_id, LEASE_SECONDS)
        expected = self.expected[task_id]
        assert (call is not None) == expected.may_be_taken(self.now)
        if call is None:
            return multiple()
        expected.attempts += 1
        expected.lease = call.token
        expected.lease_until = self.now + timedelta(seconds=LEASE_SECONDS)
        assert call.idempotency_key == str(task_id)
        assert call.attempt == expected.attempts
        return call

    @rule(call=calls)
    def answer(self, call: Call) -> None:
        self.number += 1
        if self._settle(call, Answer(self.number)):
            expected = self.expected[call.service_task_id]
            expected.state, expected.lease, expected.lease_until = "completed", None, None
            expected.answers.append(self.number)

    @rule(call=calls)
    def fail(self, call: Call) -> None:
        if not self._settle(call, Unavailable("not now")):
            return
        expected = self.expected[call.service_task_id]
        if expected.attempts - expected.lost >= ATTEMPTS:
            expected.fail()
            return
        found = self._row(call.service_task_id).not_before
        delay = (found - self.now).total_seconds() / DELAY_SECONDS
        assert 1 - SPREAD <= delay <= 1 + SPREAD
        expected.reopen(found)

    @rule(call=calls)
    def crash_before_the_commit(self, call: Call) -> None:
        """A worker that dies while it settles has changed nothing."""
        with clock.stopped_at(self.now):
            try:
                service_tasks.settle(self.session, call, Answer(0))
            except (LeaseLost, ServiceTaskClosed):
                pass
            finally:
                self.session.rollback()

    @rule(call=consumes(calls))
    def crash(self, call: Call) -> None:
        """A worker that dies in mid-call is not heard of again."""

    @rule(call=calls)
    def keep(self, call: Call) -> None:
        with self._step():
            kept = service_tasks.keep(self.session, call, LEASE_SECONDS)
        expected = self.expected[call.service_task_id]
        assert kept == (expected.lease == call.token)
        if kept:
            expected.lease_until = self.now + timedelta(seconds=LEASE_SECONDS)

    @rule(seconds=st.sampled_from([12, 21, 3600, -3600]))
    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        with self._step():
            service_tasks.ring_due(self.session)
            for task_id in service_tasks.expired(self.session):
                service_tasks.free(self.session, task_id)
        for expected in self.expected.values():
            if expected.lease_until is None or expected.lease_until > self.now:
                continue
            expected.lost += 1
            if expected.lost >= MAX_LOST_LEASES:
                expected.fail()
            else:
                expected.reopen(self.now)

    # --- what must be true whenever

    @invariant()
    def rows_are_as_expected(self) -> None:
        for task_id, expected in self.expected.items():
            row = self._row(task_id)
            assert row.state == expected.state
            assert row.lease_token == expected.lease
            assert row.lease_until == expected.lease_until
            assert (row.attempts, row.lost_leases) == (expected.attempts, expected.lost)

    @invariant()
    def each_step_happens_once(self) -> None:
        for expected in self.expected.values():
            completed = self._count(
                LogEntry,
                LogEntry.instance_id == expected.instance_id,
                LogEntry.element_id == "call",
                LogEntry.lifecycle == "complete",
            )
            following = self._count(UserTask, UserTask.instance_id == expected.instance_id)
            assert (
                completed == following == len(expected.answers) == (expected.state == "completed")
            )

    @invariant()
    def nothing_waits_without_a_reason(self) -> None:
        for task_id, expected in self.expected.items():
            row = self._row(task_id)
            if expected.state == "open":
                assert row.ring_at is not None or row.lease_until is not None
            open_incidents = self._count(
                Incident,
                Incident.instance_id == expected.instance_id,
                Incident.resolved_at.is_(None),
            )
            assert open_incidents == (expected.state == "failed")

    # ---

    @contextmanager
    def _step(self) -> Iterator[None]:
        with clock.stopped_at(self.now):
            yield
        self.session.commit()

    def _settle(self, call: Call, result: Any) -> bool:
        """Whether the answer counted; it must count exactly while the lease is the call's."""
        expected = self.expected[call.service_task_id]
        try:
            with self._step():
                service_tasks.settle(self.session, call, result)
        except (LeaseLost, ServiceTaskClosed):
            self.session.rollback()
            assert expected.lease != call.token
            return False
        assert expected.lease == call.token
        return True

    def _row(self, task_id: UUID) -> ServiceTask:
        return self.session.get_one(ServiceTask, task_id, populate_existing=True)

    def _count(self, row: type[Model], *where: Any) -> int:
        return self.session.scalar(select(func.count()).select_from(row).where(*where)) or 0


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    load_models()
    engine = engine_for(f"sqlite:///{tmp_path_factory.mktemp('machine') / 'test.db'}")
    with engine.begin() as connection:
        Model.metadata.create_all(connection)
    with Session(engine) as session:
        deployments.deploy(session, {"machine.bpmn": bytes(DRAWING)}, by=SYSTEM)
        session.commit()
    yield engine
    engine.dispose()


def machine_on(engine: Engine) -> type[RuleBasedStateMachine]:
    return type("MachineHere", (Machine,), {"engine": engine})


def options(examples: int, **given: Any) -> settings:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=checks,
        **given,
    )


@pytest.mark.timeout(600)
def test_no_order_of_events_loses_a_step_or_does_it_twice(engine: Engine) -> None:
    run_state_machine_as_test(machine_on(engine), settings=options(40))


@pytest.mark.timeout(600)
def test_without_the_token_check_it_finds_a_way(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ServiceTask, "require_lease", lambda task, _token: task.require_open())

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            machine_on(engine), settings=options(200, phases=[Phase.generate], derandomize=True)
        )
