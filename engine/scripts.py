"""Python scripts of analysts, run in sandbox processes and never in this one.

    run ──▶ a warm process of the pool ──▶ variables it assigned, as JSON
                     │
                     ╰── over a limit: a named error; one that hangs is killed and replaced

A sandbox interprets Python itself (pydantic-monty): it has no files, network, environment, clock
to wait for, or object of ours. Values go in and come out as JSON.
"""

import os
from atexit import register
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from pydantic_monty import (
    CollectString,
    Monty,
    MontyCrashedError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    ResourceLimits,
)

from core import clock
from core.errors import BackOfficeError, Invalid, Unavailable
from core.values import MAX_BYTES, NotJson, ValueTooDeep, ValueTooLarge, from_json, to_json
from engine.bpmn.python_script import PythonScript, read_script

SECONDS = 1.0
#: A process that does not notice that its time is up is killed after so much more.
GRACE_SECONDS = 0.25
MEMORY_BYTES = 50_000_000
RECURSION = 200
#: What `print` may write; nobody reads it but the one who tries a script out.
PRINTED_BYTES = 65_536
#: Sandboxes of one process of ours, started as they are needed and kept.
PROCESSES = 4
#: A script waits so long for a free sandbox.
WAIT_SECONDS = 5.0
#: A sandbox is replaced after so many scripts, whatever they left behind.
SCRIPTS_PER_PROCESS = 10_000

_LIMITS: ResourceLimits = {
    "max_feed_duration_secs": SECONDS,
    "max_memory": MEMORY_BYTES,
    "max_recursion_depth": RECURSION,
    "max_suspensions": 1_000,
}
#: Runs behind the script: what it assigned, as JSON.
_RESULT = """
import json as _json
import datetime as _datetime
from decimal import Decimal as _Decimal
def _plain(_value):
    if isinstance(_value, dict):
        return {_key: _plain(_each) for _key, _each in _value.items()}
    if isinstance(_value, (list, tuple, set, frozenset)):
        return [_plain(_each) for _each in _value]
    if isinstance(_value, (_datetime.date, _datetime.datetime)):
        return _value.isoformat()
    if isinstance(_value, _datetime.timedelta):
        return f"PT{_value.total_seconds():f}S"
    if isinstance(_value, _Decimal):
        return int(_value) if _value == int(_value) else float(_value)
    return _value
_set = {_name: _value for _name, _value in locals().items() if _name in _names}
try:
    _answer = _json.dumps(_set)
except TypeError:
    _answer = _json.dumps(_plain(_set))
_answer
"""


class ScriptRefused(Invalid):
    """The script cannot run: {reason}."""


class ScriptFailed(Invalid):
    """The script failed{place}: {reason}"""


class ScriptTimeLimit(Unavailable):
    """The script did not end within {seconds} s."""


class ScriptMemoryLimit(Invalid):
    """The script needs more than {megabytes} MB of memory."""


class ScriptRecursionLimit(Invalid):
    """The script calls itself more than {depth} levels deep."""


class ScriptOutputLimit(Invalid):
    """The script prints or returns more than {limit} bytes."""


class ScriptsBusy(Unavailable):
    """All {processes} sandboxes have been busy for {seconds} s."""


class SandboxDied(Unavailable):
    """The sandbox of the script died."""


@dataclass(frozen=True)
class Ran:
    """What a script assigned, and what it printed."""

    variables: dict[str, Any]
    printed: str


