"""Where a name's value is found at run time, decided while compiling.

A frame is a list: the context, the run (or None), then one slot for each local name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Frame: TypeAlias = list[Any]
Code: TypeAlias = Callable[[Frame], Any]

CONTEXT = 0
RUN = 1
FIRST_SLOT = 2


class _Missing:
    """Stands for no value at all, which is not null."""


MISSING: Any = _Missing()


@dataclass
class Layer:
    """Local names with their slots; or, when `item` is set, the entries of a filtered item."""

    slots: dict[str, int] = field(default_factory=dict)
    item: int | None = None


class Scope:
    """The local names at the point that is compiled, and what was learned on the way."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.size = FIRST_SLOT
        self.reads: set[str] = set()
        self.needs_run = False

    def new_slot(self) -> int:
        """A slot that nothing else uses."""
        self.size += 1
        return self.size - 1

    def declare(self, name: str) -> int:
        """A slot for a local name in the innermost layer."""
        slot = self.new_slot()
        self.layers[-1].slots[name] = slot
        return slot

    def find(self, name: str) -> tuple[list[int], int | None]:
        """Slots of filtered items that may have an entry of that name, then the local's slot."""
        items: list[int] = []
        for layer in reversed(self.layers):
            if layer.item is not None:
                items.append(layer.item)
            if name in layer.slots:
                return items, layer.slots[name]
        return items, None


def warn(frame: Frame, sentence: str) -> None:
    """Remember why something became null."""
    if frame[RUN] is not None:
        frame[RUN].warn(sentence)
