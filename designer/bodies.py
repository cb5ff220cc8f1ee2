"""What the designer's scripts send: JSON objects, and the fields that must be there."""

from typing import Any

from flask import request

from core.errors import Invalid
from core.model import Json


class FieldMissing(Invalid):
    """The request lacks {field}."""


def body() -> Json:
    """The JSON object of the request. Raises Invalid."""
    sent: Any = request.get_json()
    if not isinstance(sent, dict):
        raise Invalid
    return sent


def text(field: str) -> str:
    """A text of the request's object. Raises FieldMissing."""
    value = body().get(field)
    if not isinstance(value, str):
        raise FieldMissing(field=field)
    return value
