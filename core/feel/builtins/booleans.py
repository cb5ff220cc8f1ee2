"""Boolean built-ins (DMN 1.5, 10.3.4.2), `all`, `any`, and `is`."""

from typing import Any

from core.feel.builtins.registry import builtin
from core.feel.errors import Null
from core.feel.temporal import DATETIMES, TIMES, offset_nanos, zone_name, zone_of
from core.feel.values import equal, kind_of


@builtin("not", "negand: any~")
def not_(negand: Any) -> bool:
    """The opposite; of anything but a boolean, null."""
    if type(negand) is bool:
        return not negand
    raise Null(f"{kind_of(negand)} is not a boolean")


@builtin("all", "*list: any~", least=2)
@builtin("all", "list: list")
def all_(items: list[Any]) -> bool | None:
    """False when one is false, true when all are true, else null."""
    return _decide(items, False)


@builtin("any", "*list: any~", least=2)
@builtin("any", "list: list")
def any_(items: list[Any]) -> bool | None:
    """True when one is true, false when all are false, else null."""
    return _decide(items, True)


def _decide(items: list[Any], decisive: bool) -> bool:
    if any(item is decisive for item in items):
        return decisive
    if all(item is (not decisive) for item in items):
        return not decisive
    raise Null("not all items are booleans")


@builtin("is", "value1: any~, value2: any~")
def is_(value1: Any, value2: Any) -> bool:
    """Whether both are the same value of the same kind, with the same zone."""
    if kind_of(value1) != kind_of(value2):
        return False
    if type(value1) in TIMES or type(value1) in DATETIMES:
        zones = [(zone_name(zone_of(value)), offset_nanos(value)) for value in (value1, value2)]
        return zones[0] == zones[1] and equal(value1, value2) is True
    return equal(value1, value2) is True
