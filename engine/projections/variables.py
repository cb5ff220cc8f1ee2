"""The variables by which instances can be searched: those that the process labels."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.values import to_json
from engine.bpmn.model import ProcessModel
from engine.bpmn.runtime import Runtime
from engine.models import InstanceVariable, ProcessInstance

#: Longer values are searched by their beginning.
MAX_VALUE_LENGTH = 200


def project_variables(session: Session, instance: ProcessInstance, runtime: Runtime) -> None:
    """Write down the labelled variables as they are now; most steps change none of them."""
    labels = labelled(runtime.program.model)
    if not runtime.may_have_changed(labels):
        return
    variables = runtime.variables
    wanted = {
        name: as_text(variables[name]) for name in labels if is_searchable(variables.get(name))
    }
    query = select(InstanceVariable).where(InstanceVariable.instance_id == instance.id)
    # What else the step changed is written once, by whoever saves.
    with session.no_autoflush:
        stored = session.scalars(query).all()
    for row in stored:
        if row.name in wanted:
            row.value = wanted.pop(row.name)
        else:
            session.delete(row)
    session.add_all(
        InstanceVariable(instance_id=instance.id, name=name, value=value)
        for name, value in wanted.items()
    )


def labelled(model: ProcessModel) -> list[str]:
    """Names of the variables that a process or one of its elements labels."""
    places = [model.settings, *(element.settings for element in model.elements.values())]
    return sorted({label.variable for place in places for label in place.label if label.variable})


def is_searchable(value: Any) -> bool:
    """Whether a value is a text, number, date or yes/no: something to compare with."""
    return value is not None and not isinstance(to_json(value), dict | list)


def as_text(value: Any) -> str:
    """How a value is stored and searched."""
    found = to_json(value)
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found)[:MAX_VALUE_LENGTH]
