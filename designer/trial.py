"""A test-run of a draft: the real engine in memory, moved by what the analyst does.

The moves are all there is to keep. Each answer comes from playing them again from the start, so
nothing is stored, any web process can answer, and rewinding is playing fewer of them.

    {start}  {step, ran}  {step: None, ran}  {step}
       └─ played before, as far as they ran ─┘  └─ the new one: runs on at its pace
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import BackOfficeError, Invalid, TooLarge
from core.model import Json
from core.values import to_json
from engine import scenarios, scripts
from engine.bpmn.scenario import Step, read_start, read_step
from engine.bpmn.stage import CannotPlay
from engine.bpmn.stepping import Pace, SteppedPlay

MAX_MOVES = 300
MAX_BREAKPOINTS = 200
#: What one test-run may take of this process, from its start to its last move.
SECONDS = 4.0
#: When every test-run begins: a Monday, as scenarios do.
BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


class TooManyMoves(TooLarge):
    """A test-run may have {limit} moves. Rewind it, or record it and begin a new one."""


class MoveInvalid(Invalid):
    """Move {number} of the test-run cannot be read: {reason}."""


@dataclass(frozen=True)
class Move:
    """One thing the analyst did. Without a step and a start it is “go on”."""

    step: Step | None = None
    start: Mapping[str, Any] | None = None
    #: How many steps it ran; None: until everything waited.
    ran: int | None = None
    #: As it was written, to be written into a scenario.
    written: Any = None


@dataclass(frozen=True)
class Trial:
    """How far a test-run came. `problem`: why the move after `taken` could not be taken."""

    play: SteppedPlay
    taken: int
    problem: str | None
    #: The last move as it is to be repeated.
    last: Json | None
    #: Entries of the log before the last move.
    entries_before: int


def read_moves(written: Any) -> list[Move]:
    """The moves of a request. Raises MoveInvalid, ScenarioInvalid or TooManyMoves."""
    if not isinstance(written, list) or not written:
        raise MoveInvalid(number=1, reason="it begins with a start")
    if len(written) > MAX_MOVES:
        raise TooManyMoves(limit=MAX_MOVES)
    return [_read_move(number, each) for number, each in enumerate(written, 1)]


def read_pace(written: Any) -> Pace:
    """How far the new move runs: `{by_element, breakpoints}`."""
    if not isinstance(written, dict):
        return Pace()
    breakpoints = written.get("breakpoints")
    ids = breakpoints if isinstance(breakpoints, list) else []
    return Pace(
        by_element=written.get("by_element") is True,
        breakpoints=frozenset(str(each) for each in ids[:MAX_BREAKPOINTS]),
    )


def try_out(files: Mapping[str, bytes], moves: list[Move], pace: Pace) -> Trial:
    """Play the moves; the last one, when it says not how far it ran, at `pace`.

    Raises what stands in the way of any play of the files.
    """
    deadline = time.monotonic() + SECONDS
    play = SteppedPlay(files, at=BEGINNING, deadline=deadline, run_script=scripts.run)
    taken, before, last = 0, 0, None
    try:
        for number, move in enumerate(moves):
            before = len(play.entries)
            is_new = number == len(moves) - 1 and "ran" not in move.written
            play.pace = _pace(play, move, pace) if is_new else Pace(steps=move.ran)
            _take(play, move)
            taken, last = number + 1, _repeatable(move, play)
    except (CannotPlay, BackOfficeError) as reason:
        return Trial(play, taken, str(reason), last, before)
    return Trial(play, taken, None, last, before)


def _read_move(number: int, written: Any) -> Move:
    if not isinstance(written, dict):
        raise MoveInvalid(number=number, reason="it is no object")
    ran = written.get("ran")
    if ran is not None and (not isinstance(ran, int) or ran < 0):
        raise MoveInvalid(number=number, reason="ran counts steps")
    if number == 1:
        return Move(start=read_start(written.get("start")), ran=ran, written=written)
    step = written.get("step")
    read = read_step(number, step) if step is not None else None
    return Move(step=read, ran=ran, written=written)


def _pace(play: SteppedPlay, move: Move, wanted: Pace) -> Pace:
    """Changing variables between two steps lets nothing run."""
    is_set = move.step is not None and move.step.kind == "set"
    return Pace(steps=0) if is_set and play.is_halted else wanted


def _take(play: SteppedPlay, move: Move) -> None:
    if move.start is not None:
        play.start(move.start)
    elif move.step is None:
        play.go_on()
    else:
        scenarios.take(play, move.step)


def _repeatable(move: Move, play: SteppedPlay) -> Json:
    """The move with how far it ran; time that stood still at a breakpoint came only so far."""
    written = {**move.written, "ran": play.ran if play.is_halted else None}
    if move.step is not None and move.step.kind == "clock" and play.is_halted:
        written["step"] = {"clock": to_json(play.stage.now)}
    return written
