"""Scenarios played with a form that is being drawn: it must take the answers they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from engine.bpmn.naming import Named
from engine.bpmn.play import CannotPlay
from engine.bpmn.stage import Open
from engine.bpmn.stepping import SteppedPlay
from forms import schema, validate
from forms.errors import FormInvalid
from forms.schema import Form


@dataclass(frozen=True)
class DrawnForm:
    """A form as it is drawn; `deployed`: as it is deployed last, if it is."""

    key: str
    drawn: Form
    deployed: Form | None

    def refused(self, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
        """The fields that it would not accept, and what is deployed would."""
        before = _refused(self.deployed, answers, variables) if self.deployed else set()
        return sorted(_refused(self.drawn, answers, variables) - before)


def read(key: str, drawn: str, deployed: str | None) -> DrawnForm | None:
    """The form to play with; None while it cannot be read."""
    try:
        before = schema.parse(deployed.encode()) if deployed is not None else None
        return DrawnForm(key, schema.parse(drawn.encode()), before)
    except Invalid:
        return None


class FormedPlay(SteppedPlay):
    """A play whose tasks with the form are answered as it asks."""

    def __init__(self, *args: Any, form: DrawnForm, **more: Any) -> None:
        super().__init__(*args, **more)
        self.form = form

    def complete(self, name: str, variables: Mapping[str, Any] | None = None) -> None:
        """Complete a task. Raises CannotPlay when its form would not accept the answers."""
        found = next((each for each in self.stage.open() if self._is_asked(each, name)), None)
        if found is not None:
            known = found.runtime.token_variables(found.wait.token)
            if fields := self.form.refused(variables or {}, known):
                raise CannotPlay(f"the form does not accept {', '.join(fields)}.")
        super().complete(name, variables)

    def _is_asked(self, found: Open, name: str) -> bool:
        if found.wait.kind != "user_task" or not Named.parse(name).matches(found.wait):
            return False
        element = found.runtime.program.element(found.wait.process_key, found.wait.element_id)
        return element.settings.form is not None and element.settings.form.key == self.form.key


def _refused(form: Form, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> set[str]:
    try:
        validate.validate(form, dict(answers), dict(variables))
    except FormInvalid as refused:
        return set(refused.context["fields"])
    return set()
