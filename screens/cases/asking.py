"""What a person asks of the list of cases: search text, process and state in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core.errors import Invalid

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


class SearchInvalid(Invalid):
    """Cases cannot be searched by {name} = {value}."""


@dataclass(frozen=True)
class Asked:
    """One request for a page of cases."""

    text: str = ""
    process: str = ""
    state: str = "all"
    after: UUID | None = None

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
        return cls(args.get("q", "").strip()[:MAX_TEXT], args.get("process", ""), state, cursor)

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.process or self.state != "all")

    @property
    def variable(self) -> tuple[str, str] | None:
        """`name:value` in the search text asks for a searchable variable."""
        name, colon, value = self.text.partition(":")
        return (name.strip(), value.strip()) if colon and name.strip().isidentifier() else None
