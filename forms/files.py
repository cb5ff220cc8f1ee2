"""Files in answers: each is `{id, name, mediaType, size}`, kept elsewhere under its id.

What a person sends is only trusted for the ids; names, types and sizes are filled in by whoever
keeps the files (work/form_files.py).
"""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from uuid import UUID

from forms.schema import Component, Form

#: Most files of one field.
MAX_FILES = 20


def references(component: Component, value: Any) -> list[UUID] | None:
    """The ids of the files in an answer; None when it is no answer to a file picker."""
    listed = value if isinstance(value, list) else [value]
    if len(listed) > MAX_FILES:
        return None
    found = []
    for each in listed:
        try:
            found.append(UUID(each["id"]))
        except (TypeError, KeyError, ValueError, AttributeError):
            return None
    return found


def pickers(form: Form, clean: dict[str, Any]) -> Iterator[tuple[Component, dict[str, Any], str]]:
    """Each file picker with an answer: the component, and the object and key that hold it."""
    yield from _pickers(form.components, clean)


def is_accepted(accept: str, name: str, media_type: str) -> bool:
    """Whether a file is of a kind that a field accepts: `.pdf, image/*, text/csv`."""
    wanted = [each.strip().lower() for each in accept.split(",") if each.strip()]
    suffix = PurePath(name).suffix.lower()
    return not wanted or any(
        each == suffix
        if each.startswith(".")
        else re.fullmatch(re.escape(each).replace(r"\*", ".*"), media_type.lower())
        for each in wanted
    )


def _pickers(
    components: tuple[Component, ...], holder: Any
) -> Iterator[tuple[Component, dict[str, Any], str]]:
    for component in components:
        *above, last = component.path or ("",)
        place = holder
        for step in above:
            place = place.get(step) if isinstance(place, dict) else None
        if not isinstance(place, dict):
            continue
        if component.type == "filepicker" and place.get(last):
            yield component, place, last
        elif component.components:
            below = place.get(last) if component.path else place
            for each in below if component.repeats and isinstance(below, list) else [below]:
                yield from _pickers(component.components, each)
