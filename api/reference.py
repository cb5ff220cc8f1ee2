"""The OpenAPI description turned into what the page `/api/docs` shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")
MAX_DEPTH = 6

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One field of a body or answer, or one parameter."""

    name: str
    kind: str
    is_required: bool
    about: str


@dataclass(frozen=True)
class Answer:
    """What one status means, and the fields that come with it."""

    status: str
    about: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Operation:
    """One call: a method on a path."""

    method: str
    path: str
    summary: str
    about: str
    parameters: tuple[Line, ...]
    body_kind: str
    body: tuple[Line, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Chapter:
    """The operations on one kind of thing."""

    name: str
    anchor: str
    operations: tuple[Operation, ...]


def chapters(description: Schema) -> list[Chapter]:
    """All operations of an OpenAPI document, in the order of its tags."""
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in description["tags"]}
    schemas = description["components"]["schemas"]
    for path, methods in sorted(description["paths"].items()):
        for method in METHODS:
            if method in methods:
                written = methods[method]
                found[written["tags"][0]].append(_operation(method, path, written, schemas))
    return [
        Chapter(name, name.lower().replace(" ", "-"), tuple(operations))
        for name, operations in found.items()
        if operations
    ]


def _operation(method: str, path: str, written: Schema, schemas: Schema) -> Operation:
    content = written.get("requestBody", {}).get("content", {})
    body_kind, body = next(iter(content.items()), ("", {}))
    return Operation(
        method=method.upper(),
        path=path,
        summary=written.get("summary", ""),
        about=written.get("description", ""),
        parameters=tuple(
            Line(
                f"{each['name']} ({each['in']})",
                _kind(each["schema"]),
                bool(each.get("required")),
                each.get("description", ""),
            )
            for each in written.get("parameters", ())
        ),
        body_kind=body_kind,
        body=tuple(_lines(body.get("schema", {}), schemas, "")),
        answers=tuple(
            _answer(status, each, schemas) for status, each in written["responses"].items()
        ),
    )


def _answer(status: str, written: Schema, schemas: Schema) -> Answer:
    content = next(iter(written.get("content", {}).values()), {})
    # Every failure looks the same, and the text on top says how.
    schema = content.get("schema", {}) if status < "300" else {}
    return Answer(status, written["description"], tuple(_lines(schema, schemas, "")))


def _lines(schema: Schema, schemas: Schema, above: str, depth: int = 0) -> Iterator[Line]:
    """The fields of a schema, nested ones as `items[].id`."""
    schema = _resolved(schema, schemas)
    if schema.get("type") == "array":
        yield from _lines(schema["items"], schemas, f"{above}[]", depth + 1)
    for name, inner in schema.get("properties", {}).items() if depth < MAX_DEPTH else ():
        path = f"{above}.{name}" if above else name
        yield Line(path, _kind(inner), name in schema.get("required", ()), _about(inner))
        if "$ref" in inner or inner.get("type") == "array":
            yield from _lines(inner, schemas, path, depth + 1)


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    reference: str = schema.get("$ref", "")
    return schemas[reference.rpartition("/")[2]] if reference else schema


def _kind(schema: Schema) -> str:
    if "$ref" in schema:
        return "object"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    written = schema.get("type", "any")
    kind = " or ".join(written) if isinstance(written, list) else str(written)
    extra = schema.get("format") or " · ".join(map(str, schema.get("enum", ())))
    return f"{kind} ({extra})" if extra else kind


def _about(schema: Schema) -> str:
    return str(schema.get("description", ""))
