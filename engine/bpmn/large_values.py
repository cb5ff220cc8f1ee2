"""Large variables are stored on their own, and only loaded and unpacked by who reads them.

Most steps of an instance touch none of its large values. A state holds a reference to each of them
when whoever stores it keeps their bytes apart, else their bytes as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from engine.bpmn import codec

#: Values above this many bytes are stored on their own.
LIMIT_BYTES = 32_768


#: Gives the bytes that were kept apart under a reference.
Read = Callable[[str], bytes]


def _read_nothing(ref: str) -> bytes:
    raise codec.UnreadableState(reason=f"nobody knows where its large value {ref} is")


@dataclass
class Packed:
    """A large value that nobody has read yet."""

    #: Names the content: equal values have equal ones.
    ref: str
    #: Bytes of the value before compression.
    size: int
    #: None: still where it is kept apart.
    content: bytes | None
    read: Read = _read_nothing

    @classmethod
    def of(cls, content: bytes) -> Packed:
        """The packed form of what the codec has written."""
        ref = sha256(content).hexdigest()[:32]
        return cls(ref, codec.size_of_dump(content), content)

    def bytes(self) -> bytes:
        """What the codec has written."""
        if self.content is None:
            self.content = self.read(self.ref)
        return self.content


class LazyVariables(dict[str, Any]):
    """Variables of which some are still packed."""

    def __init__(self, small: Mapping[str, Any], packed: Mapping[str, Packed]) -> None:
        super().__init__(small)
        self.packed = dict(packed)

    def __missing__(self, name: str) -> Any:
        value = codec.load(self.packed.pop(name).bytes())
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

    @property
    def size(self) -> int:
        """About how many bytes the values take, without unpacking any."""
        return codec.size(self.small()) + sum(each.size for each in self.packed.values())

    def small(self) -> dict[str, Any]:
        """What is not packed."""
        return dict(dict.items(self))

    def _unpack(self) -> None:
        for name in list(self.packed):
            self[name]


def pack(variables: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Packed]]:
    """Small variables as they are, and large ones packed."""
    packed: dict[str, Packed] = {}
    small = variables
    if isinstance(variables, LazyVariables):
        packed, small = dict(variables.packed), variables.small()
    for name, value in small.items():
        if isinstance(value, str | bytes | list | dict) and codec.size(value) > LIMIT_BYTES:
            packed[name] = Packed.of(codec.dump(value))
    return {name: value for name, value in small.items() if name not in packed}, packed


def unpackable(small: dict[str, Any], packed: dict[str, Packed]) -> dict[str, Any]:
    """The variables of what was packed."""
    return LazyVariables(small, packed) if packed else small


def held(variables: dict[str, Any]) -> dict[str, Any]:
    """What stands under each name, packed or not: another object where a variable was changed."""
    if isinstance(variables, LazyVariables):
        return {**variables.small(), **variables.packed}
    return dict(variables)


def size(variables: dict[str, Any]) -> int:
    """About how many bytes variables take before compression; nothing is unpacked for it."""
    return variables.size if isinstance(variables, LazyVariables) else codec.size(variables)
