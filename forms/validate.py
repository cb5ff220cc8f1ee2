"""Validates the answers to a form on the server, as form-js does in the browser.

What the browser says is taken only for fields that were there and open: values of unknown,
hidden, disabled and read-only fields are dropped, and expression fields are computed anew. A key
that is absent is worth what the page would have shown: the variable, the default, or nothing.
"""

from copy import deepcopy
from typing import Any

from core.values import require_depth
from forms import fields, paths
from forms.errors import FormInvalid
from forms.paths import MISSING, Path, read, write
from forms.schema import Component, Form
from forms.scope import Place, Scope, places, shown

#: Most rows of one list.
MAX_ROWS = 1_000
#: How often expression fields that read each other are computed again.
MAX_ROUNDS = 10

Json = dict[str, Any]


def validate(form: Form, answers: Json, variables: Json) -> Json:
    """The clean values of a submission, by process variable.

    `variables` are what the process has; a key like `customer.name` changes only that part of
    the variable. Raises FormInvalid with `context.fields`: a sentence for each path.
    """
    require_depth(answers)
    data, wrong = _filled(form, answers, variables)
    if wrong:
        raise FormInvalid(fields=wrong)
    begun, _ = _filled(form, {}, variables)
    there, data = _settled(form, data, begun)
    wrong = {}
    clean: Json = {}
    for place in there:
        if place.is_locked:
            continue
        value = read(data, place.path)
        sentence = None if place.component.repeats else _problem(place, value)
        if sentence is not None:
            wrong[paths.text(place.path)] = sentence
        else:
            _keep(clean, place, value, answers, variables)
    if wrong:
        raise FormInvalid(fields=wrong)
    return clean


def for_start(form: Form, answers: Json) -> Json:
    """The clean values of a start form, when there is no instance and no variable yet."""
    return validate(form, answers, {})


def initial(form: Form, variables: Json) -> Json:
    """The data a page opens with: the variables, defaults, and computed values."""
    data, _ = _filled(form, {}, variables)
    return _settled(form, data, data)[1]


def _filled(form: Form, answers: Json, variables: Json) -> tuple[Json, dict[str, str]]:
    """The variables with the answers laid over them, where the form lets people answer."""
    data, wrong = _laid_over(form, answers, variables)
    locked = [place.path for place in places(form, data) if place.is_locked]
    smuggled = [path for path in locked if read(answers, path) is not MISSING]
    if smuggled:
        answers = paths.without(answers, smuggled)
        data, wrong = _laid_over(form, answers, variables)
    for place in places(form, data):
        if not place.component.repeats and read(answers, place.path) is MISSING:
            value = read(data, place.path)
            write(data, place.path, fields.fitting(place.component, value, place.scope))
    return data, wrong


def _laid_over(form: Form, answers: Json, variables: Json) -> tuple[Json, dict[str, str]]:
    wrong: dict[str, str] = {}
    data = deepcopy(dict(variables))
    _fill(form.components, data, answers, variables, (), wrong)
    return data, wrong


def _fill(
    components: tuple[Component, ...],
    data: Json,
    answers: Json,
    variables: Json,
    above: Path,
    wrong: dict[str, str],
) -> None:
    for component in components:
        path = above + component.path
        if component.is_input and component.path:
            given = read(answers, path)
            known = read(variables, path)
            write(data, path, _first(component, known) if given is MISSING else given)
        elif component.repeats and component.path:
            rows = _rows(component, read(answers, path), read(variables, path))
            if isinstance(rows, str):
                wrong[paths.text(path)] = rows
                rows = []
            write(data, path, rows)
            for number in range(len(rows)):
                _fill(component.components, data, answers, variables, (*path, number), wrong)
        else:
            _fill(component.components, data, answers, variables, path, wrong)


def _first(component: Component, known: Any) -> Any:
    """What a field shows before anybody touched it."""
    if known is not MISSING:
        return known
    default = component.settings.get("defaultValue")
    return fields.empty(component) if default is None else default


def _rows(component: Component, given: Any, known: Any) -> list[Json] | str:
    """The bare rows of a list, or a sentence saying why the answer is none."""
    if given is MISSING and isinstance(known, list):
        return _known_rows(known)
    if given is MISSING:
        count = component.settings.get("defaultRepetitions", 1)
        given = [{}] * (count if isinstance(count, int) and 0 <= count <= MAX_ROWS else 1)
    if given is None:
        given = []
    # A row without any field that is shown is sent as null.
    if not isinstance(given, list) or not all(isinstance(row, dict | None) for row in given):
        return "Answer with a list of rows."
    if len(given) > MAX_ROWS:
        return f"Enter at most {MAX_ROWS:,} rows."
    if not component.rows_are_fixed or not isinstance(known, list):
        return [{} for _ in given]
    if len(given) != len(known):
        return f"This list has {len(known)} rows; none can be added or removed."
    return _known_rows(known)


def _known_rows(known: list[Any]) -> list[Json]:
    """Rows with what the process has in them, which is right while rows keep their places."""
    return [deepcopy(row) if isinstance(row, dict) else {} for row in known]


def _settled(form: Form, data: Json, begun: Json) -> tuple[list[Place], Json]:
    """What is shown, once the expression fields are computed and change no more."""
    for _ in range(MAX_ROUNDS):
        there, seen = shown(form, data, begun)
        changed = False
        for place in there:
            if place.component.type == "expression":
                value = _computed(place.component, place.scope)
                changed = changed or value != read(data, place.path)
                write(data, place.path, value)
                write(seen, place.path, value)
        if not changed:
            break
    return there, seen


def _computed(component: Component, scope: Scope) -> Any:
    expression = component.settings.get("expression")
    return scope.evaluate(expression) if isinstance(expression, str) and expression else None


def _problem(place: Place, value: Any) -> str | None:
    return fields.problem(place.component, None if value is MISSING else value, place.scope)


def _keep(clean: Json, place: Place, value: Any, answers: Json, variables: Json) -> None:
    """Write one clean value; beside a nested one stays what the variable had there."""
    top = place.path[0]
    if len(place.path) > 1 and top not in clean:
        known = variables.get(str(top))
        clean[str(top)] = deepcopy(known) if isinstance(known, dict) else {}
    if place.component.repeats:
        given, known = read(answers, place.path), read(variables, place.path)
        write(clean, place.path, _rows(place.component, given, known))
    else:
        value = None if value is MISSING else value
        write(clean, place.path, fields.normal(place.component, value))
