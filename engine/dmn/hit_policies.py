"""What the outputs of all matching rules become (DMN 1.5, 8.2.8).

UNIQUE  one rule may match        ANY           all that match agree
FIRST   the first that matches    PRIORITY      the one whose output stands first in the values
RULE ORDER, OUTPUT ORDER  all     COLLECT       all, or their sum, count, minimum or maximum
"""

from collections.abc import Callable
from typing import Any

from core.feel.builtins import BUILTINS
from core.feel.errors import Null
from core.feel.values import equal
from engine.dmn import model
from engine.dmn.environment import Environment
from engine.dmn.session import Session

Policy = Callable[[list[Any], Session], Any]

_AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max"}


def policy(node: model.Table, environment: Environment) -> Policy:
    """The hit policy of a table."""
    name = node.hit_policy.upper()
    if name in ("PRIORITY", "OUTPUT ORDER"):
        ranks = [_values(output, environment) for output in node.outputs]
        names = [output.name for output in node.outputs]
        return _priority(ranks, names, only_first=name == "PRIORITY")
    if name == "COLLECT":
        return _collect(node.aggregation.upper())
    found = _SIMPLE.get(name)
    if found is None:
        environment.refuse(node.id, "hit_policy", f"There is no hit policy {node.hit_policy}.")
        return _unique
    return found


def _unique(outputs: list[Any], session: Session) -> Any:
    if len(outputs) > 1:
        session.warn("Several rules of a table with hit policy UNIQUE match")
        return None
    return outputs[0] if outputs else None


def _any(outputs: list[Any], session: Session) -> Any:
    if any(equal(output, outputs[0]) is not True for output in outputs):
        session.warn("Rules of a table with hit policy ANY disagree")
        return None
    return outputs[0] if outputs else None


def _first(outputs: list[Any], session: Session) -> Any:
    return outputs[0] if outputs else None


def _rule_order(outputs: list[Any], session: Session) -> Any:
    return outputs or None


def _priority(ranks: list[list[Any]], names: list[str], *, only_first: bool) -> Policy:
    def choose(outputs: list[Any], session: Session) -> Any:
        if not outputs:
            return None
        ordered = sorted(outputs, key=lambda output: _rank(output, ranks, names))
        return ordered[0] if only_first else ordered

    return choose


def _rank(output: Any, ranks: list[list[Any]], names: list[str]) -> tuple[int, ...]:
    parts = [output] if len(names) == 1 else [output[name] for name in names]
    return tuple(_position(part, rank) for part, rank in zip(parts, ranks, strict=True))


def _position(value: Any, rank: list[Any]) -> int:
    return next((at for at, item in enumerate(rank) if equal(item, value) is True), len(rank))


def _values(output: model.Output, environment: Environment) -> list[Any]:
    """The output values of a column, in order of their priority."""
    if output.values is None:
        return []
    compiled = environment.expression(f"[{output.values}]", frozenset(), output.id)
    values = compiled({}) if compiled else []
    return values if isinstance(values, list) else []


def _collect(aggregation: str) -> Policy:
    def collect(outputs: list[Any], session: Session) -> Any:
        if not aggregation:
            return outputs
        if aggregation == "COUNT":
            return BUILTINS["count"].call(session, [outputs])
        if not outputs:
            return None
        try:
            return BUILTINS[_AGGREGATIONS[aggregation]].call(session, [outputs])
        except Null as reason:
            session.warn(f"{aggregation}: {reason}")
            return None

    return collect


_SIMPLE: dict[str, Policy] = {
    "UNIQUE": _unique,
    "ANY": _any,
    "FIRST": _first,
    "RULE ORDER": _rule_order,
}
