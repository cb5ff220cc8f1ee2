"""Connectors that the designer offers: those of the platform, and descriptions by integrators.

An integrator lays a JSON file into the folder `connectors` of the data folder; it appears in the
designer's pickers and menus at once, without a line of front-end code. docs/guides/connectors.md
tells what stands in it. What cannot be read is not offered, and says why.
"""

import json
import logging
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from core.model import Json

log = logging.getLogger(__name__)

BUILT_IN: list[Json] = json.loads((Path(__file__).parent / "connectors.json").read_text())
#: The folder within the data folder.
FOLDER = "connectors"
MAX_FILES = 200
MAX_BYTES = 100_000
INPUT_TYPES = ("text", "number", "yes or no", "choice", "expression")
_TEXTS = ("key", "name", "description", "type", "topic", "icon")
_LISTS = ("inputs", "outputs")
_RETRY = ("attempts", "delay", "backoff", "max", "promise")


class Unreadable(ValueError):
    """Why a description cannot be offered."""


def offered(data_dir: Path) -> tuple[list[Json], list[str]]:
    """Descriptions of all connectors, and a sentence for each file that cannot be offered."""
    found, problems = list(BUILT_IN), []
    for path in sorted((data_dir / FOLDER).glob("*.json"))[:MAX_FILES]:
        try:
            description = read(path.read_bytes(), taken={each["key"] for each in found})
        except (OSError, ValueError) as error:
            sentence = f"{path.name}: {error}"
            log.warning("a connector's description is not offered: %s", sentence)
            problems.append(sentence)
        else:
            found.append(description)
    return found, problems


def read(data: bytes, *, taken: Collection[str] = ()) -> Json:
    """One description as the designer's scripts take it. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it has more than {MAX_BYTES} bytes")
    try:
        description = json.loads(data)
    except ValueError as error:
        raise Unreadable(f"it is not JSON: {error}") from None
    if not isinstance(description, dict):
        raise Unreadable("it is no object")
    _require_known(description, (*_TEXTS, *_LISTS, "fixed", "retry"), "the description")
    for name in ("key", "name", "type"):
        if not description.get(name):
            raise Unreadable(f"it has no {name}")
    if any(not isinstance(description.get(name, ""), str) for name in _TEXTS):
        raise Unreadable(f"{', '.join(_TEXTS)} are texts")
    if description["key"] in taken:
        raise Unreadable(f"the key {description['key']} is taken already")
    base = next((each for each in BUILT_IN if each["key"] == description["type"]), None)
    if base is None:
        names = ", ".join(each["key"] for each in BUILT_IN)
        raise Unreadable(f"its type is one of {names}, not {description['type']}")
    if description["type"] == "external" and not description.get("topic"):
        raise Unreadable("a connector of type external has a topic")
    return {
        **description,
        "icon": _icon(description.get("icon", "")),
        "fixed": _texts(description.get("fixed", {}), "fixed"),
        "retry": _retry(description.get("retry", {})),
        "inputs": [_input(each) for each in _list(description, "inputs")],
        "outputs": [_output(each) for each in _list(description, "outputs")],
    }


def _input(given: Any) -> Json:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str) or not given["name"]:
        raise Unreadable("each of the inputs has a name")
    name, kind = given["name"], given.get("type", "text")
    known = ("name", "label", "description", "type", "options", "required", "default", "long")
    _require_known(given, known, f"the input {name}")
    if kind not in INPUT_TYPES:
        raise Unreadable(f"the input {name} is of type {kind}; known are {', '.join(INPUT_TYPES)}")
    options = given.get("options", [])
    if not isinstance(options, list) or not all(isinstance(each, str) for each in options):
        raise Unreadable(f"the options of the input {name} are a list of texts")
    if kind == "choice" and not options:
        raise Unreadable(f"the input {name} offers no options")
    choices = options or (["=true", "=false"] if kind == "yes or no" else None)
    rest = {key: given[key] for key in ("description", "required", "default") if key in given}
    label = given.get("label") or name
    return {**rest, "name": name, "label": label, "type": kind, "options": choices}


def _output(given: Any) -> Json:
    fields = _texts(given, "an output")
    if not fields.get("name") or not fields.get("value"):
        raise Unreadable("each of the outputs has a name and a value")
    return {"name": fields["name"], "value": fields["value"]}


def _retry(given: Any) -> dict[str, str]:
    found = _texts(given, "retry")
    _require_known(found, _RETRY, "retry")
    return found


def _icon(given: str) -> str:
    """An SVG as an address that the page may show; pictures run no scripts."""
    if given and not given.lstrip().startswith("<svg"):
        raise Unreadable("its icon is the text of an SVG: <svg …>")
    return f"data:image/svg+xml,{quote(given)}" if given else ""


def _list(description: Json, name: str) -> list[Any]:
    found = description.get(name, [])
    if not isinstance(found, list):
        raise Unreadable(f"{name} are a list")
    return found


def _texts(given: Any, what: str) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise Unreadable(f"{what}: names with texts")
    return dict(given)


def _require_known(given: Json, known: tuple[str, ...], what: str) -> None:
    strange = [name for name in given if name not in known]
    if strange:
        raise Unreadable(f"{what} has {', '.join(strange)}, which nobody knows")
