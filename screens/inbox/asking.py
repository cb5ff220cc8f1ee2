"""What a person asks of the list of tasks: the view, the filters and the order in the address."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from flask_babel import LazyString, to_user_timezone
from flask_babel import lazy_gettext as _l

from core.errors import Invalid
from screens.clocks.presenting import FILTERS as CLOCKS

#: What somebody has put off until a day to come; shown only where there is any.
RESTING = "resting"
VIEWS: dict[str, LazyString] = {
    "mine": _l("Mine"),
    "groups": _l("My groups"),
    "all": _l("All"),
    RESTING: _l("Rest until later"),
}

DUE: dict[str, LazyString] = {
    "": _l("Any due date"),
    "late": _l("Late"),
    "today": _l("Due today"),
    "week": _l("Due in 7 days"),
}

ORDERS: dict[str, LazyString] = {"due": _l("Due first"), "created": _l("Oldest first")}
PAGE_SIZE = 50
MAX_TEXT = 200
MAX_VARIABLES = 5
_VARIABLE = re.compile(r'(?<!\S)([A-Za-z_]\w*):(?:"([^"]*)"|(\S+))')


class FilterInvalid(Invalid):
    """The list cannot be filtered by {name} = {value}."""


@dataclass(frozen=True)
class Asked:
    """One request for a page of the list."""

    view: str = "mine"
    process: str = ""
    group: str = ""
    due: str = ""
    clock: str = ""
    text: str = ""
    sort: str = "due"
    after: str = ""

    @classmethod
    def from_address(cls, args: Mapping[str, str]) -> Self:
        """Read the parameters. Raises FilterInvalid for one that nobody offered."""
        return cls(
            view=_one_of("view", args, VIEWS),
            process=args.get("process", ""),
            group=args.get("group", ""),
            due=_one_of("due", args, DUE),
            clock=_one_of("clock", args, CLOCKS),
            text=args.get("q", "").strip()[:MAX_TEXT],
            sort=_one_of("sort", args, ORDERS),
            after=args.get("after", ""),
        )

    @property
    def words(self) -> str:
        """What is looked for in names and business keys: the text without its `name:value`s."""
        return " ".join(_VARIABLE.sub(" ", self.text).split())

    @property
    def having(self) -> list[tuple[str, str]]:
        """Values that searchable variables of the case must have: `tier:gold city:"Bad Ems"`."""
        found = _VARIABLE.findall(self.text)
        return [(name, quoted or plain) for name, quoted, plain in found][:MAX_VARIABLES]

    @property
    def is_filtered(self) -> bool:
        return bool(self.process or self.group or self.due or self.clock or self.text)

    def due_before(self, now: datetime) -> datetime | None:
        """The moment before which tasks must be due; days end in the reader's zone."""
        if self.due == "late":
            return now
        if self.due == "week":
            return now + timedelta(days=7)
        return _end_of_day(now) if self.due == "today" else None

    def address(self, **changes: str) -> dict[str, str]:
        """Parameters of the same request with some things changed, for `url_for`."""
        asked: dict[str, Any] = asdict(replace(self, after="", **changes))
        asked["q"] = asked.pop("text")
        usual = asdict(type(self)())
        return {name: value for name, value in asked.items() if value and value != usual.get(name)}


def cursor(text: str) -> UUID | None:
    """The id a page begins after. Raises FilterInvalid when it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise FilterInvalid(name="after", value=text) from None


def _one_of(name: str, args: Mapping[str, str], known: Mapping[str, LazyString]) -> str:
    value = args.get(name, next(iter(known)))
    if value not in known:
        raise FilterInvalid(name=name, value=value)
    return value


def _end_of_day(now: datetime) -> datetime:
    local: datetime = to_user_timezone(now)
    return local.replace(hour=23, minute=59, second=59, microsecond=999_999)
