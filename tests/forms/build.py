"""Writes forms for tests as form-js would store them."""

import json
from typing import Any

from forms.schema import Form, parse

Written = dict[str, Any]


def field(kind: str, key: str, **settings: Any) -> Written:
    return {"type": kind, "key": key, "id": f"Field_{key}", **settings}


def text(key: str, **settings: Any) -> Written:
    return field("textfield", key, **settings)


def number(key: str, **settings: Any) -> Written:
    return field("number", key, **settings)


def choice(key: str, *values: Any, kind: str = "select", **settings: Any) -> Written:
    written = [{"label": str(value), "value": value} for value in values]
    return field(kind, key, **({"values": written} if values else {}), **settings)


def group(*components: Written, path: str = "", **settings: Any) -> Written:
    return {"type": "group", "path": path, "components": list(components), **settings}


def rows(path: str, *components: Written, **settings: Any) -> Written:
    return {"type": "dynamiclist", "path": path, "components": list(components), **settings}


def source(*components: Written, **settings: Any) -> bytes:
    """The bytes of a `.form` file."""
    schema = {"type": "default", "id": "form", "schemaVersion": 19, "components": components}
    return json.dumps({**schema, **settings}).encode()


def form(*components: Written) -> Form:
    return parse(source(*components))
