"""Large variables are stored on their own, and only unpacked by who reads them.

Most steps of an instance touch none of its large values; their bytes go from one stored state to
the next as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bpmn import codec

#: Values above this many bytes are stored on their own.
LIMIT_BYTES = 32_768


class LazyVariables(dict[str, Any]):
    """Variables of which some are still packed."""

    def __init__(self, small: Mapping[str, Any], packed: Mapping[str, bytes]) -> None:
        super().__init__(small)
        self.packed = dict(packed)

    def __missing__(self, name: str) -> Any:
        value = codec.load(self.packed.pop(name))
        super().__setitem__(name, value)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        self.packed.pop(name, None)
        super().__setitem__(name, value)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.packed

    def __iter__(self) -> Iterator[str]:
        self._unpack()
        return super().__iter__()

    def __len__(self) -> int:
        return super().__len__() + len(self.packed)

    def __eq__(self, other: object) -> bool:
        self._unpack()
        return super().__eq__(other)

    __hash__ = None

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a variable, unpacked."""
        try:
            return self[name]
        except KeyError:
            return default

    def pop(self, name: str, *default: Any) -> Any:
        """Take a variable out."""
        self.packed.pop(name, None)
        return super().pop(name, *default)

    def keys(self) -> Any:
        """All names; unpacks everything."""
        self._unpack()
        return super().keys()

    def items(self) -> Any:
        """All variables; unpacks everything."""
        self._unpack()
        return super().items()

    def values(self) -> Any:
        """All values; unpacks everything."""
        self._unpack()
        return super().values()

    def small(self) -> dict[str, Any]:
        """What is not packed."""
        return dict(dict.items(self))

    def _unpack(self) -> None:
        for name in list(self.packed):
            self[name]


def pack(variables: dict[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Small variables as they are, and large ones as bytes."""
    packed: dict[str, bytes] = {}
    small = variables
    if isinstance(variables, LazyVariables):
        packed, small = dict(variables.packed), variables.small()
    for name, value in small.items():
        if isinstance(value, str | bytes | list | dict) and codec.size(value) > LIMIT_BYTES:
            packed[name] = codec.dump(value)
    return {name: value for name, value in small.items() if name not in packed}, packed


def unpackable(small: dict[str, Any], packed: dict[str, bytes]) -> dict[str, Any]:
    """The variables of what was packed."""
    return LazyVariables(small, packed) if packed else small
