"""Where a value lives inside nested answers: `("items", 0, "price")`, written `items[0].price`."""

from copy import deepcopy
from itertools import pairwise
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]


class _Missing:
    """Stands for a value that is not there, which is not the same as null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()


def read(holder: Any, path: Path) -> Any:
    """The value at `path`, or MISSING."""
    value = holder
    for step in path:
        if not isinstance(value, dict if isinstance(step, str) else list):
            return MISSING
        try:
            inside: Any = value
            value = inside[step]
        except (KeyError, IndexError):
            return MISSING
    return value


def write(holder: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at `path`; objects that are missing on the way are made, rows are not.

    What stands where an object must be, such as a list or a text, gives way to one.
    """
    place: Any = holder
    for step, following in pairwise(path):
        if isinstance(following, str):
            there = place[step] if isinstance(step, int) else place.get(step)
            if not isinstance(there, dict):
                place[step] = {}
        place = place[step]
    place[path[-1]] = value


def without(holder: dict[str, Any], gone: list[Path]) -> dict[str, Any]:
    """A copy that lacks the values at the `gone` paths, and objects that are empty without them."""
    copy = deepcopy(holder)
    for path in gone:
        for end in range(len(path), 0, -1):
            place, step = read(copy, path[: end - 1]), path[end - 1]
            if isinstance(place, dict):
                place.pop(step, None)
            # Rows keep their numbers even when there is nothing left in them.
            if not isinstance(place, dict) or place:
                break
    return copy


def text(path: Path) -> str:
    """How a path is written for people and JSON: `items[0].price`."""
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else step
    return written
