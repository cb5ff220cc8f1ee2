"""Business rule tasks: a decision is evaluated in place, or a rule service is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import BackOfficeError
from engine.bpmn.errors import ElementFailed
from engine.bpmn.journal import Decided
from engine.bpmn.specs.waiting_task import ServiceTask

if TYPE_CHECKING:
    from engine.bpmn.token import Token


class BusinessRuleTask(ServiceTask):
    """Asks the program's `decide`; without one, or a decision, it waits like a service task."""

    def execute(self, token: Token) -> bool:
        """Evaluate the decision, or wait."""
        decision, decide = self.element.settings.decision, token.case.program.decide
        if decision is None or decide is None or self.element.settings.connector is not None:
            return False
        try:
            value = decide(decision, token.data)
        except BackOfficeError as error:
            raise ElementFailed("decision", f"Decision {decision.key}: {error}") from error
        if isinstance(value, Decided):
            # Told when the element is left: see Case.log.
            token.internal_data["decision"] = value.details
            value = value.value
        if decision.result is not None:
            token.case.write(token.scope, {decision.result: value})
        elif isinstance(value, dict):
            token.case.write(token.scope, value)
        return True
