"""What a person asks of the list of cases: search text, process and state in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core import clock
from core.errors import Invalid
from engine.instances import Visited

STATES: dict[str, LazyString] = {
    "open": _l("Open"),
    "incidents": _l("With incidents"),
    "suspended": _l("Suspended"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
    "all": _l("All states"),
}
PAGE_SIZE = 50
MAX_TEXT = 200
#: How far back visits of an element are looked for.
MAX_DAYS = 366
MAX_VERSION = 1_000_000


class SearchInvalid(Invalid):
    """Cases cannot be searched by {name} = {value}."""


@dataclass(frozen=True)
class Asked:
    """One request for a page of cases."""

    text: str = ""
    process: str = ""
    state: str = "all"
    after: UUID | None = None
    #: Cases that were at an element in the last `days`, of one version if one is given.
    element: str = ""
    days: int = 30
    version: int | None = None

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters. Raises SearchInvalid for one that nobody offered."""
        state, after = args.get("state", "all"), args.get("after", "")
        if state not in STATES:
            raise SearchInvalid(name="state", value=state)
        try:
            cursor = UUID(after) if after else None
        except ValueError:
            raise SearchInvalid(name="after", value=after) from None
        return cls(
            args.get("q", "").strip()[:MAX_TEXT],
            args.get("process", ""),
            state,
            cursor,
            args.get("element", "")[:MAX_TEXT],
            _number(args, "days", MAX_DAYS) or 30,
            _number(args, "version", MAX_VERSION),
        )

    @property
    def is_filtered(self) -> bool:
        return bool(
            self.text or self.process or self.element or self.version or self.state != "all"
        )

    @property
    def visited(self) -> Visited | None:
        """The element that cases were at, and since when that counts."""
        if not self.element:
            return None
        return Visited(self.element, clock.now() - timedelta(days=self.days))

    @property
    def variable(self) -> tuple[str, str] | None:
        """`name:value` in the search text asks for a searchable variable."""
        name, colon, value = self.text.partition(":")
        return (name.strip(), value.strip()) if colon and name.strip().isidentifier() else None


def _number(args: Mapping[str, str], name: str, most: int) -> int | None:
    """A positive number of the address, None where it is left out. Raises SearchInvalid."""
    text = args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most):
        raise SearchInvalid(name=name, value=text)
    return int(text)
