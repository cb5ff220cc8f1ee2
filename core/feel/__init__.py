"""FEEL, the expression language of DMN 1.5, compiled to Python closures.

Expressions are data of analysts: compiling and evaluating them can touch nothing but the values
handed in, and is bounded in steps, depth and size (limits). A value that makes no sense gives
null and a warning, never an exception.
"""

from core.feel.errors import FeelLimitExceeded, FeelSyntaxError
from core.feel.expression import (
    Expression,
    Result,
    UnaryTests,
    check,
    compile,  # noqa: A004  (the name everybody expects)
    names,
    unary_tests,
)
from core.feel.mistakes import Problem
from core.feel.temporal import YearsMonths
from core.feel.timetext import parse_duration
from core.feel.values import Function, Range, format_value

__all__ = [
    "Expression",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Function",
    "Problem",
    "Range",
    "Result",
    "UnaryTests",
    "YearsMonths",
    "check",
    "compile",
    "format_value",
    "names",
    "parse_duration",
    "unary_tests",
]
