"""`sort` (DMN 1.5, 10.3.4.8)."""

from functools import cmp_to_key
from typing import Any

from core.feel.builtins.registry import builtin
from core.feel.limits import Run
from core.feel.values import Function


@builtin("sort", "list: list, precedes: function", run=True)
def sort(run: Run, items: list[Any], precedes: Function) -> list[Any]:
    """The items in an order in which `precedes(x, y)` holds for neighbours; stable."""

    def order(left: Any, right: Any) -> int:
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))
