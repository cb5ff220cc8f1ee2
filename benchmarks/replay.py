"""Replaying real cases of customer onboarding on a draft: `python -m benchmarks.replay`.

Prints one line of JSON. The cases are run by the engine on a database first, answered as the
library's scenario of the straight way answers them; then all are replayed on the same files and
on files in which a condition was changed.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import forms
from core import clock
from core.model import Model
from core.people import SYSTEM
from engine import deployments, instances, progress
from engine.bpmn.scenario import Scenario, Step, read_scenarios
from migrations.metadata import import_models
from work.replay import replay

LIBRARY = Path(__file__).parent.parent / "processes" / "customer_onboarding"
KEY = "customer_onboarding"


def main(count: int = 200) -> None:
    import_models()
    engine = create_engine("sqlite://")
    Model.metadata.create_all(engine)
    files = {
        path.name: path.read_bytes()
        for path in LIBRARY.iterdir()
        if path.suffix in (".bpmn", ".dmn", ".form")
    }
    scenario = read_scenarios(LIBRARY / "scenarios" / "straight_through.yaml")[0]
    with Session(engine) as session:
        deployments.deploy(session, files, by=SYSTEM, check_form=forms.check)
        for _ in range(count):
            _run(session, scenario)
        session.flush()
        begun = time.process_time()
        report = replay(session, KEY, files, limit=count, by=SYSTEM)
        processor_seconds = time.process_time() - begun
    print(
        json.dumps(
            {
                "benchmark": "replay",
                "cases": report.cases,
                "same": report.same,
                "seconds": report.seconds,
                "processor_seconds": round(processor_seconds, 2),
                "bar_seconds": 20,
            }
        )
    )


def _run(session: Session, scenario: Scenario) -> None:
    start = scenario.start
    message = start.get("message") or {}
    variables = {**(start.get("variables") or {}), **(message.get("with") or {})}
    instance = instances.start(
        session, key=KEY, variables=variables, element=start.get("element"), by=SYSTEM
    )
    for step in scenario.steps:
        if step.kind != "expect":
            _answer(session, instance, step)


def _answer(session: Session, instance: Any, step: Step) -> None:
    runtime = progress.runtime_of(session, instance)
    if step.kind == "message":
        wanted = {wait.token: wait for wait in runtime.waits() if wait.kind == "message"}
        token = next(
            token for token, wait in wanted.items() if wait.event_name == step.value["name"]
        )
        variables = step.value.get("with") or {}
    else:
        token = next(wait.token for wait in runtime.waits() if wait.element_id == step.value)
        variables = step.more.get("with") or step.more.get("returns") or {}
    at = clock.now()
    runtime.complete(token, variables, at=at)
    progress.record_progress(session, instance, runtime, at=at)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:2]))
