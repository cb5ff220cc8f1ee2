"""The decisions that business rule tasks of a process ask, in the versions their bindings mean."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.values import to_json
from engine.bpmn.extensions import Decision
from engine.bpmn.journal import Decided
from engine.bpmn.parser import Decide
from engine.dmn import decisions
from engine.dmn.decisions import DecisionModel, Evaluation
from engine.errors import DefinitionNotFound
from engine.models import Definition

#: Of one evaluation the log keeps so many matched rules and warnings.
MAX_RULES = 1_000
MAX_WARNINGS = 50
#: Finds the version that a reference means: (definition, kind, key, binding).
Bound = Callable[[Definition, str, str, str], Definition | None]


def references(definition: Definition) -> list[tuple[str, str]]:
    """Key and binding of each decision that a process refers to."""
    names = (name.removeprefix("decision:") for name in definition.bindings if _is_decision(name))
    return [(key, binding) for key, _, binding in (name.rpartition("@") for name in names)]


def decide_for(session: Session, users: Iterable[Definition], bound: Bound) -> Decide | None:
    """What evaluates the decisions of some processes; None when they ask none that is there."""
    models: dict[tuple[str, str], _Bound] = {}
    for user in users:
        for key, binding in references(user):
            found = bound(user, "decision", key, binding)
            if found is not None and (key, binding) not in models:
                model = decisions.load(files_of(session, found))
                models[key, binding] = _Bound(str(found.id), found.version, model)
    return _Decide(models) if models else None


def files_of(session: Session, definition: Definition) -> dict[str, bytes]:
    """Its file, and the others of its deployment that it may import."""
    together = select(Definition.file, Definition.content).where(
        Definition.kind == "decision", Definition.deployment_id == definition.deployment_id
    )
    return {row.file: row.content for row in session.execute(together)}


def details(evaluation: Evaluation, **about: Any) -> dict[str, Any]:
    """What the log tells of an evaluation, as JSON; `about` says of which decision."""
    return {
        **about,
        "inputs": to_json(evaluation.inputs),
        "outputs": to_json(evaluation.outputs),
        "rules": [list(each) for each in evaluation.rules[:MAX_RULES]],
        "warnings": list(evaluation.warnings[:MAX_WARNINGS]),
    }


@dataclass(frozen=True)
class _Bound:
    """The version of a decision that a reference means."""

    definition: str
    version: int
    model: DecisionModel


class _Decide:
    """Evaluates a decision over variables."""

    def __init__(self, models: Mapping[tuple[str, str], _Bound]) -> None:
        self.models = models

    def __call__(self, decision: Decision, variables: Mapping[str, Any]) -> Decided:
        bound = self.models.get((decision.key, decision.binding))
        if bound is None:
            raise DefinitionNotFound(kind="decision", key=decision.key)
        evaluation = bound.model.evaluate(decision.key, variables, reads_texts=True)
        about = {"key": decision.key, "definition": bound.definition, "version": bound.version}
        return Decided(evaluation.into(decision.result), details(evaluation, **about))


def _is_decision(name: str) -> bool:
    return name.startswith("decision:")
