"""The outer form of a decision table: cells, columns, and what its hit policy needs."""

from collections.abc import Iterator

from engine.bpmn.problem import Problem, error, warning
from engine.dmn import model


def table_shape(table: model.Table) -> Iterator[Problem]:
    """Rules whose cells do not fit the columns, and policies that lack what they need."""
    for at, rule in enumerate(table.rules, 1):
        shape = len(rule.inputs), len(rule.outputs)
        if shape != (len(table.inputs), len(table.outputs)):
            message = (
                f"Rule {at} has {shape[0]} input and {shape[1]} output cells for "
                f"{len(table.inputs)} and {len(table.outputs)} columns."
            )
            yield error(rule.id or table.id or None, "table_shape", message)
    policy = table.hit_policy.upper()
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(out.values for out in table.outputs):
        message = f"Hit policy {policy} needs output values, in the order of their priority."
        yield warning(table.id or None, "table_priority", message)
    if policy == "COLLECT" and table.aggregation and len(table.outputs) > 1:
        message = f"{table.aggregation} works on one output, this table has {len(table.outputs)}."
        yield error(table.id or None, "table_aggregation", message)
    if not table.outputs:
        yield error(table.id or None, "table_outputs", "This table has no output.")
