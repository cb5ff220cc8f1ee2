"""Event sub-processes: their start listens while the level around them runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.specs.definition import WAITING_KINDS
from engine.bpmn.specs.listening import Listening
from engine.bpmn.specs.sub_process import SubProcess

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.model import Element
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class EventSubProcess(SubProcess):
    """The sub-process itself: begins at the start event that was triggered."""


class EventSubProcessStart(Listening):
    """The start event of an event sub-process, as the level around it sees it."""

    def __init__(self, spec: ProcessSpec, element: Element, target: EventSubProcess) -> None:
        super().__init__(spec, element)
        self.target = target

    @property
    def waits_as_token(self) -> bool:
        """Whether it is armed; errors and escalations are looked up when they are thrown."""
        return any(each.kind in WAITING_KINDS for each in self.definitions)

    def react(self, token: Token, variables: Mapping[str, Any], which: int) -> None:
        """Begin the sub-process; a start that does not interrupt goes on listening."""
        self.fire(token.workflow, variables)
        if token.is_alive and not self.again(token, which):
            token.case.drop(token)

    def fire(self, level: Level, variables: Mapping[str, Any]) -> None:
        """Begin the sub-process, and end everything else in its level when it interrupts."""
        case = level.top_workflow
        if self.element.interrupting:
            case.clear(level)
        case.write(level.scope, variables)
        started = case.spawn(level, self.target)
        started.internal_data["start"] = self.element.id
