"""Which kind of work comes next, and the sentence that says why.

Apparent tardiness cost (Vepsalainen and Morton 1987): the weight of an item by the time it takes,
discounted by how much business time is left before it must be begun. Within a class all items have
the same weight and handling time, so the one that is due first has the highest cost, and only the
heads of the classes need a look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from core.model import Json

#: Measured best over loads from .85 to 1.05 of capacity: `python benchmarks/dispatch.py`.
LOOK_AHEAD_SECONDS = 4 * 3600
#: Work that is late by this much costs four times as much to leave as when it became late.
AGEING_SECONDS = 80 * 3600
#: Nothing waits longer than this after its due date, in business time: then it comes before
#: everything else, the latest first. That holds in recovery mode too.
GUARD_SECONDS = 80 * 3600
#: The cost of waiting from which an item is guarded.
GUARDED = 1e9
HANDLE_SECONDS = 15 * 60
#: What somebody who knows the case already is worth, in times.
AFFINITY = 3.0


class Head(NamedTuple):
    """The first item of a class, as far as its order matters. Times are business seconds."""

    weight: float
    handle_seconds: float
    #: Until it is due; negative when it is late.
    left_seconds: float
    look_ahead_seconds: float = LOOK_AHEAD_SECONDS
    #: What is late by so much comes before everything else. None: no guard.
    guard_seconds: float | None = None
    #: Late items come last until the guard lets them through.
    recovery: bool = False


@dataclass(frozen=True)
class Choice:
    """Which head comes next, its cost of waiting, and how many others there were."""

    index: int
    cost: float
    others: int


def choose(heads: Sequence[Head]) -> Choice:
    """The head that it costs most to leave waiting; among equals the first. Needs one at least."""
    best, highest = 0, -1.0
    for index, head in enumerate(heads):
        cost = cost_of_waiting(head)
        if cost > highest:
            best, highest = index, cost
    return Choice(best, highest, len(heads) - 1)


def cost_of_waiting(head: Head) -> float:
    """Apparent tardiness cost: weight per second of work, and less of it while time is left."""
    weight, handle_seconds, left_seconds, look_ahead_seconds, guard_seconds, recovery = head
    slack = left_seconds - handle_seconds
    if slack > 0:
        return weight / handle_seconds * exp(-slack / look_ahead_seconds)
    if left_seconds >= 0:
        return weight / handle_seconds
    if guard_seconds is not None and -left_seconds >= guard_seconds:
        return GUARDED - left_seconds
    if recovery:
        # Behind all that can still be in time.
        return weight / handle_seconds * 1e-9
    # Late work ages, so that long and light items are not left for ever.
    return weight / handle_seconds * (1 - left_seconds / AGEING_SECONDS) ** 2


def sentence(reason: Json) -> str:
    """Why an item was next, in one sentence of English; `reason` is what a dispatch keeps."""
    words = [_when(reason["left_seconds"])]
    if reason.get("pinned_by"):
        words.insert(0, f"Put first by {reason['pinned_by']}")
        words[1] = words[1][0].lower() + words[1][1:]
    words.append(f"about {span(reason['handle_seconds'])} of work")
    if reason["weight"] != 1:
        words.append(f"weight {reason['weight']:g}")
    text = ", ".join(words)
    if reason.get("knows_the_case"):
        text += ", and you know this case"
    if reason.get("pinned_by"):
        return f"{text}."
    others = reason["others"]
    if others == 0:
        return f"{text}: the only kind of work that waits for you."
    kinds = "kind of work that waits" if others == 1 else "kinds of work that wait"
    ending = f"more urgent than {others} other {kinds} for you"
    if reason.get("recovery"):
        ending += ", late work coming last for now"
    return f"{text}: {ending}."


def span(seconds: float) -> str:
    """Business time in words, to the minute or the quarter of an hour."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"


def _when(left_seconds: float) -> str:
    if left_seconds < 0:
        return f"Late by {span(-left_seconds)} of working time"
    if left_seconds < 60:
        return "Due now"
    return f"Due in {span(left_seconds)} of working time"
