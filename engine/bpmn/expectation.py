"""What a scenario expects of a play at one moment, and in words where it differs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from core.values import to_json
from engine.bpmn.naming import Named, describe
from engine.bpmn.play import Play

_MISSING = object()


def differences(play: Play, expected: Mapping[str, Any]) -> list[str]:
    """One sentence for each expectation that does not hold; an unknown key is one too."""
    found: list[str] = []
    for key, value in expected.items():
        check = _CHECKS.get(key)
        if check is None:
            found.append(f"there is nothing to expect called {key}; known is {', '.join(_CHECKS)}")
        else:
            found += check(play, value)
    return found


def visited(play: Play) -> list[str]:
    """Ids of the elements entered so far, in order."""
    return [
        each.element_id
        for each in play.entries
        if each.lifecycle == "start" and each.kind != "process"
    ]


def _at(play: Play, expected: Any) -> Iterator[str]:
    left = play.waits()
    missing = []
    for name in _list(expected):
        wanted = Named.parse(name)
        fitting = [
            each
            for each in left
            if wanted.matches(each) and wanted.index in (None, each.loop_index)
        ]
        if fitting:
            left.remove(fitting[0])
        else:
            missing.append(str(name))
    if missing or left:
        here = ", ".join(describe(each) for each in play.waits()) or "nowhere"
        names = ", ".join(map(str, _list(expected)))
        yield f"expected to wait at [{names}], but it waits at {here}"


def _visited(play: Play, expected: Any) -> Iterator[str]:
    been = visited(play)
    ahead = iter(been)
    for name in _list(expected):
        if not any(each == _id(name) for each in ahead):
            reason = "was not entered" if _id(name) not in been else "was not entered in this order"
            yield f"{name} {reason}; entered were {', '.join(been) or 'none'}"
            return


def _never(play: Play, expected: Any) -> Iterator[str]:
    been = visited(play)
    for name in _list(expected):
        if _id(name) in been:
            yield f"{name} was entered; entered were {', '.join(been)}"


def _counts(play: Play, expected: Any) -> Iterator[str]:
    counts = Counter(visited(play))
    for name, count in _mapping(expected).items():
        if counts[_id(name)] != count:
            yield f"{name} was entered {_times(counts[_id(name)])}, expected {_times(count)}"


def _variables(play: Play, expected: Any) -> Iterator[str]:
    actual = play.main.variables
    for name, value in _mapping(expected).items():
        given = to_json(actual[name]) if name in actual else _MISSING
        if given is _MISSING and value is not None:
            yield f"there is no variable {name}; there are {', '.join(sorted(actual)) or 'none'}"
        elif given is not _MISSING and not _same(given, value):
            yield f"{name} is {given!r}, expected {value!r}"


def _ended(play: Play, expected: Any) -> Iterator[str]:
    if play.main.ended != bool(expected):
        state = "has ended" if play.main.ended else "has not ended"
        yield f"it {state}. {play.open_words()}"


def _end(play: Play, expected: Any) -> Iterator[str]:
    wanted = [_id(name) for name in _list(expected)]
    reached = _ends_reached(play)
    if not any(sorted(each) == sorted(wanted) or set(each) == set(wanted) for each in reached):
        yield f"expected the ends [{', '.join(wanted)}], reached [{', '.join(reached[0])}]"


def _ends_reached(play: Play) -> list[list[str]]:
    """End events reached: all, and only those of the process itself, without sub-processes."""
    model = play.main.program.model
    ends = [each for each in play.entries if each.kind == "endEvent" and each.lifecycle == "start"]
    own = [
        each.element_id
        for each in ends
        if each.process_key in ("", model.key)
        and model.elements[each.element_id].parent == model.key
    ]
    return [[each.element_id for each in ends], own]


def _incident(play: Play, expected: Any) -> Iterator[str]:
    found = play.incidents()
    words = "; ".join(f"{key}: {message}" for key, message in found.items()) or "none"
    if expected is None:
        if found:
            yield f"expected no incident, but there is {words}"
        return
    wanted = {_id(name) for name in _list(expected)}
    if wanted != set(found):
        yield f"expected an incident at {', '.join(sorted(wanted))}; there is {words}"


_CHECKS: Mapping[str, Callable[[Play, Any], Iterator[str]]] = {
    "at": _at,
    "visited": _visited,
    "never": _never,
    "counts": _counts,
    "variables": _variables,
    "ended": _ended,
    "end": _end,
    "incident": _incident,
}


def _list(value: Any) -> Sequence[Any]:
    """What may be written as one id or as a list of them."""
    if value is None:
        return ()
    return value if isinstance(value, list) else [value]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(name: Any) -> str:
    return Named.parse(name).element_id


def _times(count: Any) -> str:
    return "once" if count == 1 else f"{count} times"


def _same(given: Any, expected: Any) -> bool:
    """Equal as JSON, where true is not 1."""
    if isinstance(given, bool) or isinstance(expected, bool):
        return given is expected
    if isinstance(given, dict) and isinstance(expected, dict):
        return given.keys() == expected.keys() and all(_same(given[k], expected[k]) for k in given)
    if isinstance(given, list) and isinstance(expected, list):
        return len(given) == len(expected) and all(map(_same, given, expected))
    return bool(given == expected)
