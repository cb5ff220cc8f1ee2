"""The process instance and its running sub-processes: live tokens of one spec each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from engine.bpmn.variables import Scope

if TYPE_CHECKING:
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token
    from engine.bpmn.workflow import Case


class Level:
    """What the process instance and its sub-processes have in common: live tokens of one spec."""

    spec: ProcessSpec
    tasks: dict[str, Token]
    top_workflow: Case
    #: The token of the sub-process or call activity this runs under.
    parent_token: Token | None
    completed: bool
    depth: int

    def open_level(self, scope: Scope) -> None:
        """Begin without tokens."""
        self.scope = scope
        #: Tokens that keep this level running: not listeners, not children of others.
        self.open = 0
        #: Tokens that wait at a join, by node.
        self.arrived: dict[str, list[Token]] = {}
        #: Whether the level stays although no token is left in it.
        self.held = False
        #: Flows into complex gateways that have fired, whose tokens come too late.
        self.swallowing: dict[str, list[str]] = {}
        #: Completed activities that compensation could undo, in order.
        self.compensations: list[dict[str, Any]] = []

    def roots(self) -> Iterator[Token]:
        """The tokens that lie directly in this level."""
        return (token for token in self.tasks.values() if token.parent is None)


class SubLevel(Level, BpmnSubWorkflow):  # type: ignore[misc]
    """A running sub-process or called process."""

    def __init__(self, spec: ProcessSpec, parent: Token, scope: Scope) -> None:
        self.parent_token = parent
        BpmnSubWorkflow.__init__(self, spec, parent.id, parent.case, deserializing=True)
        self.open_level(scope)

    def _calculate_depth(self) -> int:
        level = self.parent_token.workflow if self.parent_token else None
        depth: int = level.depth + 1 if level is not None else 1
        return depth
