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
from engine.bpmn.coverage import Covered, branches
from engine.bpmn.expectation import differences, visited
from engine.bpmn.imports import translate
from engine.bpmn.play import CannotPlay, Play
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
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
    #: Number of the step that failed; None when it passed or could not even start.
    step: int | None = None
    #: The element that the failing step is about, else where the play stood.
    element: str | None = None


def run_paths(
    paths: Iterable[str | Path], as_json: bool = False, write: Callable[[str], object] = print
) -> int:
    """Run every scenario below the paths, print each outcome, and answer 1 when one fails, else 0.

    With `as_json` one JSON object a scenario, else text for people, with the branches of each
    process that no scenario goes through.
    """
    outcomes = []
    covered: dict[Path, Covered] = {}
    for path in map(Path, paths):
        for outcome in _below(path, covered):
            outcomes.append(outcome)
            write(_as_json(outcome) if as_json else _as_text(outcome))
    failed = sum(not each.passed for each in outcomes)
    if not as_json:
        for line in _coverage(covered):
            write(line)
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
    failure, number, element = None, 0, None
    try:
        play = make(files(scenario), at=scenario.now, auto=scenario.auto, run_script=scripts.run)
        _start(play, scenario)
        for number, step in enumerate(scenario.steps, 1):
            _take_numbered(play, number, step)
    except (CannotPlay, BackOfficeError) as reason:
        failure = str(reason)
        element = _place(play, scenario.steps[number - 1] if number else None)
    entered = tuple(visited(play)) if play else ()
    outcome = Outcome(
        file=str(scenario.file),
        scenario=scenario.name,
        passed=failure is None,
        failure=failure,
        visited=entered,
        step=number or None if failure is not None else None,
        element=element,
    )
    return outcome, play


def _place(play: Play | None, step: Step | None) -> str | None:
    """The element that a step names, else the first one where the play waits."""
    if play is None:
        return None
    known = play.stage.elements()
    if step is not None and isinstance(step.value, str):
        named = step.value.rpartition("/")[2].partition("[")[0]
        if named in known:
            return named
    return next((each.element_id for each in play.waits() if each.element_id in known), None)


def take(play: Play, step: Step) -> None:
    """Take one step. Raises CannotPlay, or what the engine raises for wrong values."""
    if step.kind == "expect":
        _expect(play, step.value)
    else:
        _MOVES[step.kind](play, step)


def _below(path: Path, covered: dict[Path, Covered]) -> Iterator[Outcome]:
    """The outcomes below a path; what they went through is counted in by file."""
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
            for scenario in scenarios:
                outcome, play = play_through(scenario, _read_package)
                if play is not None:
                    covered.setdefault(scenario.package[0].resolve(), Covered()).add(play.entries)
                yield outcome


def _coverage(covered: Mapping[Path, Covered]) -> Iterator[str]:
    """For each process that was played its branches, in lines for people."""
    for file, seen in covered.items():
        for model in models(translate(read(file.read_bytes(), name=file.name)).tree):
            ways = branches(model, seen)
            if not ways or not any(seen.elements[each] for each in model.elements):
                continue
            left = [way for way in ways if not way.is_covered]
            count = len(ways) - len(left)
            yield f"{file.name}, {model.key}: {count} of {len(ways)} branches covered"
            for way in left:
                yield f"      none covers: {way} ({way.element_id})"


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
