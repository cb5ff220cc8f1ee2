"""How people name what waits in an instance: `review`, `review[2]`, `outer/inner`; and back."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from engine.bpmn.journal import Wait

_NAME = re.compile(r"(?P<path>.*/)?(?P<element>[^/\[\]]+)(\[(?P<index>\d+)\])?")
_WORDS = {
    "user_task": "user task",
    "manual": "manual task",
    "service_task": "service task",
    "message": "message",
    "signal": "signal",
    "timer": "timer",
    "condition": "condition",
    "gateway": "event-based gateway",
    "join": "waits at the join",
    "ad_hoc": "ad-hoc sub-process",
    "failed": "incident",
}


@dataclass(frozen=True)
class Named:
    """An element as a scenario names it."""

    text: str
    element_id: str
    #: Ids of sub-processes and call activities that must lie around it, outermost first.
    path: tuple[str, ...] = ()
    #: Which item of a multi-instance activity, from 0.
    index: int | None = None

    @classmethod
    def parse(cls, text: object) -> "Named":
        """Read `outer/inner[2]`; anything else is taken as an id."""
        written = str(text).strip()
        match = _NAME.fullmatch(written)
        if match is None:
            return cls(written, written)
        path = tuple(part for part in (match["path"] or "").split("/") if part)
        index = None if match["index"] is None else int(match["index"])
        return cls(written, match["element"], path, index)

    def matches(self, wait: Wait) -> bool:
        """Whether a wait is at this element; the index is left to the caller."""
        if wait.element_id != self.element_id:
            return False
        around = iter(wait.path)
        return all(part in around for part in self.path)

    def near(self, known: Collection[str]) -> str:
        """A hint at the id that was probably meant."""
        found = get_close_matches(self.element_id, known, 1)
        return f"; did you mean {found[0]}?" if found else ""


def describe(wait: Wait) -> str:
    """One thing that waits, in words: `reading_received (message meter_reading_received, …)`."""
    name = wait.element_id if wait.loop_index is None else f"{wait.element_id}[{wait.loop_index}]"
    words = _WORDS.get(wait.kind, wait.kind)
    if wait.event_name:
        words += f" {wait.event_name}"
    if wait.correlation_key is not None:
        words += f", key {wait.correlation_key}"
    if wait.due_at is not None:
        words += f", due {wait.due_at.isoformat()}"
    return f"{name} ({words})"