class Sandboxes:
    """A pool of sandbox processes, started with the first script."""

    def __init__(self, processes: int = PROCESSES, seconds: float = SECONDS) -> None:
        self.processes, self.seconds = processes, seconds
        self._lock = Lock()
        self._pool: Monty | None = None
        self._owner = 0

    def run(self, text: str, variables: Mapping[str, Any], *, at: datetime, seed: str = "") -> Ran:
        """Run a script over the variables it names; `at` is its clock, `seed` its chance.

        Raises ScriptRefused, ScriptFailed, a named limit, ScriptsBusy or SandboxDied.
        """
        script = read_script(text)
        if script.mistakes:
            raise ScriptRefused(reason="; ".join(each.sentence for each in script.mistakes))
        given = {name: to_json(variables[name]) for name in script.reads if name in variables}
        given["_names"] = script.assigns
        printed = CollectString(max_bytes=PRINTED_BYTES)
        try:
            with self._session(at, seed) as session:
                answer = session.feed_run(
                    script.text + _RESULT, inputs=given, print_callback=printed
                )
        except (MontyRuntimeError, MontySyntaxError) as error:
            raise self._named(error, script) from None
        except MontyCrashedError as error:
            raise self._crash(error) from None
        except TimeoutError:
            raise ScriptsBusy(processes=self.processes, seconds=WAIT_SECONDS) from None
        return Ran(_variables(answer), printed.output)

    def close(self) -> None:
        """End all sandboxes; the next script starts new ones. In a fork it does nothing."""
        with self._lock:
            if self._pool is not None and self._owner == os.getpid():
                self._pool.__exit__(None, None, None)
                self._pool = None

    def _session(self, at: datetime, seed: str) -> MontySession:
        return self._started().checkout(
            script_name="script.py",
            limits={**_LIMITS, "max_feed_duration_secs": self.seconds},
            os_policy={"datetime": at, "sleep": "zero", "random_start": {"seed": seed}},
        )

    def _started(self) -> Monty:
        """The pool of this process. Its threads do not survive a fork: fork before, not after."""
        with self._lock:
            if self._pool is None:
                self._pool, self._owner = self._new_pool(), os.getpid()
            assert self._owner == os.getpid(), "this process was forked after its first script"
            return self._pool

    def _new_pool(self) -> Monty:
        pool = Monty(
            max_processes=self.processes,
            checkout_timeout=WAIT_SECONDS,
            max_checkouts_per_worker=SCRIPTS_PER_PROCESS,
            feed_duration_limit_grace=GRACE_SECONDS,
            request_timeout=self.seconds + 2 * GRACE_SECONDS,
        )
        return pool.__enter__()

    def _named(
        self, error: MontyRuntimeError | MontySyntaxError, script: PythonScript
    ) -> BackOfficeError:
        """Which limit it was, or the script's own mistake and its line."""
        match error.exception():
            case TimeoutError():
                return ScriptTimeLimit(seconds=self.seconds)
            case RecursionError():
                return ScriptRecursionLimit(depth=RECURSION)
            case MemoryError() if f"> {PRINTED_BYTES} bytes" in str(error):
                return ScriptOutputLimit(limit=PRINTED_BYTES)
            case MemoryError():
                return ScriptMemoryLimit(megabytes=MEMORY_BYTES // 1_000_000)
            case _:
                place = _place(error, script)
                return ScriptFailed(place=place, reason=str(error)[:500])

    def _crash(self, error: MontyCrashedError) -> BackOfficeError:
        if error.timed_out:
            return ScriptTimeLimit(seconds=self.seconds)
        return SandboxDied()


sandboxes = Sandboxes()
register(sandboxes.close)


def run(text: str, variables: Mapping[str, Any], *, seed: str = "") -> dict[str, Any]:
    """What a script assigns, from the variables it names. Raises as `Sandboxes.run` does."""
    return sandboxes.run(text, variables, at=clock.now(), seed=seed).variables


def _variables(answer: object) -> dict[str, Any]:
    """The variables in what a sandbox answered; nothing of it is trusted."""
    try:
        found = from_json(answer if isinstance(answer, str) else "")
    except ValueTooLarge:
        raise ScriptOutputLimit(limit=MAX_BYTES) from None
    except (NotJson, ValueTooDeep) as error:
        raise ScriptFailed(place="", reason=f"Its result is no JSON. {error}") from None
    if not isinstance(found, dict):
        raise ScriptFailed(place="", reason="Its result was replaced.")
    return found


def _place(error: MontyRuntimeError | MontySyntaxError, script: PythonScript) -> str:
    """Where a script failed; nothing when that is behind its own text."""
    lines = [frame.line for frame in error.traceback()]
    own = bool(lines) and lines[-1] <= script.text.count("\n") + 1
    return f" in line {lines[-1]}" if own else ""
