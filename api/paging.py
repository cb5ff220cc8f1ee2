"""Pages of a list: `?limit=` things after the cursor `?after=`, and where the next page begins."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from marshmallow.fields import Integer, List, Nested, String
from marshmallow.validate import Range

from api.fields import Reference, Shape

MAX_LIMIT = 200
DEFAULT_LIMIT = 50

Row = TypeVar("Row")


class PageQuery(Shape):
    """What every list understands."""

    limit = Integer(load_default=DEFAULT_LIMIT, validate=Range(1, MAX_LIMIT))
    after = Reference(load_default=None, metadata={"description": "`next` of the page before."})


def page_of(shape: type[Shape]) -> Shape:
    """The shape of one page of things."""
    fields = {
        "items": List(Nested(shape), required=True),
        "next": String(allow_none=True, required=True),
    }
    named: Any = Shape.from_dict(fields, name=f"{shape.__name__}Page")
    return named()  # type: ignore[no-any-return]


def page(
    find: Callable[..., Sequence[Row]],
    to_json: Callable[[Row], dict[str, Any]],
    *,
    limit: int,
    after: UUID | None,
    **filters: Any,
) -> dict[str, Any]:
    """One page: asks for one row more than shown, to know whether there is a next page."""
    rows = find(limit=limit + 1, after=after, **filters)
    shown = rows[:limit]
    last: Any = shown[-1] if len(rows) > limit else None
    return {"items": [to_json(row) for row in shown], "next": str(last.id) if last else None}
