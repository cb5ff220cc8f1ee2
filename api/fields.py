"""The fields that requests and answers are made of, in camelCase."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from apiflask import Schema
from marshmallow import INCLUDE, ValidationError, fields
from marshmallow.fields import (
    AwareDateTime,
    Boolean,
    Dict,
    Enum,
    Field,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from marshmallow.validate import Length, OneOf, Range

from core import dates, feel
from core.errors import Invalid

__all__ = [
    "AnyVariables",
    "Boolean",
    "Day",
    "Duration",
    "Enum",
    "Identifier",
    "Integer",
    "Length",
    "List",
    "Moment",
    "Name",
    "Nested",
    "Nothing",
    "OneOf",
    "Range",
    "Reference",
    "Shape",
    "String",
    "VariableFilters",
    "Variables",
]

MAX_NAME = 200
MAX_TEXT = 4_000
#: Most searchable variables that one list can be filtered by.
MAX_FILTERS = 10
MAX_DURATION = timedelta(days=3_660)
_YEARS = f"{dates.FIRST_YEAR} and {dates.LAST_YEAR}"


def camel_case(name: str) -> str:
    """`business_key` as it is written in JSON: `businessKey`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


class Shape(Schema):
    """The shape of a JSON object; `business_key` is written `businessKey`."""

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        field_obj.data_key = camel_case(field_name)


class Nothing(Shape):
    """An empty object, or no body at all."""


class AnyVariables(Shape):
    """An object of process variables, as the whole body."""

    class Meta:
        unknown = INCLUDE


class Name(String):
    """A name or key of 1 to 200 characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=Length(1, MAX_NAME), **options)


class Identifier(String):
    """A UUID that we made; described only, as answers are not validated."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"format": "uuid"}, **options)


class Reference(fields.UUID):
    """The id of something, as a caller names it."""


class Moment(AwareDateTime):
    """An ISO 8601 moment of a sane year; without a zone it is read as UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        # In an address a plus sign arrives as a blank.
        text = re.sub(r" (\d{2}:\d{2})$", r"+\1", value) if isinstance(value, str) else value
        moment: datetime = super()._deserialize(text, attr, data, **kwargs)
        if not dates.is_known(moment):
            raise ValidationError(f"Write a moment between {_YEARS}.")
        return moment.astimezone(UTC)


class Day(fields.Date):
    """An ISO 8601 day, `2026-01-31`."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if not dates.is_known(day):
            raise ValidationError(f"Write a day between {_YEARS}.")
        return day


class Duration(Field[timedelta]):
    """An ISO 8601 duration of days, hours, minutes and seconds."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> timedelta:
        try:
            duration = feel.parse_duration(value) if isinstance(value, str) else None
        except Invalid:
            duration = None
        if not isinstance(duration, timedelta) or not timedelta(0) <= duration <= MAX_DURATION:
            raise ValidationError("Write an ISO 8601 duration, like PT15M or P2D.")
        return duration


class VariableFilter(String):
    """`name:value` of a searchable variable, read as a pair."""

    def __init__(self, **options: Any) -> None:
        about = {"description": "`name:value` of a searchable variable."}
        super().__init__(validate=None, metadata=about, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        name, separator, wanted = str(value).partition(":")
        if not separator or not name or len(value) > MAX_TEXT:
            raise ValidationError("Write name:value.")
        return name, wanted


class VariableFilters(List):
    """`name:value` of searchable variables; repeated, all must fit. They are read as `having`."""

    def __init__(self) -> None:
        few = Length(max=MAX_FILTERS)
        super().__init__(VariableFilter(), load_default=[], attribute="having", validate=few)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError:
            raise ValidationError("Write name:value.") from None


class Variables(Dict):
    """Process variables by name; their names stay as they are."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=Name(), values=Raw(allow_none=True), **options)
