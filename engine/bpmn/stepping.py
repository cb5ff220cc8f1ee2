"""A play that can stop between two elements: step by step, or before an element with a breakpoint.

play = SteppedPlay(files, at=monday)
play.pace = Pace(breakpoints=frozenset({"decide_refund"}))
play.start({})
play.is_halted, play.ran         # True after 12 steps: `Pace(steps=12)` comes to the same place
play.pace = Pace(by_element=True)
play.go_on()                     # one element further
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.play import CannotPlay, Play, RunScript, due_at
from engine.bpmn.runtime import Budget, Runtime

_LOOK = Budget(elements=0)
_ONE = Budget(elements=1)


@dataclass(frozen=True)
class Pace:
    """How far a move runs; without anything it runs until everything waits for somebody."""

    #: Exactly so many steps, to repeat what was played before.
    steps: int | None = None
    #: Until one more element was entered.
    by_element: bool = False
    #: Until a token is about to enter one of these.
    breakpoints: frozenset[str] = frozenset()


class SteppedPlay(Play):
    """Instances in memory that stop where their pace says, and go on from there."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        at: datetime,
        deadline: float | None = None,
        auto: Mapping[str, Mapping[str, Any]] | None = None,
        run_script: RunScript | None = None,
    ) -> None:
        """`deadline` is a moment of `time.monotonic()` at which it gives up."""
        super().__init__(files, at=at, auto=auto, run_script=run_script)
        self.deadline = deadline
        self._pace = Pace()
        #: Steps since the pace was set.
        self.ran = 0
        #: Whether it stopped although it could run on.
        self.is_halted = False
        #: Where a breakpoint stopped it.
        self.stopped_at: str | None = None
        self._passed: set[tuple[int, str]] = set()

    @property
    def pace(self) -> Pace:
        """How far the next move runs."""
        return self._pace

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self._pace, self.ran, self.is_halted, self.stopped_at = pace, 0, False, None
        # What it stands before already is where it goes on from.
        self._passed = {place for place, _ in self._entering()}

    def go_on(self) -> None:
        """Run on from where it stopped."""
        self._settle()

    def entering(self) -> list[str]:
        """The elements that tokens enter next."""
        return [element_id for _, element_id in self._entering()]

    def move_clock(self, until: datetime) -> None:
        """Move time on; where it stops at a breakpoint, time stands still too."""
        while not self.is_halted:
            first = min(self.stage.open(), key=due_at, default=None)
            if first is None or due_at(first) > until:
                self.stage.now = max(self.stage.now, until)
                return
            self.stage.now = max(self.stage.now, due_at(first))
            first.runtime.fire_timer(first.wait.token, at=self.stage.now)
            self._settle()

    def _settle(self) -> None:
        entered = len(self.entries)
        while not self.is_halted:
            if self._is_far_enough(entered):
                self.is_halted = self._ready() is not None
                return
            if not self._step():
                return
            self.ran += 1
            if self.deadline is not None and time.monotonic() > self.deadline:
                raise CannotPlay(f"it takes too long. {self.open_words()}")

    def _is_far_enough(self, entered: int) -> bool:
        pace = self._pace
        if pace.steps is not None:
            return self.ran >= pace.steps
        if pace.by_element and any(each.lifecycle == "start" for each in self.entries[entered:]):
            return True
        return bool(pace.breakpoints) and self._is_at_breakpoint()

    def _is_at_breakpoint(self) -> bool:
        here = self._entering()
        self._passed &= {place for place, _ in here}
        for place, element_id in here:
            if element_id in self._pace.breakpoints and place not in self._passed:
                self.stopped_at = element_id
                return True
        return False

    def _entering(self) -> list[tuple[tuple[int, str], str]]:
        return [
            ((number, token), element_id)
            for number, runtime in enumerate(self.stage.runtimes)
            for token, element_id in runtime.entering()
        ]

    def _ready(self) -> Runtime | None:
        runtimes, now = self.stage.runtimes, self.stage.now
        return next((each for each in runtimes if not each.advance(at=now, budget=_LOOK)), None)

    def _step(self) -> bool:
        """One token of one instance, and what answers to it by itself; whether anything moved."""
        runtime = self._ready()
        if runtime is not None:
            runtime.advance(at=self.stage.now, budget=_ONE)
            self.stage.hear(runtime)
        has_moved = runtime is not None
        while self._ready() is None and (self.stage.run() or self._answer_by_itself()):
            has_moved = True
        return has_moved
