"""What differs between two texts of a process, form or decision: the words for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Of a long value so much is shown.
MAX_SHOWN = 300


@dataclass(frozen=True)
class Detail:
    """One property before and after, as people read it; "" where there was or is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """`kind`: "added", "removed", "changed" or "moved"."""

    kind: str
    element_id: str
    sentence: str
    #: What people call the element.
    name: str = ""
    details: tuple[Detail, ...] = ()


def out_of_order(before: Iterable[str], after: Iterable[str]) -> set[str]:
    """Of the keys in both lists those that stand elsewhere: as few as explain the new order."""
    old, new = list(before), list(after)
    old, new = [key for key in old if key in new], [key for key in new if key in old]
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    in_order = {key for block in blocks for key in old[block.a : block.a + block.size]}
    return set(new) - in_order


def shown(value: object) -> str:
    """A value as text: yes and no for truth, nothing for none, cut when it is long."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = ", ".join(str(each) for each in value) if isinstance(value, tuple) else str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
