"""Two people drew on the same text: what each did, put together element by element.

base ──► mine      what one of them alone touched is taken over
  └────► theirs    what both touched differently is a conflict, until somebody chooses
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from designer import weave
from designer.units import Drawing, Place, Unit, take_apart

Side = Literal["mine", "theirs"]


@dataclass(frozen=True)
class Conflict:
    """An element that both touched: what happened to it on each side."""

    element_id: str
    name: str
    #: "added", "removed", "changed", "moved", "untouched" or "needed".
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """`content` is None as long as there are conflicts."""

    content: str | None
    conflicts: tuple[Conflict, ...]


def merge(base: str, mine: str, theirs: str, choices: Mapping[str, Side]) -> Merged:
    """Put two texts of a process together that go back to the same one.

    `choices` say by element id whose of two conflicting changes counts. Raises UnreadableModel.
    """
    return _Merge(take_apart(base), take_apart(mine), take_apart(theirs), choices).run()


class _Merge:
    """One merge under way: whose unit and whose place counts, for each id."""

    def __init__(
        self, base: Drawing, mine: Drawing, theirs: Drawing, choices: Mapping[str, Side]
    ) -> None:
        self.base, self.mine, self.theirs = base, mine, theirs
        self.choices = choices
        self.conflicts: dict[str, Conflict] = {}
        self.units: dict[str, Unit | None] = {}
        self.places: dict[str, Place | None] = {}

    def run(self) -> Merged:
        for key in {**self.base.units, **self.theirs.units, **self.mine.units}:
            self.units[key] = self._side(key).units.get(key)
        self._mend()
        for key in {**self.theirs.places, **self.mine.places}:
            self.places[key] = self._place(key)
        if self.conflicts:
            return Merged(None, tuple(self.conflicts.values()))
        chosen = {key: unit for key, unit in self.units.items() if unit is not None}
        places = {key: place for key, place in self.places.items() if place is not None}
        return Merged(weave.woven(self.theirs, self.mine, chosen, places), ())

    def _side(self, key: str) -> Drawing:
        """Whose unit counts: of who touched it, of who was chosen, until then theirs."""
        old, ours, other = (each.units.get(key) for each in (self.base, self.mine, self.theirs))
        if ours in (old, other):
            return self.theirs
        if other == old:
            return self.mine
        return self._chosen(key)

    def _chosen(self, key: str) -> Drawing:
        choice = self.choices.get(key)
        if choice is None:
            self.conflicts[key] = self._conflict(key)
        return self.mine if choice == "mine" else self.theirs

    def _conflict(self, key: str, needed: str | None = None) -> Conflict:
        old = self.base.units.get(key)
        name = next(
            each.units[key].title
            for each in (self.theirs, self.mine, self.base)
            if key in each.units
        )
        mine, theirs = (_done(old, each.units.get(key)) for each in (self.mine, self.theirs))
        if needed == "mine":
            mine = "needed"
        elif needed == "theirs":
            theirs = "needed"
        return Conflict(key, name, mine, theirs)

    def _mend(self) -> None:
        """Nothing may stay that needs what is gone: either that comes back, or both go."""
        while broken := next(self._broken(), None):
            dependent, key = broken
            remover: Side = "mine" if key not in self.mine.units else "theirs"
            keeper: Side = "theirs" if remover == "mine" else "mine"
            choice = self.choices.get(key)
            if choice is None:
                self.conflicts[key] = self._conflict(key, needed=keeper)
            if choice == remover:
                self.units[dependent] = None
            else:
                self.units[key] = (self.theirs if keeper == "theirs" else self.mine).units[key]

    def _broken(self) -> Iterator[tuple[str, str]]:
        """Pairs of an element and what it needs though it was removed on one side."""
        for key, unit in self.units.items():
            if unit is None:
                continue
            for need in {*unit.needs, unit.parent} - {None}:
                is_known = need in self.mine.units or need in self.theirs.units
                if need in self.units and self.units[need] is None and is_known:
                    yield key, str(need)

    def _place(self, key: str) -> Place | None:
        old, ours, other = (each.places.get(key) for each in (self.base, self.mine, self.theirs))
        if key in self.units and self.units[key] is None:
            return None
        if ours in (old, other):
            return other or ours
        if other == old:
            return ours or other
        return self._both_moved(key, ours, other)

    def _both_moved(self, key: str, ours: Place | None, other: Place | None) -> Place | None:
        if ours is None or other is None:
            return ours or other
        if key in self.choices:
            return ours if self.choices[key] == "mine" else other
        if ours.is_line:
            return self._line(key, ours, other)
        if weave.is_frame(ours) and weave.is_frame(other):
            return weave.around(ours, other)
        if key not in self.conflicts:
            both = self._conflict(key)
            mine, theirs = _or_moved(both.mine), _or_moved(both.theirs)
            self.conflicts[key] = replace(both, mine=mine, theirs=theirs)
        return other

    def _line(self, key: str, ours: Place, other: Place) -> Place:
        """A line follows the shapes at its ends, whoever moved them."""
        unit = self.units.get(key)
        if unit is None:
            return other
        begins, ends = (
            self._is_moved_by_me(unit.node.get(end)) for end in ("sourceRef", "targetRef")
        )
        if begins == ends:
            return ours if begins else other
        return weave.joined(ours, other) if begins else weave.joined(other, ours)

    def _is_moved_by_me(self, key: str | None) -> bool:
        old, ours = (each.places.get(key or "") for each in (self.base, self.mine))
        return ours is not None and ours != old


def _done(old: Unit | None, new: Unit | None) -> str:
    if new == old:
        return "untouched"
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


def _or_moved(done: str) -> str:
    return "moved" if done == "untouched" else done
