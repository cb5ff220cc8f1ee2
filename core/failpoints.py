"""Points at which a process dies on purpose, to show that nothing depends on its life.

`BACKOFFICE_FAILPOINT` names them, with commas between: `after_call` dies there at once,
`after_call:0.02` once in fifty times, `after_call:3` the third time. Unset, a point costs one look.

    take ── after_take ── call ── after_call ── settle
    every writing transaction: before_commit ── commit ── after_commit ── before_ring ── ring
"""

import logging
import os
import random
import signal
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

POINTS = ("after_take", "after_call", "before_commit", "after_commit", "before_ring")

# Not the shared generator: processes forked from one another must not die at the same moments.
_chance = random.SystemRandom()


@dataclass
class Failpoint:
    """Where to die, and how often: by chance, or the n-th time."""

    point: str
    probability: float = 1.0
    nth: int = 1
    passed: int = field(default=0, compare=False)

    def is_met(self) -> bool:
        """Whether this time is the last."""
        self.passed += 1
        if self.probability < 1.0:
            return _chance.random() < self.probability
        return self.passed >= self.nth


_armed: dict[str, Failpoint] = {}


def read(text: str) -> tuple[Failpoint, ...]:
    """The points that a setting names. Raises ValueError with what is wrong with it."""
    return tuple(_read(word.strip()) for word in text.split(",") if word.strip())


def arm(failpoints: tuple[Failpoint, ...]) -> None:
    """From now on, die at these points. For processes that serve, not for commands."""
    _armed.clear()
    for each in failpoints:
        _armed[each.point] = each
        log.warning("armed: %s", each)


def reached(point: str) -> None:
    """Die, if this is the point and the time."""
    if _armed and point in _armed and _armed[point].is_met():
        # Past the logging, which other threads may hold, and without any clean-up.
        os.write(2, f"process {os.getpid()} dies at the failpoint {point}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _read(word: str) -> Failpoint:
    point, separator, often = word.partition(":")
    if point not in POINTS:
        raise ValueError(f"{point!r} is none of {', '.join(POINTS)}")
    if not separator:
        return Failpoint(point)
    try:
        if "." in often and 0 < float(often) <= 1:
            return Failpoint(point, probability=float(often))
        if "." not in often and int(often) > 0:
            return Failpoint(point, nth=int(often))
    except ValueError:
        pass
    raise ValueError(f"{often!r} is neither a chance such as 0.02 nor a number of times")
