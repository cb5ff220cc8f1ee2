"""Runs a program over a text: backtracking that never visits the same state twice.

What follows depends only on the instruction and the place in the text (with back-references also on
what was captured), so a state that failed once is not tried again. Steps are counted as well.
"""

from core.feel.errors import FeelLimitExceeded
from core.feel.regex.syntax import Instruction, Program

#: Most steps of one call.
MAX_STEPS = 400_000

Captures = tuple[tuple[int, int], ...]


class Matcher:
    """Finds matches of one program in one text, on one budget."""

    def __init__(self, program: Program, text: str) -> None:
        self.program = program
        self.text = text
        self.steps = MAX_STEPS
        self.failed: set[object] = set()

    def find(self, start: int) -> Captures | None:
        """The first match at or after a place: the spans of the whole and of all groups.

        A group that took no part has the span (-1, -1).
        """
        for at in range(start, len(self.text) + 1):
            found = self._match(at)
            if found is not None:
                return found
        return None

    def _match(self, start: int) -> Captures | None:  # noqa: C901  (a call a step costs more)
        code, text = self.program.code, self.text
        size = len(text)
        width = size + 1
        remember = not self.program.has_references
        places = [-1] * (2 * self.program.groups + 2)
        places[0] = start
        # What to try next: (instruction, place), or (-1 - slot, value) to restore a capture.
        stack: list[tuple[int, int]] = [(0, start)]
        visited: list[object] = []
        while stack:
            at, place = stack.pop()
            if at < 0:
                places[-1 - at] = place
                continue
            while True:
                self.steps -= 1
                if self.steps < 0:
                    raise FeelLimitExceeded(what="steps of a pattern", limit=MAX_STEPS)
                step = code[at]
                kind = step.kind
                if kind == "char":
                    if place < size and step.test(text[place]):  # type: ignore[misc]
                        at += 1
                        place += 1
                        continue
                    break
                if kind == "split":
                    state = at * width + place
                    known = state if remember else (state, tuple(places))
                    if known in self.failed:
                        break
                    self.failed.add(known)
                    visited.append(known)
                    stack.append((at + step.second, place))
                    at += step.first
                elif kind == "jump":
                    at += step.first
                elif kind == "save":
                    stack.append((-1 - step.first, places[step.first]))
                    places[step.first] = place
                    at += 1
                elif kind == "match":
                    places[1] = place
                    self.failed.difference_update(visited)
                    return tuple(zip(places[::2], places[1::2], strict=True))
                elif kind == "same":
                    moved = self._again(step, place, places)
                    if moved is None:
                        break
                    at, place = at + 1, moved
                elif self._at_edge(step, place):
                    at += 1
                else:
                    break
        return None

    def _at_edge(self, step: Instruction, place: int) -> bool:
        text = self.text
        if step.kind == "start":
            return place == 0 or bool(step.first and text[place - 1] == "\n" and place < len(text))
        return place == len(text) or bool(step.first and text[place] == "\n")

    def _again(self, step: Instruction, place: int, places: list[int]) -> int | None:
        """The place after what a group matched, when it stands here again."""
        low, high = places[2 * step.first], places[2 * step.first + 1]
        if low < 0 or high < 0:
            return place
        wanted = self.text[low:high]
        found = self.text[place : place + len(wanted)]
        same = found.lower() == wanted.lower() if step.second else found == wanted
        return place + len(wanted) if same else None
