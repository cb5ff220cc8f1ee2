"""A sequence flow between two elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.scripting import Expression
    from engine.bpmn.specs.node import Node


@dataclass(frozen=True, eq=False)
class Flow:
    """Where a token goes next, and on which condition."""

    id: str
    source: Node
    target: Node
    condition: Expression | None
    is_default: bool
