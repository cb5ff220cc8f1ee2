"""Scenarios played with forms that are being drawn: they must take the answers given."""

from collections.abc import Iterable, Mapping
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
    """A form as it is drawn, and as it is deployed last."""

    key: str
    drawn: Form
    deployed: Form

    def refused(self, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> list[str]:
        """The fields that it would not accept, and what is deployed would."""
        before = _refused(self.deployed, answers, variables)
        return sorted(_refused(self.drawn, answers, variables) - before)


def read(key: str, drawn: str, deployed: str) -> DrawnForm | None:
    """The form to play with; None while it cannot be read."""
    try:
        return DrawnForm(key, schema.parse(drawn.encode()), schema.parse(deployed.encode()))
    except Invalid:
        return None


class FormedPlay(SteppedPlay):
    """A play whose tasks are answered as the drawn forms ask."""

    def __init__(self, *args: Any, forms: Iterable[DrawnForm], **more: Any) -> None:
        super().__init__(*args, **more)
        self.forms = {form.key: form for form in forms}

    def complete(self, name: str, variables: Mapping[str, Any] | None = None) -> None:
        """Complete a task. Raises CannotPlay when its form would not accept the answers."""
        for found in self.stage.open():
            form = self._form_of(found, name)
            if form is not None:
                known = found.runtime.token_variables(found.wait.token)
                if fields := form.refused(variables or {}, known):
                    raise CannotPlay(f"the form does not accept {', '.join(fields)}.")
                break
        super().complete(name, variables)

    def _form_of(self, found: Open, name: str) -> DrawnForm | None:
        """The form of a task that is meant by the name."""
        if found.wait.kind != "user_task" or not Named.parse(name).matches(found.wait):
            return None
        element = found.runtime.program.element(found.wait.process_key, found.wait.element_id)
        return self.forms.get(element.settings.form.key) if element.settings.form else None


def _refused(form: Form, answers: Mapping[str, Any], variables: Mapping[str, Any]) -> set[str]:
    try:
        validate.validate(form, dict(answers), dict(variables))
    except FormInvalid as refused:
        return set(refused.context["fields"])
    return set()
