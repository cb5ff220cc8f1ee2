"""End events: they consume their token and may throw, fail, or end everything around."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.bpmn.errors import ElementFailed
from engine.bpmn.specs import transaction
from engine.bpmn.specs.throw_event import ThrowEvent
from engine.bpmn.specs.throwing import find_handler

if TYPE_CHECKING:
    from engine.bpmn.specs.definition import Definition
    from engine.bpmn.token import Token


class EndEvent(ThrowEvent):
    """The end of one path."""

    def throw(self, token: Token, definition: Definition) -> bool:
        """Throw one thing; False when that ended the token."""
        match definition.kind:
            case "error":
                return self._throw_error(token, definition)
            case "cancel":
                return self._cancel(token)
            case "terminate":
                return self._terminate(token)
            case _:
                return super().throw(token, definition)

    def _throw_error(self, token: Token, definition: Definition) -> bool:
        code = definition.thrown_code(token.data)
        handler = find_handler(token, "error", code)
        if handler is None:
            what = f"the error {code}" if code else "this error"
            raise ElementFailed("error", f"Nobody catches {what}.")
        self._log_end(token)
        handler.handle({})
        return False

    def _cancel(self, token: Token) -> bool:
        found = transaction.around(token)
        node = found.node if found is not None else None
        if found is None or not isinstance(node, transaction.Transaction):
            raise ElementFailed("error", "There is no transaction to cancel here.")
        if node.way_out() is None:
            name = node.element.name or node.element.id
            raise ElementFailed("error", f"Nobody catches the cancellation of {name}.")
        self._log_end(token)
        node.cancel(found)
        return False

    def _terminate(self, token: Token) -> bool:
        case, level = token.case, token.workflow
        self._log_end(token)
        case.drop(token)
        case.clear(level)
        case.settle(level)
        return False

    def _log_end(self, token: Token) -> None:
        """Log the end now: what is thrown takes the token away."""
        token.case.log(token, "complete")
        token.entered = False
