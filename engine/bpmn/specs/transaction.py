"""Transactions: sub-processes that can be cancelled, which undoes what they completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.specs import compensation
from engine.bpmn.specs.sub_process import SubProcess

if TYPE_CHECKING:
    from engine.bpmn.specs.boundary_event import BoundaryEvent
    from engine.bpmn.token import Token


class Transaction(SubProcess):
    """Cancelled, it compensates and leaves by its cancel boundary event."""

    def cancel(self, token: Token) -> None:
        """End all that runs inside and undo all that was completed."""
        level = token.case.subprocesses[token.id]
        token.case.clear(level)
        if not compensation.begin(token, level, None):
            self._leave_cancelled(token)

    def child_left(self, token: Token, child: Token) -> None:
        """One compensation is done."""
        if not compensation.go_on(token):
            self._leave_cancelled(token)

    def _leave_cancelled(self, token: Token) -> None:
        boundary = self.way_out()
        assert boundary is not None
        boundary.fire(token, {})

    def way_out(self) -> BoundaryEvent | None:
        """The cancel boundary event."""
        return next((each for each in self.boundaries if each.catches("cancel")), None)


def around(token: Token) -> Token | None:
    """The innermost transaction a token is in."""
    parent = token.workflow.parent_token
    while parent is not None and not isinstance(parent.node, Transaction):
        parent = parent.workflow.parent_token
    return parent
