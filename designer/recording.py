"""A test-run as a scenario: its moves, and where they led as what is expected."""

from typing import Any

from core.errors import Invalid
from designer.trial import Move, Trial
from engine.bpmn.expectation import visited
from engine.bpmn.model import ACTIVITIES
from work import masking

#: Keys of starts and steps under which variables stand.
VALUES = ("variables", "with", "returns", "set")


class NothingToRecord(Invalid):
    """Start the test-run first: a scenario needs at least its beginning."""


class StillRunning(Invalid):
    """It stands between two steps. Let it run on until it waits or ends, then record it."""


def record(trial: Trial, moves: list[Move], name: str, known: masking.Classes) -> dict[str, Any]:
    """The document of a scenario that does the moves taken.

    What was filled into personal and secret fields is replaced by something made up.
    Raises NothingToRecord or StillRunning.
    """
    if trial.play.is_halted:
        raise StillRunning
    taken = moves[: trial.taken]
    if not taken:
        raise NothingToRecord
    start = _masked(dict(taken[0].start or {}), known)
    steps = [_masked(move.written["step"], known) for move in taken[1:] if move.step is not None]
    document: dict[str, Any] = {"scenario": name}
    if start:
        document["start"] = start
    document["steps"] = [*steps, {"expect": _expected(trial)}]
    return document


def _masked(written: dict[str, Any], known: masking.Classes) -> dict[str, Any]:
    """A start or step with made-up values where it says variables of a class."""
    said = {
        key: masking.stand_ins(value, known) if key in VALUES and isinstance(value, dict) else value
        for key, value in written.items()
    }
    for key in ("message", "signal"):
        if isinstance(said.get(key), dict):
            said[key] = _masked(said[key], known)
    return said


def _expected(trial: Trial) -> dict[str, Any]:
    """The end that was reached, or where it waits; and the activities on the way."""
    play = trial.play
    elements = play.stage.elements()
    entered = visited(play)
    activities = [each for each in entered if _kind(elements, each) in ACTIVITIES]
    ends = [each for each in entered if _kind(elements, each) == "endEvent"]
    expected: dict[str, Any] = {"visited": activities} if activities else {}
    if play.main.ended:
        expected |= {"ended": True, "end": ends}
    else:
        expected["at"] = [each.element_id for each in play.waits() if each.kind != "ready"]
    if play.incidents():
        expected["incident"] = sorted(play.incidents())
    return expected


def _kind(elements: dict[str, Any], element_id: str) -> str:
    element = elements.get(element_id)
    return element.kind if element is not None else ""
