"""Parts of expressions that are the same in every context: literals, and dates made of them."""

from typing import Any

from core.feel import tree
from core.feel.builtins import BUILTINS
from core.feel.errors import Null
from core.feel.limits import Run
from core.feel.numbers import CONTEXT
from core.feel.scope import MISSING
from core.feel.timemath import negate
from core.feel.values import Range, compare

_CONSTRUCTORS = frozenset(("date", "time", "date and time", "duration"))


def constant_tests(node: tree.Tests) -> tuple[Any, ...] | None:
    """The values and ranges a cell accepts; None when it says anything else."""
    if node.negated or not node.tests:
        return None
    found = [_accepted(test) for test in node.tests]
    return None if MISSING in found else tuple(found)


def _accepted(test: tree.Test) -> Any:
    value = constant(test.operand)
    if value is MISSING or value is None:
        return MISSING
    operator = test.operator
    if not operator or operator == "=":
        return value if operator == "" or type(value) is not Range else MISSING
    if operator == "!=" or compare(value, value) is None:
        return MISSING
    if operator[0] == "<":
        return Range(None, value, False, operator == "<=", operator)
    return Range(value, None, operator == ">=", False, operator)


def constant(node: tree.Node) -> Any:
    """The value of an expression without variables, as far as that is easily seen; or MISSING."""
    if isinstance(node, tree.Constant):
        return node.value
    if isinstance(node, tree.Negation):
        return _negated(constant(node.operand))
    if isinstance(node, tree.Interval):
        return _interval(node)
    if isinstance(node, tree.Call):
        return _constructed(node)
    return MISSING


def _negated(value: Any) -> Any:
    if value is MISSING:
        return MISSING
    try:
        return CONTEXT.minus(value)
    except TypeError:
        return negate(value)


def _interval(node: tree.Interval) -> Any:
    low, high = constant(node.low), constant(node.high)
    if node.operator or low is MISSING or high is MISSING or compare(low, high) is None:
        return MISSING
    return Range(low, high, node.low_closed, node.high_closed)


def _constructed(node: tree.Call) -> Any:
    function = node.function
    if not isinstance(function, tree.Name) or function.name not in _CONSTRUCTORS or node.names:
        return MISSING
    arguments = [constant(argument) for argument in node.arguments]
    if MISSING in arguments:
        return MISSING
    try:
        return BUILTINS[function.name].call(Run(), arguments)
    except Null:
        return MISSING
