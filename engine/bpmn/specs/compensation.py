"""Compensation: completed activities are undone by their handlers, in reverse order.

While a level runs it keeps one record for each completed activity that could be undone:

    {"a": node, "layers": [its own variables], "inner": [records of a sub-process]}

A throw turns records into steps, run one after the other. A step is a route: the sub-processes to
open again, outermost first, and the handler. The token that threw owns the handlers' tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.specs.node import Node
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token

Record = dict[str, Any]
Step = dict[str, Any]


def begin(owner: Token, level: Level, activity_id: str | None) -> bool:
    """Compensate one activity of a level, or all. False when there is nothing to undo."""
    chosen = [
        record
        for record in level.compensations
        if activity_id is None or level.spec.node(record["a"]).element.id == activity_id
    ]
    level.compensations = [record for record in level.compensations if record not in chosen]
    parent = level.parent_token
    owner.internal_data["steps"] = _steps(level.spec, chosen)
    owner.internal_data["level"] = parent.id if parent is not None else None
    return go_on(owner)


def go_on(owner: Token) -> bool:
    """Begin the next step. False when all are done."""
    kept = owner.internal_data
    if not kept.get("steps"):
        return False
    step = kept["steps"].pop(0)
    level = _level(owner, kept["level"])
    first, *rest = step["route"]
    token = owner.case.spawn(level, level.spec.node(first), after=owner)
    token.internal_data |= {"owner": owner.id, "route": rest, "inner": step["inner"]}
    for own in step["layers"]:
        token.declare(dict(own))
    return True


def reach(token: Token, activity_id: str | None) -> Level:
    """The level whose activities a throw means: of an event sub-process also the one around it."""
    level = token.workflow
    while not _undoes(level, activity_id):
        parent = level.parent_token
        if parent is None or not parent.node.element.triggered_by_event:
            break
        level = parent.workflow
    return level


def record_of(node: Node, token: Token) -> Record | None:
    """What to keep of a completed activity; None when nothing could undo it."""
    level = token.case.subprocesses.get(token.id)
    inner = level.compensations if level is not None and node.inside is not None else []
    if node.compensator is None and not inner and _own_handler(node) is None:
        return None
    return {"a": node.name, "layers": token.layers, "inner": inner}


def _steps(spec: ProcessSpec, records: list[Record]) -> list[Step]:
    """The steps that undo these records, the last completed first."""
    steps: list[Step] = []
    for record in reversed(records):
        node = spec.node(record["a"])
        own = _own_handler(node)
        if node.compensator is not None:
            steps.append(_step([node.compensator.name], record, []))
        elif own is not None:
            steps.append(_step([node.name, own.name], record, record["inner"]))
        elif node.inside is not None:
            # At most as deep as sub-processes are nested in the drawing.
            for step in _steps(node.inside, record["inner"]):
                route, layers = [node.name, *step["route"]], record["layers"] + step["layers"]
                steps.append({**step, "route": route, "layers": layers})
    return steps


def _step(route: list[str], record: Record, inner: list[Record]) -> Step:
    return {"route": route, "layers": record["layers"], "inner": inner}


def _own_handler(node: Node) -> Node | None:
    """The compensation event sub-process inside a sub-process."""
    starts = node.inside.event_starts if node.inside is not None else ()
    return next((start.target for start in starts if start.catches("compensate")), None)


def _undoes(level: Level, activity_id: str | None) -> bool:
    return any(
        activity_id is None or level.spec.node(record["a"]).element.id == activity_id
        for record in level.compensations
    )


def _level(owner: Token, parent_id: str | None) -> Level:
    level: Level = owner.case if parent_id is None else owner.case.subprocesses[parent_id]
    return level
