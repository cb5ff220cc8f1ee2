"""Decisions that are being drawn: what they need, and tried with values."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import feel
from core.errors import BackOfficeError, Invalid
from core.model import Json
from core.people import Actor
from designer import contents, packages, tables
from engine import definitions
from engine.dmn import decisions
from engine.dmn.decisions import DecisionModel
from engine.models import Definition
from web.wording import say

#: Of an answer so many characters are shown.
MAX_SHOWN = 2_000


class ValueUnreadable(Invalid):
    """{name}: {reason}"""


def outline(session: Session, content: str, *, by: Actor) -> list[Json]:
    """The decisions of a draft as far as it can be read, each with the inputs it needs."""
    try:
        model = _model(session, content, by=by, tolerant=True)
        own = contents.decision_keys(content)
    except BackOfficeError:
        return []
    return [
        {
            "key": key,
            "name": model.name_of(key),
            "inputs": [
                {"name": need.name, "type": need.type, "choices": list(need.choices)}
                for need in model.needs(key)
            ],
        }
        for key in own
    ]


def try_out(
    session: Session, content: str, key: str, texts: Mapping[str, str], *, by: Actor
) -> Json:
    """Decide by a draft; `texts` are the inputs as FEEL. Stores nothing.

    Raises ValueUnreadable, DecisionRefused, NoSuchDecision, FeelLimitExceeded.
    """
    variables = {name: _value(name, text) for name, text in texts.items() if text.strip()}
    evaluation = _model(session, content, by=by).evaluate(key, variables)
    owners = {rule.id: each.name for each in tables.of(content) for rule in each.rules}
    return {
        "outputs": [
            {"name": name, "value": feel.format_value(value)[:MAX_SHOWN]}
            for name, value in evaluation.named.items()
        ],
        "rules": [
            {"id": rule, "index": index, "decision": owners.get(rule, "")}
            for rule, index in evaluation.rules
        ],
        "warnings": [say(warning) for warning in evaluation.warnings],
    }


def mains(session: Session, found: list[Definition]) -> list[Definition]:
    """Of several decisions that were deployed in one file, the one that the file is for."""
    shared: dict[tuple[Any, str], list[Definition]] = {}
    for definition in found:
        shared.setdefault((definition.deployment_id, definition.file), []).append(definition)
    return [
        definition
        for together in shared.values()
        for definition in together
        if len(together) == 1 or definition.key == _main_key(session, definition)
    ]


def main_of(session: Session, definition: Definition) -> Definition:
    """The decision that the file of this one is for, deployed with it."""
    query = select(Definition).where(
        Definition.kind == "decision",
        Definition.deployment_id == definition.deployment_id,
        Definition.key == _main_key(session, definition),
    )
    return session.scalar(query) or definition


def _model(session: Session, content: str, *, by: Actor, tolerant: bool = False) -> DecisionModel:
    parts = packages.assemble(session, "decision", content, by=by)
    return decisions.compiled(packages.files(parts), tolerant=tolerant)


def _value(name: str, text: str) -> Any:
    try:
        return feel.compile(text)({})
    except feel.FeelSyntaxError as error:
        raise ValueUnreadable(name=name, reason=str(error)) from error


def _main_key(session: Session, definition: Definition) -> str:
    text = definitions.content(session, definition.id).decode()
    return contents.identify("decision", text).key
