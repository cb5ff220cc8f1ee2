"""The instances of one play, and the messages and signals that pass between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from core.values import to_json
from engine.bpmn import parser
from engine.bpmn.extensions import Decision
from engine.bpmn.file_names import file_kind
from engine.bpmn.imports import translate
from engine.bpmn.journal import Entry, Thrown, Wait
from engine.bpmn.model import Element, ProcessModel
from engine.bpmn.normalize import give_ids
from engine.bpmn.parser import Decide, Program
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
from engine.bpmn.runtime import Runtime
from engine.dmn import decisions

#: A thrown message waits this long for somebody to wait for it, as it does in production.
THROWN_TIME_TO_LIVE = timedelta(hours=1)
#: Instances that may start one another in one play.
MAX_INSTANCES = 200


class CannotPlay(Exception):
    """A move that is not possible now; the message says what is open instead."""


@dataclass(frozen=True)
class Open:
    """Something that waits, and the instance it belongs to."""

    runtime: Runtime
    wait: Wait

    @property
    def key(self) -> tuple[int, str]:
        """What tells it from everything else that waits."""
        return id(self.runtime), self.wait.token


class Stage:
    """Instances in memory that share a clock, messages and signals."""

    def __init__(self, files: Mapping[str, bytes], at: datetime) -> None:
        self.now = at
        #: All processes of the files by key, in the order of the files.
        self.programs = _programs(files)
        self.runtimes: list[Runtime] = []
        self.entries: list[Entry] = []
        #: What failed, by token.
        self.failures: dict[tuple[int, str], str] = {}
        self._kept: list[tuple[datetime, Thrown]] = []

    def begin(
        self,
        program: Program,
        variables: Mapping[str, Any],
        *,
        element: str | None = None,
        message: str | None = None,
    ) -> None:
        """Start an instance. Raises NoSuchStart, and CannotPlay when there are too many."""
        if len(self.runtimes) == MAX_INSTANCES:
            raise CannotPlay(f"more than {MAX_INSTANCES} instances start one another.")
        runtime = Runtime.start(program, variables, at=self.now, element=element, message=message)
        self.runtimes.append(runtime)

    def open(self) -> list[Open]:
        """Everything that waits, in all instances."""
        return [Open(runtime, wait) for runtime in self.runtimes for wait in runtime.waits()]

    def run(self) -> bool:
        """Run all instances to their waits and pass on what they threw; whether anything moved."""
        for runtime in self.runtimes:
            while not runtime.advance(at=self.now):
                continue
            self.hear(runtime)
        return self._pass_on()

    def hear(self, runtime: Runtime) -> None:
        """Take in what an instance tells of its log and its failures."""
        self.entries += runtime.take_entries()
        for failure in runtime.take_failures():
            self.failures[id(runtime), failure.token] = failure.message

    def deliver(self, message: Thrown, *, start: bool = True) -> bool:
        """Give a message to all instances that wait for it, and start the processes it begins.

        Of a process that it continues none is started. False when nobody heard it.
        """
        continued = set()
        for runtime in self.runtimes:
            waits = [each for each in runtime.waits() if _hears(each, message)]
            if waits:
                runtime.deliver(waits[0].token, message.variables, at=self.now)
                continued.add(runtime.program.model.key)
        begun = [
            program
            for key, program in self.programs.items()
            if start and key not in continued and starts_with(program.model, message.name)
        ]
        for program in begun:
            self.begin(program, message.variables, message=message.name)
        return bool(continued or begun)

    def broadcast(
        self, name: str, variables: Mapping[str, Any], source: Runtime | None = None
    ) -> None:
        """Give a signal to all instances but its source, and start the processes it begins."""
        for runtime in self.runtimes:
            if runtime is not source:
                runtime.broadcast(name, variables, at=self.now)
        for program in self.programs.values():
            for start in program.model.starts:
                if any(each.kind == "signal" and each.name == name for each in start.events):
                    self.begin(program, variables, element=start.id)

    def elements(self) -> dict[str, Element]:
        """All elements of all processes by id."""
        return {key: each for model in self._models() for key, each in model.elements.items()}

    def knows(self, kind: str, name: str) -> bool:
        """Whether any process catches a message or signal of that name."""
        return any(
            event.kind == kind and event.name == name and not each.kind.endswith("ThrowEvent")
            for model in self._models()
            for each in model.elements.values()
            for event in each.events
        )

    def _models(self) -> Iterator[ProcessModel]:
        return (program.model for program in self.programs.values())

    def _pass_on(self) -> bool:
        moved = False
        for runtime in list(self.runtimes):
            for thrown in runtime.take_thrown():
                moved = True
                if thrown.kind == "signal":
                    self.broadcast(thrown.name, thrown.variables, runtime)
                elif not self.deliver(thrown):
                    self._kept.append((self.now + THROWN_TIME_TO_LIVE, thrown))
        return self._deliver_kept() or moved

    def _deliver_kept(self) -> bool:
        """Messages that came early, for those who wait for them only now."""
        waiting = [each for each in self._kept if each[0] > self.now]
        self._kept = [each for each in waiting if not self.deliver(each[1], start=False)]
        return len(self._kept) < len(waiting)


def starts_with(model: ProcessModel, message: str) -> bool:
    """Whether an instance of a process can begin with that message."""
    return any(
        event.kind == "message" and event.name == message
        for start in model.triggers
        for event in start.events
    )


def key_text(key: Any) -> str | None:
    """A correlation key as it is compared: text."""
    value = to_json(key)
    return None if value is None else str(value)


def _hears(wait: Wait, message: Thrown) -> bool:
    return (
        wait.kind == "message"
        and wait.event_name == message.name
        and wait.correlation_key in (None, message.correlation_key)
    )


def _programs(files: Mapping[str, bytes]) -> dict[str, Program]:
    drawings = {name: data for name, data in files.items() if file_kind(name) == "process"}
    tables = {name: data for name, data in files.items() if file_kind(name) == "decision"}
    decide = _decide(tables) if tables else None
    keys = [key for name, data in drawings.items() for key in _keys(name, data)]
    return {key: parser.load(drawings, key, decide=decide) for key in keys}


@lru_cache(maxsize=64)
def _keys(name: str, data: bytes) -> tuple[str, ...]:
    tree = translate(read(data, name=name)).tree
    give_ids(tree)
    return tuple(model.key for model in models(tree))


def _decide(tables: Mapping[str, bytes]) -> Decide:
    loaded = decisions.load(tables)

    def decide(decision: Decision, variables: Mapping[str, Any]) -> Any:
        evaluation = loaded.evaluate(decision.key, variables, reads_texts=True)
        return evaluation.into(decision.result)

    return decide
