"""What a form is drawn with: variables its processes know, and data of a past case to try it on."""

from collections.abc import Container, Iterable, Iterator

import orjson
from sqlalchemy.orm import Session

from core import clock, permissions
from core.errors import BackOfficeError
from core.model import Json
from core.people import Actor
from designer import catalogue, previews, scenarios, users
from designer.models import Draft
from engine import definitions, instances, log
from engine.bpmn.model import ProcessModel
from engine.bpmn.scenario import Scenario
from engine.models import ProcessInstance
from forms import classes, schema
from work import masking

MAX_VARIABLES = 300
#: Newest cases of each process that are looked through for one that came to the form.
MAX_CASES = 5
#: A variable that takes more bytes as JSON is left out of the sample.
MAX_VALUE_BYTES = 4_000


def of_form(session: Session, draft: Draft, *, by: Actor) -> Json:
    """`{variables, sample}` for a form: names, and `{case | scenario, variables}` or None.

    The sample is of the newest case `by` may see, as it was when it last came to the form; without
    one of a scenario that comes to it. Values of a class are made up, whether a process, a deployed
    form or this draft says so.
    """
    found = users.models_of_form(session, draft.key, by=by)
    forms = {each["key"]: each["keys"] for each in catalogue.forms(session, by=by)}
    others = {key: names for key, names in forms.items() if key != draft.key}
    written = {name for model in found for name in _written(model, others)}
    sample = _sample(session, draft, found, by=by) or _told(session, draft, found)
    names = written | set(sample["variables"] if sample else ())
    return {"variables": sorted(names)[:MAX_VARIABLES], "sample": sample}


def _written(model: ProcessModel, forms: dict[str, list[str]]) -> Iterator[str]:
    """The variables that the settings of a process write or name, as its panel completes them."""
    for settings in (model.settings, *(each.settings for each in model.elements.values())):
        yield from (each.name for each in settings.outputs if each.name)
        yield from (each.variable for each in settings.label if each.variable)
        if settings.connector is not None:
            yield from (each.name for each in settings.connector.outputs if each.name)
        if settings.call is not None:
            yield from (each.target for each in settings.call.outs if each.target)
        if settings.decision is not None and settings.decision.result:
            yield settings.decision.result
        if settings.result:
            yield settings.result
        if settings.form is not None:
            yield from forms.get(settings.form.key, ())


def _sample(
    session: Session, draft: Draft, found: Iterable[ProcessModel], *, by: Actor
) -> Json | None:
    if not permissions.may(by, "instance.see"):
        return None
    for model in found:
        tasks = _tasks(model, draft.key)
        for case in instances.find(session, key=model.key, limit=MAX_CASES, by=by):
            moments = [at for task in tasks if (at := previews.came_at(session, case, task))]
            if moments:
                past = log.rebuild(session, case, min(max(moments), clock.now()))
                known = _classes(session, draft, case, model)
                shown = masking.stand_ins(past.variables, known)
                name = case.business_key or f"…{case.id.hex[-8:]}"
                return {"case": name, "variables": _short(shown)}
    return None


def _told(session: Session, draft: Draft, found: Iterable[ProcessModel]) -> Json | None:
    """What a scenario says before it answers a task with the form."""
    for model in found:
        tasks = _tasks(model, draft.key)
        for kept in scenarios.of_process(session, model.key):
            said = _before(scenarios.as_scenario(kept), tasks)
            if said is not None:
                return {"scenario": kept.name, "variables": _short(said)}
    return None


def _tasks(model: ProcessModel, key: str) -> list[str]:
    """The elements that show a form."""
    return [
        each.id
        for each in model.elements.values()
        if each.settings.form is not None and each.settings.form.key == key
    ]


def _before(scenario: Scenario, tasks: Container[str]) -> Json | None:
    """The variables given until one of the tasks is completed; None when none is."""
    message = scenario.start.get("message") or {}
    said = {**(scenario.start.get("variables") or {}), **(message.get("with") or {})}
    for step in scenario.steps:
        if step.kind == "complete" and step.value in tasks:
            return said
        if step.kind == "set":
            said |= step.value or {}
        said |= step.more.get("with") or {}
    return None


def _classes(
    session: Session, draft: Draft, case: ProcessInstance, model: ProcessModel
) -> masking.Classes:
    """What any version that counts, or the drawing itself, says is personal or secret."""
    own = definitions.get(session, case.definition_id)
    latest = definitions.find_latest(session, "process", case.key) or own
    known = masking.of_definitions(session, {own.id: own, latest.id: latest}.values())
    known |= masking.of_models([model], ())
    try:
        known |= classes.of(schema.parse(draft.content.encode()))
    except BackOfficeError:
        return known
    return known


def _short(variables: Json) -> Json:
    return {
        name: value
        for name, value in variables.items()
        if len(orjson.dumps(value, default=str)) <= MAX_VALUE_BYTES
    }
