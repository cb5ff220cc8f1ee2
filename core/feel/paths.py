"""The code of contexts, paths (`a.b`) and filters (`list[test]`)."""

from decimal import Decimal
from typing import Any

from core.feel.errors import Null
from core.feel.iteration import range_values
from core.feel.limits import require_bounded
from core.feel.properties import property_of
from core.feel.scope import CONTEXT, MISSING, RUN, Code, Frame, warn
from core.feel.values import Function, Range, kind_of, read_once


def context(entries: list[tuple[str, Code, int]]) -> Code:
    """`{key: value}`; later values see earlier keys, functions see themselves."""
    keys = [key for key, _, _ in entries]
    unique = len(set(keys)) == len(keys)

    def build(frame: Frame) -> Any:
        if not unique:
            warn(frame, "A context has a key twice")
            return None
        result: dict[str, Any] = {}
        for key, code, slot in entries:
            value = code(frame)
            frame[slot] = value
            if isinstance(value, Function):
                _tie(value, slot)
            result[key] = value
        return result

    return build


def _tie(function: Function, slot: int) -> None:
    """Let a function of a context call itself by its key."""
    captured = getattr(function, "frame", None)
    if captured is not None and slot < len(captured) and captured[slot] is None:
        captured[slot] = function


def members(source: Code, names: list[str]) -> Code:
    """`source.first.second`."""
    if len(names) == 1:
        name = names[0]
        return lambda frame: member_of(frame, source(frame), name)
    return lambda frame: _walk(frame, source(frame), names)


def _walk(frame: Frame, value: Any, names: list[str]) -> Any:
    for name in names:
        value = member_of(frame, value, name)
    return value


def entry_of_variable(variable: str, names: list[str], otherwise: Code) -> Code:
    """`variable.first.second`, without reading more of the variable than its entry."""
    last = len(names) - 1

    def run(frame: Frame) -> Any:
        value = frame[CONTEXT].get(variable)
        for at, name in enumerate(names):
            if type(value) is not dict or name not in value:
                break
            value = value[name]
            if at == last:
                return read_once(value, frame[RUN])
        return _walk(frame, otherwise(frame), names)

    return run


def member_of(frame: Frame, value: Any, name: str) -> Any:
    """An entry of a context, of each context in a list, or a property of any other value."""
    kind = type(value)
    if kind is dict:
        found = value.get(name, MISSING)
    elif kind is list:
        require_bounded(value)
        return [member_of(frame, item, name) for item in value]
    else:
        found = property_of(value, name)
    if found is not MISSING:
        return found
    warn(frame, f"{kind_of(value)} has no {name}")
    return None


def index_of(value: Any, sign: int = 1) -> int | None:
    """A whole number of moderate size as int, else None."""
    if type(value) is not Decimal or abs(value) > 10**9 or value != value.to_integral_value():
        return None
    return int(value) * sign


def at_index(source: Code, index: int) -> Code:
    """`source[3]`, `source[-1]`."""
    return lambda frame: _pick(frame, _as_list(frame, source(frame)), index)


def _as_list(frame: Frame, value: Any) -> list[Any]:
    if type(value) is list:
        return value
    if type(value) is Range:
        try:
            return range_values(value)
        except Null:
            return [value]
    return [] if value is None else [value]


def _pick(frame: Frame, items: list[Any], index: int) -> Any:
    size = len(items)
    if 0 < index <= size:
        return items[index - 1]
    if 0 < -index <= size:
        return items[index]
    warn(frame, f"A list of {size} has no item {index}")
    return None


def filtered(source: Code, test: Code, slot: int, boolean: bool) -> Code:
    """`source[test]`: the items that pass, or the one at the number the test gives."""

    def run(frame: Frame) -> Any:
        value = source(frame)
        items = _as_list(frame, value)
        if not boolean:
            frame[slot] = items[0] if items else None
            number = test(frame)
            if type(number) is Decimal:
                index = index_of(number)
                return None if index is None else _pick(frame, items, index)
        return _select(frame, items, test, slot)

    return run


def _select(frame: Frame, items: list[Any], test: Code, slot: int) -> list[Any] | None:
    frame[RUN].step(len(items))
    selected = []
    for item in items:
        frame[slot] = item
        passed = test(frame)
        if passed is True:
            selected.append(item)
        elif passed is not None and passed is not False:
            warn(frame, f"A filter gives a {kind_of(passed)}, not a boolean")
            return None
    return selected
