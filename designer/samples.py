"""Answers for the services of a test-run: from scenarios, and as partners really answered."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.model import Json
from designer.scenario_models import KeptScenario
from designer.scenarios import as_scenario
from engine.bpmn.model import ProcessModel
from engine.models import LogEntry
from work import masking

#: Newest answers of real cases that are looked at, for each process.
MAX_ENTRIES = 200
#: Different answers that are offered for one element.
MAX_SAMPLES = 5

CALLS = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask")


def of_process(
    session: Session,
    model: ProcessModel,
    kept: Iterable[KeptScenario],
    known: masking.Classes,
) -> dict[str, list[Json]]:
    """`[{origin, returns | fails | error}…]` by element id; "scenario" or "case" is the origin.

    Of cases what has a class is made up.
    """
    found: dict[str, list[Json]] = {}
    for element_id, answer in _told(kept):
        _add(found, element_id, {"origin": "scenario", **answer})
    for element_id, variables in _recorded(session, model.key):
        made_up = masking.stand_ins(variables, known)
        _add(found, element_id, {"origin": "case", "returns": made_up})
    for element in model.elements.values():
        if element.settings.connector is not None:
            outputs = {output.name: None for output in element.settings.connector.outputs}
            _add(found, element.id, {"origin": "names", "returns": outputs})
    return found


def _told(kept: Iterable[KeptScenario]) -> Iterable[tuple[str, Json]]:
    for each in kept:
        scenario = as_scenario(each)
        for step in scenario.steps:
            if step.kind == "service":
                yield str(step.value), dict(step.more)
        for element_id, answer in scenario.auto.items():
            yield element_id, dict(answer)


def _recorded(session: Session, key: str) -> Iterable[tuple[str, dict[str, Any]]]:
    query = select(LogEntry.element_id, LogEntry.variables).where(
        LogEntry.key == key,
        LogEntry.lifecycle == "complete",
        LogEntry.kind.in_(CALLS),
        LogEntry.variables.is_not(None),
    )
    rows = session.execute(query.order_by(LogEntry.at.desc()).limit(MAX_ENTRIES))
    return ((row.element_id, row.variables) for row in rows if row.element_id)


def _add(found: dict[str, list[Json]], element_id: str, sample: Json) -> None:
    samples = found.setdefault(element_id, [])
    said = _said(sample)
    if len(samples) < MAX_SAMPLES and said not in map(_said, samples):
        samples.append(sample)


def _said(sample: Json) -> bytes:
    plain = {key: value for key, value in sample.items() if key != "origin"}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
