"""All built-in functions of FEEL, by family."""

from core.feel.builtins import (
    booleans,
    contexts,
    conversion,
    lists,
    numeric,
    ranges,
    sorting,
    statistics,
    strings,
    temporal,
)
from core.feel.builtins.registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "booleans",
    "contexts",
    "conversion",
    "lists",
    "numeric",
    "ranges",
    "sorting",
    "statistics",
    "strings",
    "temporal",
]
