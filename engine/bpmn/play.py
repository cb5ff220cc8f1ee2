"""Processes played through in memory: time is moved by hand, and answers are given by hand.

play = Play({"onboarding.bpmn": data}, at=monday)
play.start({"variables": {"customer": "C-42"}})
play.complete("confirm_address", {"ok": True})
play.move_clock(monday + timedelta(days=5))
play.waits()
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from core import feel
from core.errors import BackOfficeError
from core.values import merge_patch
from engine.bpmn.journal import Entry, Thrown, Wait
from engine.bpmn.naming import Named, describe
from engine.bpmn.parser import Program
from engine.bpmn.runtime import Runtime
from engine.bpmn.stage import CannotPlay, Open, Stage, key_text, starts_with

__all__ = ["CannotPlay", "Play", "RunScript", "due_at"]

#: Rounds of running, answering and delivering before a play counts as endless.
MAX_ROUNDS = 10_000
MAX_FIRINGS = 100_000

#: Runs a script in Python over variables: what it assigns. Raises a BackOfficeError.
RunScript = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]

_BY_PEOPLE = frozenset(["user_task", "manual", "ad_hoc", "timer"])
_BY_SERVICES = frozenset(["service_task"])
_BY_CHOICE = frozenset(["choice"])
_NEVER = datetime.max.replace(tzinfo=UTC)


class Play:
    """Instances in memory, driven from outside."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        at: datetime,
        auto: Mapping[str, Mapping[str, Any]] | None = None,
        run_script: RunScript | None = None,
    ) -> None:
        self.stage = Stage(files, at)
        self.auto = auto or {}
        #: Without it scripts in Python wait for a `service` step, as calls do.
        self.run_script = run_script
        #: Messages that nobody waited for.
        self.unheard: list[str] = []
        #: Failed calls by token.
        self._failed_calls: dict[tuple[int, str], str] = {}

    # --- what can be done

    def start(self, start: Mapping[str, Any]) -> None:
        """Start the first executable process, or the one that the message or `process` names."""
        message = start.get("message") or {}
        name = message.get("name")
        variables = {**(start.get("variables") or {}), **(message.get("with") or {})}
        program = self._program(start.get("process"), name)
        self.stage.begin(program, variables, element=start.get("element"), message=name)
        self._settle()

    def complete(self, name: str, variables: Mapping[str, Any] | None = None) -> None:
        """Complete an open user or manual task, an ad-hoc sub-process, or a timer without value.

        An activity of an ad-hoc sub-process that waits for somebody is started for it.
        """
        found = self._find(name, _BY_PEOPLE)
        found.runtime.complete(found.wait.token, variables or {}, at=self.stage.now)
        self._settle()

    def service(self, name: str, answer: Mapping[str, Any]) -> None:
        """Answer a call that waits: `returns`, `fails` or `error`."""
        self._answer(self._find(name, _BY_SERVICES), answer)
        self._settle()

    def give(self, found: Open, variables: Mapping[str, Any]) -> None:
        """Complete what was found open, whatever it waits for."""
        found.runtime.complete(found.wait.token, variables, at=self.stage.now)
        self._settle()

    def message(self, message: Mapping[str, Any]) -> None:
        """Publish a message, whether or not somebody waits for it under its key."""
        name, key = str(message.get("name")), key_text(message.get("key"))
        if not self.stage.knows("message", name):
            raise CannotPlay(f"no process here waits for a message {name}. {self.open_words()}")
        thrown = Thrown("message", name, key, dict(message.get("with") or {}), "", "")
        if not self.stage.deliver(thrown):
            with_key = "" if key is None else f" with key {key}"
            self.unheard.append(f"nobody waited for the message {name}{with_key}")
        self._settle()

    def signal(self, signal: Mapping[str, Any]) -> None:
        """Broadcast a signal, whether or not somebody waits for it."""
        name = str(signal.get("name"))
        if not self.stage.knows("signal", name):
            raise CannotPlay(f"no process here waits for a signal {name}. {self.open_words()}")
        self.stage.broadcast(name, signal.get("with") or {})
        self._settle()

    def move_clock(self, until: datetime) -> None:
        """Move time on; everything that falls due on the way fires, oldest first."""
        for _ in range(MAX_FIRINGS):
            first = min(self.stage.open(), key=due_at, default=None)
            if first is None or due_at(first) > until:
                break
            self.stage.now = max(self.stage.now, due_at(first))
            first.runtime.fire_timer(first.wait.token, at=self.stage.now)
            self._settle()
        else:
            raise CannotPlay(f"more than {MAX_FIRINGS:,} timers fire before {until.isoformat()}.")
        self.stage.now = max(self.stage.now, until)

    def choose(self, gateway: str, flows: str | list[str]) -> None:
        """Take a way, or several, out of a gateway whose conditions are not written yet."""
        found = self._find(gateway, _BY_CHOICE)
        model = found.runtime.program.models[found.wait.process_key]
        ways = [each.id for each in model.flows_from(found.wait.element_id)]
        wanted = flows if isinstance(flows, list) else [flows]
        if unknown := [str(each) for each in wanted if each not in ways]:
            raise CannotPlay(f"{unknown[0]} does not leave {gateway}; {', '.join(ways)} do.")
        found.runtime.complete(found.wait.token, {"flow": wanted}, at=self.stage.now)
        self._settle()

    def set_variables(self, patch: Mapping[str, Any]) -> None:
        """Change variables of the process, as an operator would."""
        before = self.main.variables
        merged = {name: merge_patch(before.get(name), value) for name, value in patch.items()}
        self.main.set_variables(merged, at=self.stage.now)
        self._settle()

    # --- what can be seen

    @property
    def main(self) -> Runtime:
        """The instance that was started first."""
        if not self.stage.runtimes:
            raise CannotPlay("nothing has been started.")
        return self.stage.runtimes[0]

    @property
    def entries(self) -> list[Entry]:
        """The log of all instances."""
        return self.stage.entries

    def waits(self) -> list[Wait]:
        """Where tokens stand."""
        return [each.wait for each in self.stage.open() if each.wait.is_leaf]

    def incidents(self) -> dict[str, str]:
        """The elements with an open incident, and what it says."""
        found = {}
        for each in self.stage.open():
            if each.wait.kind == "failed":
                found[each.wait.element_id] = self.stage.failures.get(each.key, "")
            elif each.key in self._failed_calls:
                found[each.wait.element_id] = self._failed_calls[each.key]
        return found

    def open_words(self) -> str:
        """What is open now, in words."""
        words = [describe(each.wait) for each in self.stage.open()]
        notes = [f"{key}: {message}" for key, message in self.incidents().items() if message]
        if words:
            incidents = f" Incident at {'; '.join(notes)}" if notes else ""
            return f"Open instead: {', '.join(dict.fromkeys(words))}.{incidents}"
        return "Nothing is open: it has ended." if self.stage.runtimes else "Nothing is open."

    # --- helpers

    def _program(self, key: str | None, message: str | None) -> Program:
        programs = [
            each
            for each in self.stage.programs.values()
            if key in (None, each.model.key)
            and (message is None or starts_with(each.model, message))
        ]
        # A drawing runs too, but a pool without any content is nobody's main process.
        drawn = [
            each for each in programs if any(one.is_node for one in each.model.elements.values())
        ]
        executable = [each for each in drawn if each.model.is_executable]
        if not drawn:
            wanted = f" {key}" if key else f" that starts with the message {message}"
            raise CannotPlay(f"there is no process{wanted if key or message else ''} here.")
        return (executable or drawn)[0]

    def _find(self, name: str, kinds: frozenset[str], *, begun: bool = False) -> Open:
        wanted = Named.parse(name)
        found = [each for each in self.stage.open() if wanted.matches(each.wait)]
        fitting = [each for each in found if each.wait.kind in kinds and not _fires(each)]
        if wanted.index is not None:
            items = [each for each in fitting if each.wait.loop_index == wanted.index]
            fitting = items or fitting[wanted.index :]
        if fitting:
            return fitting[0]
        if not found and not begun and self._begin(wanted):
            return self._find(name, kinds, begun=True)
        raise CannotPlay(f"{self._why_not(wanted, found)} {self.open_words()}")

    def _begin(self, wanted: Named) -> bool:
        """Start an activity inside an ad-hoc sub-process that waits for somebody to do so."""
        for each in self.stage.open():
            inside = each.runtime.program.models[each.wait.process_key].elements
            element = inside.get(wanted.element_id)
            if each.wait.kind == "ad_hoc" and element and element.parent == each.wait.element_id:
                token = each.wait.token
                each.runtime.begin_activity(token, wanted.element_id, at=self.stage.now)
                self._settle()
                return True
        return False

    def _why_not(self, wanted: Named, found: list[Open]) -> str:
        if found:
            return f"{describe(found[0].wait)} cannot be taken by this kind of step."
        elements = self.stage.elements()
        if wanted.element_id not in elements:
            near = wanted.near(elements) or "."
            return f"there is no element {wanted.element_id}{near}"
        if wanted.path:
            return f"{wanted.text} is not open."
        entered = any(each.element_id == wanted.element_id for each in self.entries)
        return f"{wanted.text} {'is not open any more' if entered else 'has not been reached'}."

    def _answer(self, found: Open, answer: Mapping[str, Any]) -> None:
        self._failed_calls.pop(found.key, None)
        runtime, token, now = found.runtime, found.wait.token, self.stage.now
        if "fails" in answer:
            self._fail(found, str(answer["fails"]), answer.get("response"))
        elif "error" in answer:
            given = answer["error"]
            error = given if isinstance(given, dict) else {"code": given}
            code, message = str(error.get("code")), str(error.get("message") or "")
            runtime.throw_error(token, code, message, error.get("with") or {}, at=now)
        else:
            runtime.complete(token, answer.get("returns") or {}, at=now)

    def _fail(self, found: Open, message: str, response: Any = None) -> None:
        """The last attempt failed: it is the error that this is mapped to, or an incident."""
        runtime, wait = found.runtime, found.wait
        element = runtime.program.element(wait.process_key, wait.element_id)
        context = {**runtime.token_variables(wait.token), "response": response, "failure": message}
        for each in element.settings.error_map:
            if each.when is None or feel.compile(each.when)(context) is True:
                runtime.throw_error(wait.token, each.code, message, at=self.stage.now)
                return
        self._failed_calls[found.key] = message

    def _settle(self) -> None:
        """Run until everything waits for somebody outside."""
        for _ in range(MAX_ROUNDS):
            if not (self.stage.run() or self._answer_by_itself()):
                return
        raise CannotPlay(f"it does not come to rest. {self.open_words()}")

    def _answer_by_itself(self) -> bool:
        for each in self.stage.open():
            answer = self.auto.get(each.wait.element_id)
            if each.wait.kind not in _BY_SERVICES or each.key in self._failed_calls:
                continue
            if answer is None:
                answer = self._script_answer(each)
            if answer is not None:
                self._answer(each, answer)
                return True
        return False

    def _script_answer(self, found: Open) -> dict[str, Any] | None:
        """What the script that waits there assigns, or why it failed; None when none does."""
        runtime, wait = found.runtime, found.wait
        element = runtime.program.element(wait.process_key, wait.element_id)
        if self.run_script is None or element.kind != "scriptTask" or element.script is None:
            return None
        try:
            variables = runtime.token_variables(wait.token)
            return {"returns": self.run_script(element.script, variables)}
        except BackOfficeError as failure:
            return {"fails": str(failure), "response": {"error": type(failure).__name__}}


def _fires(each: Open) -> bool:
    """Whether it is a timer that the clock fires."""
    return each.wait.due_at is not None


def due_at(each: Open) -> datetime:
    """When the clock fires what waits there; the end of time for all that is no timer."""
    return each.wait.due_at if each.wait.kind == "timer" and each.wait.due_at else _NEVER
