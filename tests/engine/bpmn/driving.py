"""Drives a runtime in tests: names instead of tokens, and a dump and restore before each move."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.journal import Entry, Failure, Thrown, Wait
from engine.bpmn.parser import Decide, load
from engine.bpmn.runtime import Budget, Runtime

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Drive:
    """An instance that is stored and loaded between any two moves."""

    def __init__(
        self,
        files: bytes | Mapping[str, bytes],
        variables: Mapping[str, Any] | None = None,
        *,
        key: str = "process",
        element: str | None = None,
        message: str | None = None,
        decide: Decide | None = None,
    ) -> None:
        given = {"process.bpmn": files} if isinstance(files, bytes) else files
        self.program = load(given, key, decide=decide)
        self.at = START
        self.entries: list[Entry] = []
        self.thrown: list[Thrown] = []
        self.failures: list[Failure] = []
        self.runtime = Runtime.start(
            self.program, variables, at=self.at, element=element, message=message
        )
        self.go()

    def go(self) -> "Drive":
        """Store, load and run on; gather what happened."""
        for _ in range(1000):
            self._gather()
            self.runtime = Runtime.restore(self.program, self.runtime.dump())
            if self.runtime.advance(at=self.at, budget=Budget(elements=10)):
                self._gather()
                return self
        raise AssertionError("this never comes to rest")

    def wait(self, element_id: str, kind: str | None = None, index: int = 0) -> Wait:
        """One of the waits at an element."""
        found = [
            wait
            for wait in self.runtime.waits()
            if wait.element_id == element_id and kind in (None, wait.kind)
        ]
        assert len(found) > index, f"nothing waits at {element_id} but at {self.open}"
        return found[index]

    def complete(self, element_id: str, index: int = 0, **variables: Any) -> "Drive":
        """Complete what waits at an element."""
        token = self.wait(element_id, index=index).token
        self.runtime.complete(token, variables, at=self.at, by="ada")
        return self.go()

    def deliver(self, element_id: str, **variables: Any) -> "Drive":
        """Deliver a message or signal to an element."""
        self.runtime.deliver(self.wait(element_id).token, variables, at=self.at)
        return self.go()

    def error(self, element_id: str, code: str, **variables: Any) -> bool:
        """Throw a BPMN error at an element."""
        token = self.wait(element_id).token
        caught = self.runtime.throw_error(token, code, "it said so", variables, at=self.at)
        self.go()
        return caught

    def pass_time(self, **delta: float) -> "Drive":
        """Move the clock on and fire everything due, oldest first."""
        until = self.at + timedelta(**delta)
        while True:
            timers = [wait for wait in self.runtime.waits() if wait.due_at is not None]
            due = [wait for wait in timers if wait.due_at is not None and wait.due_at <= until]
            if not due:
                self.at = until
                return self
            first = min(due, key=lambda wait: (wait.due_at, int(wait.token)))
            assert first.due_at is not None
            self.at = max(self.at, first.due_at)
            self.runtime.fire_timer(first.token, at=self.at)
            self.go()

    @property
    def open(self) -> list[str]:
        """Where tokens stand, sorted."""
        return sorted(wait.element_id for wait in self.runtime.waits() if wait.is_leaf)

    @property
    def visited(self) -> list[str]:
        """The elements entered so far, in order, without the process itself."""
        return [
            entry.element_id
            for entry in self.entries
            if entry.lifecycle == "start" and entry.kind != "process"
        ]

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance."""
        return self.runtime.variables

    @property
    def ended(self) -> bool:
        """Whether the instance is over."""
        return self.runtime.ended

    def _gather(self) -> None:
        self.entries += self.runtime.take_entries()
        self.thrown += self.runtime.take_thrown()
        self.failures += self.runtime.take_failures()
