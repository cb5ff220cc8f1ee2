"""What became of the cases: compares the database, the execution log and the partner's ledger.

lost   an acknowledged start, answer or message that left no trace; a step of an ended case that
       has no effect in the ledger, no entry in the log, or whose result is not in the variables
twice  two cases for one start; a step that completed twice in the log of one case; two effects in
       the ledger for one step of one case (two element executions, since the partner knows keys);
       a call that promises at most once and was repeated though nobody asked for it
stuck  a case that has not ended, or was never started, when all was quiet again
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import db as database
from core.config import Config
from core.people import SYSTEM
from engine import instances
from engine.models import LogEntry, ProcessInstance, ServiceTask
from migrations.metadata import import_models
from tests.chaos.driver import Case
from tests.chaos.ledger import Ledger
from tests.chaos.model import AT_MOST_ONCE, CALLS, COUNTED, KEY, STEPS


@dataclass
class Verdict:
    """Each list holds a sentence for each thing that is wrong."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


def judge(database_url: str, folder: Path, ledger: Ledger, cases: Iterable[Case]) -> Verdict:
    """Look at everything, once all is quiet."""
    verdict = Verdict()
    with _session(database_url, folder) as session:
        found = _instances(session)
        completed = _completed_steps(session)
        executions = _executions(session)
        effects = ledger.effects()
        calls = ledger.calls()
        for case in cases:
            mine = found.get(case.name, [])
            _judge_existence(verdict, session, case, mine)
            for instance in mine:
                _judge_log(verdict, case, instance, completed)
                _judge_calls(verdict, case, instance, executions, calls)
                if instance.state == "completed":
                    _judge_values(verdict, case, instances.variables(session, instance), effects)
            for step in CALLS:
                if len(effects.get((case.name, step), [])) > 1:
                    verdict.twice.append(f"{case.name}: {step} had two effects")
    return verdict


def _judge_existence(
    verdict: Verdict, session: Session, case: Case, mine: list[ProcessInstance]
) -> None:
    ids = [str(instance.id) for instance in mine]
    if case.instance_id and case.instance_id not in ids:
        verdict.lost.append(f"{case.name}: its acknowledged start left no case")
    if len(ids) > 1:
        verdict.twice.append(f"{case.name}: started {len(ids)} times")
    if not ids:
        verdict.stuck.append(f"{case.name}: never started")
    for instance in mine:
        if instance.state != "completed":
            waits = [token.element_id for token in instances.tokens(session, instance)]
            verdict.stuck.append(f"{case.name}: {instance.state} at {', '.join(waits)}")


def _judge_log(
    verdict: Verdict,
    case: Case,
    instance: ProcessInstance,
    completed: Counter[tuple[UUID, str | None]],
) -> None:
    for step in STEPS:
        count = completed[instance.id, step]
        if count > 1:
            verdict.twice.append(f"{case.name}: {step} completed {count} times in the log")
        if count == 0 and instance.state == "completed":
            verdict.lost.append(f"{case.name}: {step} is not in the log")


def _judge_calls(
    verdict: Verdict,
    case: Case,
    instance: ProcessInstance,
    executions: dict[tuple[UUID, str], list[str]],
    calls: dict[tuple[str, str], int],
) -> None:
    for step in CALLS:
        keys = executions.get((instance.id, step), [])
        if len(keys) > 1:
            verdict.twice.append(f"{case.name}: {step} was begun {len(keys)} times")
    for key in executions.get((instance.id, AT_MOST_ONCE), []):
        count = calls.get((AT_MOST_ONCE, key), 0)
        if count > 1 + case.retried:
            verdict.twice.append(f"{case.name}: {AT_MOST_ONCE} was called {count} times")


def _judge_values(
    verdict: Verdict,
    case: Case,
    variables: dict[str, Any],
    effects: dict[tuple[str, str], list[str]],
) -> None:
    for step in CALLS:
        receipts = effects.get((case.name, step), [])
        if not receipts:
            verdict.lost.append(f"{case.name}: {step} had no effect")
        elif variables.get(f"{step}_receipt") not in receipts:
            verdict.lost.append(f"{case.name}: the receipt of {step} is not in its variables")
    expected = {
        "counted": COUNTED,
        "papers": f"papers of {case.name}",
        "word": f"word of {case.name}",
    }
    for name, value in expected.items():
        if variables.get(name) != value:
            verdict.lost.append(f"{case.name}: {name} is {variables.get(name)!r}, not {value!r}")


def _instances(session: Session) -> dict[str, list[ProcessInstance]]:
    found: dict[str, list[ProcessInstance]] = {}
    for instance in session.scalars(select(ProcessInstance).where(ProcessInstance.key == KEY)):
        found.setdefault(str(instance.business_key), []).append(
            instances.get(session, instance.id, by=SYSTEM)
        )
    return found


def _completed_steps(session: Session) -> Counter[tuple[UUID, str | None]]:
    query = (
        select(LogEntry.instance_id, LogEntry.element_id, func.count())
        .where(LogEntry.lifecycle == "complete", LogEntry.kind != "sequenceFlow")
        .group_by(LogEntry.instance_id, LogEntry.element_id)
    )
    rows = session.execute(query).all()
    return Counter({(instance_id, element): count for instance_id, element, count in rows})


def _executions(session: Session) -> dict[tuple[UUID, str], list[str]]:
    """Idempotency keys by case and element: one for each execution of the element."""
    found: dict[tuple[UUID, str], list[str]] = {}
    rows = session.execute(select(ServiceTask.instance_id, ServiceTask.element_id, ServiceTask.id))
    for instance_id, element_id, task_id in rows:
        found.setdefault((instance_id, element_id), []).append(str(task_id))
    return found


@contextmanager
def _session(database_url: str, folder: Path) -> Iterator[Session]:
    import_models()
    config = Config.from_environment(
        {"BACKOFFICE_DATA": str(folder), "BACKOFFICE_DATABASE_URL": database_url}
    )
    app = Flask("verdict")
    app.extensions["config"] = config
    database.init_app(app, config)
    with app.app_context():
        with database.reading() as session:
            yield session
        database.db.session.remove()
        database.db.engine.dispose()
