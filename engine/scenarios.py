"""Runs scenarios: tests of a process that an analyst can read, in memory and with no database."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import BackOfficeError
from engine import scripts
from engine.bpmn import timers
from engine.bpmn.expectation import differences, visited
from engine.bpmn.play import CannotPlay, Play
from engine.bpmn.scenario import Scenario, ScenarioInvalid, Step, read_scenarios

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Outcome:
    """How one scenario went: `failure` says which step failed and why."""

    file: str
    scenario: str
    passed: bool
    failure: str | None
    visited: tuple[str, ...]


def run_paths(
    paths: Iterable[str | Path], as_json: bool = False, write: Callable[[str], object] = print
) -> int:
    """Run every scenario below the paths, print each outcome, and answer 1 when one fails, else 0.

    With `as_json` one JSON object a scenario, else text for people.
    """
    outcomes = []
    for path in map(Path, paths):
        for outcome in _below(path):
            outcomes.append(outcome)
            write(_as_json(outcome) if as_json else _as_text(outcome))
    failed = sum(not each.passed for each in outcomes)
    if not as_json:
        write(f"{len(outcomes)} scenarios, {failed or 'none'} failed")
    return int(failed > 0 or not outcomes)


def run(scenario: Scenario) -> Outcome:
    """Play one scenario from its start to its last step, over the files it names."""
    return play_through(scenario, _read_package)[0]


def play_through(
    scenario: Scenario,
    files: Callable[[Scenario], Mapping[str, bytes]],
    make: Callable[..., Play] = Play,
) -> tuple[Outcome, Play | None]:
    """Play one scenario over the files given; with the play as it was left, if it could begin.

    `make` builds the play: one that stops at a deadline, for example.
    """
    play: Play | None = None
    failure = None
    try:
        play = make(files(scenario), at=scenario.now, auto=scenario.auto, run_script=scripts.run)
        _start(play, scenario)
        for number, step in enumerate(scenario.steps, 1):
            _take_numbered(play, number, step)
    except (CannotPlay, BackOfficeError) as reason:
        failure = str(reason)
    entered = tuple(visited(play)) if play else ()
    outcome = Outcome(str(scenario.file), scenario.name, failure is None, failure, entered)
    return outcome, play


def take(play: Play, step: Step) -> None:
    """Take one step. Raises CannotPlay, or what the engine raises for wrong values."""
    if step.kind == "expect":
        _expect(play, step.value)
    else:
        _MOVES[step.kind](play, step)


def _below(path: Path) -> Iterator[Outcome]:
    if not path.exists():
        yield Outcome(str(path), "", False, "There is no such file or folder.", ())
        return
    inside = sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES)
    for file in inside if path.is_dir() else [path]:
        try:
            scenarios = read_scenarios(file)
        except ScenarioInvalid as refusal:
            yield Outcome(str(file), "", False, str(refusal), ())
        else:
            yield from map(run, scenarios)


def _read_package(scenario: Scenario) -> dict[str, bytes]:
    missing = [each for each in scenario.package if not each.is_file()]
    if missing:
        raise CannotPlay(f"There is no file {missing[0]}.")
    return {each.name: each.read_bytes() for each in scenario.package}


def _start(play: Play, scenario: Scenario) -> None:
    try:
        play.start(scenario.start)
    except (CannotPlay, BackOfficeError) as reason:
        raise CannotPlay(f"It cannot start: {reason}") from reason


def _take_numbered(play: Play, number: int, step: Step) -> None:
    try:
        take(play, step)
    except (CannotPlay, BackOfficeError) as reason:
        notes = "".join(f" Note: {each}." for each in play.unheard)
        raise CannotPlay(f"Step {number} ({step}): {reason}{notes}") from reason


def _expect(play: Play, expected: Mapping[str, Any] | None) -> None:
    found = differences(play, expected or {})
    if found:
        raise CannotPlay(f"{'; '.join(found)}.")


def _moment(play: Play, text: Any) -> datetime:
    written = str(text).strip()
    kind = "duration" if written.upper().startswith("P") else "date"
    until = timers.first_due(kind, written, play.stage.now).at
    if until < play.stage.now:
        raise CannotPlay(f"it is {play.stage.now.isoformat()} already; time only moves on.")
    return until


def _choose(play: Play, step: Step) -> None:
    for gateway, flow in (step.value or {}).items():
        play.choose(str(gateway), flow)


_MOVES: dict[str, Callable[[Play, Step], None]] = {
    "complete": lambda play, step: play.complete(step.value, step.more.get("with")),
    "service": lambda play, step: play.service(step.value, step.more),
    "message": lambda play, step: play.message(step.value or {}),
    "signal": lambda play, step: play.signal(step.value or {}),
    "clock": lambda play, step: play.move_clock(_moment(play, step.value)),
    "set": lambda play, step: play.set_variables(step.value or {}),
    "choose": _choose,
}


def _as_json(outcome: Outcome) -> str:
    return json.dumps(
        {
            "file": outcome.file,
            "scenario": outcome.scenario,
            "passed": outcome.passed,
            "failure": outcome.failure,
            "visited": outcome.visited,
        },
        ensure_ascii=False,
    )


def _as_text(outcome: Outcome) -> str:
    name = f"{outcome.file}: {outcome.scenario}".removesuffix(": ")
    return f"ok    {name}" if outcome.passed else f"FAIL  {name}\n      {outcome.failure}"
