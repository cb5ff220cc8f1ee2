"""Fields that hold what is personal or secret: marked by `properties.class` of a component."""

from collections.abc import Iterable

from forms.schema import Component, Form

#: Values of cases that are of a class are masked wherever somebody tries things out.
CLASSES = ("personal", "secret")
Path = tuple[str, ...]


def of(form: Form) -> dict[Path, str]:
    """The class of each variable that a form writes and that has one, by path.

    What lies in a list or group of a class is of that class too.
    """
    found: dict[Path, str] = {}
    _gather(form.components, (), "", found)
    return found


def written(component: Component) -> str:
    """What a component says of its class; empty when it says nothing."""
    properties = component.settings.get("properties")
    value = properties.get("class") if isinstance(properties, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _gather(
    components: Iterable[Component], outer: Path, inherited: str, found: dict[Path, str]
) -> None:
    for component in components:
        path = (*outer, *component.path)
        said = written(component)
        kind = said if said in CLASSES else inherited
        if kind and component.path:
            found[path] = kind
        _gather(component.components, path, kind, found)
