"""One process instance in memory: start or restore it, move it, ask what it waits for, dump it.

No database, no clock and no network: `at` is passed in, and what concerns the outside is taken
from the journal (entries, thrown messages and signals, failures) after each move.

    runtime = Runtime.start(program, {"amount": 10}, at=now)
    runtime.advance(at=now)
    [task] = runtime.waits()
    runtime.complete(task.token, {"approved": True}, at=now, by="ada")
    runtime.advance(at=now)
    state = runtime.dump()
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn import codec, loops, state
from engine.bpmn.errors import ElementFailed, NoSuchStart, NoSuchToken, NotWaiting
from engine.bpmn.journal import Entry, Failure, Thrown, Wait
from engine.bpmn.large_values import Read, held
from engine.bpmn.parser import Program
from engine.bpmn.scripting import Expression
from engine.bpmn.specs.ad_hoc_sub_process import AdHocSubProcess
from engine.bpmn.specs.complex_gateway import ComplexGateway
from engine.bpmn.specs.event_based_gateway import awaited_with, is_behind_start
from engine.bpmn.specs.event_sub_process import EventSubProcessStart
from engine.bpmn.specs.inclusive_gateway import InclusiveGateway
from engine.bpmn.specs.joining import waits_at_join
from engine.bpmn.specs.listening import armed_events
from engine.bpmn.specs.node import Node
from engine.bpmn.specs.process import ProcessSpec
from engine.bpmn.specs.start_event import StartEvent
from engine.bpmn.specs.throwing import broadcast, catcher_of, find_handler
from engine.bpmn.states import ERROR, READY, STARTED
from engine.bpmn.token import Token
from engine.bpmn.workflow import Case

__all__ = ["Budget", "Entry", "Failure", "Runtime", "Thrown", "Wait"]


@dataclass(frozen=True)
class Budget:
    """How much one advance may do, and how much an instance may do without anybody."""

    #: Elements per advance.
    elements: int = 2_000
    #: Processor time per advance.
    milliseconds: int = 500
    #: Elements in a row that nobody outside asked for; beyond it a loop is endless, and beyond
    #: twice as many everything is.
    elements_alone: int = 100_000

    def is_used_up(self, token: Token, count: int) -> bool:
        """Whether a token may not run after so many elements that nobody asked for."""
        if count < self.elements_alone:
            return False
        return count >= 2 * self.elements_alone or bool(loops.around(token))


class Runtime:
    """A process instance that can be moved."""

    def __init__(self, case: Case) -> None:
        self._case = case
        #: Large values that are kept apart from the state this was restored from.
        self._apart: set[str] = set()
        #: Variables of the process instance as they were stored last; None for a new one.
        self._stored: dict[str, Any] | None = None

    # --- begin and end

    @classmethod
    def start(
        cls,
        program: Program,
        variables: Mapping[str, Any] | None = None,
        *,
        at: datetime,
        element: str | None = None,
        message: str | None = None,
        by: str | None = None,
    ) -> Runtime:
        """A new instance with a token on its start; `advance` runs it.

        `element` names the start event, `message` the message of one; otherwise it is the none
        start event, or the only start there is. Raises NoSuchStart.
        """
        starts = _starts(program, variables or {}, element, message)
        case = Case(program, dict(variables or {}), at)
        case.by = by
        case.tell(case.scope, case.scope.own)
        case.log_process("start")
        case.by = None
        case.begin(case, [*starts, *awaited_with(starts[0])])
        if message is not None:
            # What begins the instance has come already: a receive task does not wait for it.
            first = next(token for token in case.tokens.values() if not token.listener)
            first.internal_data["came"] = True
        return cls(case)

    @classmethod
    def restore(cls, program: Program, data: bytes, read: Read | None = None) -> Runtime:
        """The instance of a dump. Raises UnreadableState.

        `read` gives the large values that `dump_apart` kept out of it, each when it is wanted.
        """
        document = state.migrated(codec.load(data))
        runtime = cls(state.restored(program, document, read))
        runtime._apart = state.references(document)
        runtime._stored = held(runtime._case.scope.own)
        return runtime

    def dump(self) -> bytes:
        """The state of the instance: live tokens and variables, without anything of the model.

        What happened since the last `take_…` is not in it.
        """
        return codec.dump(state.stored(self._case))

    def dump_apart(self) -> tuple[bytes, dict[str, bytes], set[str]]:
        """A dump without its large values; those that are new, by reference; references not used.

        What is new is to be stored with the dump, and what is not used any more to be deleted.
        """
        apart: state.Apart = {}
        data = codec.dump(state.stored(self._case, apart))
        before, self._apart = self._apart, set(apart)
        self._stored = held(self._case.scope.own)
        new = {ref: each for ref, each in apart.items() if ref not in before and each is not None}
        return data, new, before - set(apart)

    def rewind(self, data: bytes, read: Read | None = None, *, at: datetime) -> None:
        """Be what an earlier dump of this instance says.

        What stands now and did not stand then is aborted, and the log tells so; the tokens made
        from now on have numbers of their own. `read` is as for `restore`.
        """
        document = state.migrated(codec.load(data))
        former, case = state.restored(self.program, document, read), self._moved(at)
        case.delta = {}
        for token in reversed(list(case.tokens.values())):
            if token.id not in former.tokens and (token.entered or token.arrived):
                case.log(token, "abort")
        former.last_id = case.last_id
        former.journal.entries = self.take_entries()
        # From now on this is that instance; what lies beside its state now is told apart later.
        self._case, self._apart = former, self._apart | state.references(document)

    @property
    def references(self) -> frozenset[str]:
        """References to the large values that are kept apart from the state."""
        return frozenset(self._apart)

    @property
    def size(self) -> int:
        """About how many bytes all data of the instance take; loads and unpacks nothing."""
        return state.size(self._case)

    @property
    def program(self) -> Program:
        """What the instance runs."""
        return self._case.program

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return self._case.ended

    @property
    def elements_run(self) -> int:
        """Elements that ran since anybody outside last moved the instance."""
        return self._case.elements_run

    def cancel(self, *, at: datetime, by: str | None = None) -> None:
        """End the instance where it stands."""
        case = self._moved(at, by)
        case.clear(case)
        case.completed = case.ended = True
        case.log_process("abort")

    # --- move

    def advance(self, *, at: datetime, budget: Budget | None = None) -> bool:
        """Run all that needs nobody. False when the budget ran out: call again, later."""
        budget = budget or Budget()
        case = self._case
        case.now, case.by = at, None
        left = budget.elements
        deadline = time.process_time_ns() + budget.milliseconds * 1_000_000
        while case.ready or self._wake():
            if left <= 0 or time.process_time_ns() > deadline:
                return False
            token = case.ready.popleft()
            left -= 1
            if token.is_alive and budget.is_used_up(token, case.elements_run):
                case.fail(token, _endless(token, case.elements_run))
                continue
            case.step(token)
            self._check_conditions()
        self._tell_deadlock()
        return True

    def complete(
        self, token: str, variables: Mapping[str, Any], *, at: datetime, by: str | None = None
    ) -> None:
        """Complete whatever waits under that token: a task, a timer, a message.

        The token leaves its element; `advance` then runs what follows. Raises NoSuchToken and
        NotWaiting.
        """
        found, which = self._waiting(token), _part(token)
        case = self._moved(at, by)
        case.writer = found
        try:
            if found.state == ERROR and not found.listener:
                found.node.done_by_hand(found, variables)
            else:
                found.node.caught(found, variables, which)
        except ElementFailed as failure:
            case.fail(found, failure)
        self._leave()

    def deliver(
        self, token: str, variables: Mapping[str, Any], *, at: datetime, by: str | None = None
    ) -> None:
        """Give a message or signal to the element that waits for it under that token."""
        self._require(token, "message", "signal")
        self.complete(token, variables, at=at, by=by)

    def fire_timer(self, token: str, *, at: datetime) -> None:
        """Fire the timer under that token."""
        self._require(token, "timer")
        self.complete(token, {}, at=at)

    def broadcast(self, name: str, variables: Mapping[str, Any], *, at: datetime) -> int:
        """Give a signal to everything that waits for it; how many there were."""
        count = sum(wait.kind == "signal" and wait.event_name == name for wait in self.waits())
        broadcast(self._moved(at), name, variables)
        self._leave()
        return count

    def throw_error(
        self,
        token: str,
        code: str,
        message: str = "",
        variables: Mapping[str, Any] | None = None,
        *,
        at: datetime,
    ) -> bool:
        """Throw a BPMN error at an element. False when nobody catches it: then it has failed."""
        found = self._waiting(token)
        case = self._moved(at)
        handler = find_handler(found, "error", code)
        if handler is None:
            text = f"Nobody catches the error {code}" + (f": {message}" if message else ".")
            case.fail(found, ElementFailed("error", text))
            return False
        case.log(found, "error")
        handler.handle(variables or {})
        self._leave()
        return True

    def throw_escalation(self, token: str | None, code: str, *, at: datetime) -> bool:
        """Throw a BPMN escalation inside the activity of a token, or inside the process.

        False when nobody catches it: then nothing happens.
        """
        case = self._case
        found = None if token is None else self._token(token)
        inside = (each for each in case.subprocesses.values() if each.parent_token is found)
        level = case if found is None else next(inside, None)
        start = None if level is None else catcher_of(level.spec.event_starts, "escalation", code)
        handler = None if found is None else find_handler(found, "escalation", code)
        if start is None and handler is None:
            return False
        self._moved(at)
        if start is not None and level is not None:
            start.fire(level, {})
        elif handler is not None:
            handler.handle({})
        self._leave()
        return True

    def begin_activity(
        self, token: str, element_id: str, *, at: datetime, by: str | None = None
    ) -> None:
        """Start an activity inside the ad-hoc sub-process under that token."""
        found = self._waiting(token)
        if not isinstance(found.node, AdHocSubProcess):
            raise NotWaiting(element_id=found.node.element.id)
        self._moved(at, by)
        found.node.begin_activity(found, element_id)

    def retry(self, token: str, *, at: datetime, by: str | None = None) -> None:
        """Try a failed token again: it enters, or leaves, its element once more."""
        found = self._token(token)
        if found.state != ERROR:
            raise NotWaiting(element_id=found.node.element.id)
        case = self._moved(at, by)
        found.internal_data.pop("failure", None)
        if found.listener:
            found.turn(STARTED)
            case.arm(found)
            return
        case.retry(found)

    def set_variables(
        self, patch: Mapping[str, Any], *, at: datetime, by: str | None = None
    ) -> None:
        """Change variables of the process instance; None deletes one."""
        case = self._moved(at, by)
        case.write(case.scope, patch)
        for name, value in patch.items():
            if value is None:
                case.scope.own.pop(name, None)
        case.log_process("variables")
        self._check_conditions()

    # --- ask

    @property
    def variables(self) -> dict[str, Any]:
        """The variables of the process instance, unpacked."""
        return dict(self._case.scope.own)

    def may_have_changed(self, names: Collection[str]) -> bool:
        """Whether any of these variables of the process instance is not what was stored last.

        Loads and unpacks nothing; what was read since counts as changed where it is large.
        """
        before, now = self._stored, held(self._case.scope.own)
        return any(before is None or before.get(name) is not now.get(name) for name in names)

    def token_variables(self, token: str) -> dict[str, Any]:
        """The variables as a token sees them."""
        return dict(self._token(token).data)

    def evaluate(self, token: str | None, text: str) -> Any:
        """The value of FEEL text as a token (or the process) sees the variables.

        Raises ElementFailed when the text is not FEEL.
        """
        scope = self._case.scope if token is None else self._token(token).scope
        return Expression(text).value(scope.view())

    def entering(self) -> list[tuple[str, str]]:
        """Token and element of each that enters its element at the next advance, in order."""
        ready = (token for token in self._case.ready if token.is_alive)
        return [
            (token.id, token.node.element.id)
            for token in ready
            if not token.entered and not token.leaving
        ]

    def waits(self) -> list[Wait]:
        """Everything the instance waits for now, in the order the tokens were made."""
        return [wait for token in self._case.tokens.values() for wait in _waits(token)]

    def take_entries(self) -> list[Entry]:
        """The log since the last call."""
        journal = self._case.journal
        taken, journal.entries = journal.entries, []
        return taken

    def take_thrown(self) -> list[Thrown]:
        """Messages and signals for the outside since the last call."""
        journal = self._case.journal
        taken, journal.thrown = journal.thrown, []
        return taken

    def take_failures(self) -> list[Failure]:
        """What failed since the last call."""
        journal = self._case.journal
        taken, journal.failures = journal.failures, []
        return taken

    # --- helpers

    def _require(self, token_id: str, *kinds: str) -> None:
        """Raise NotWaiting unless an event of these kinds is waited for."""
        found, which = self._waiting(token_id), _part(token_id)
        armed = armed_events(found)
        if which >= len(armed) or armed[which]["kind"] not in kinds:
            raise NotWaiting(element_id=found.node.element.id)

    def _token(self, token_id: str) -> Token:
        found = self._case.tokens.get(token_id.partition("/")[0])
        if found is None:
            raise NoSuchToken(token=token_id)
        return found

    def _waiting(self, token_id: str) -> Token:
        """A token that waits for somebody, or has failed and is completed by hand."""
        found = self._token(token_id)
        if found.state == READY or (found.leaving and found.state != ERROR):
            raise NotWaiting(element_id=found.node.element.id)
        return found

    def _moved(self, at: datetime, by: str | None = None) -> Case:
        case = self._case
        case.now, case.by, case.elements_run, case.writer = at, by, 0, None
        return case

    def _leave(self) -> None:
        """Let what was just completed leave at once, so that the log tells who did it."""
        case = self._case
        while leaving := [token for token in case.ready if token.leaving]:
            for token in leaving:
                case.ready.remove(token)
                case.step(token)
        self._check_conditions()

    def _wake(self) -> bool:
        """Release joins that only decide when nothing else runs."""
        for level in (self._case, *self._case.subprocesses.values()):
            for name in list(level.swallowing):
                gateway = level.spec.node(name)
                assert isinstance(gateway, ComplexGateway)
                gateway.begin_anew(level)
        if self._case.ready:
            return True
        for token in list(self._case.undecided_joins.values()):
            gateway = token.node
            if isinstance(gateway, InclusiveGateway) and gateway.is_complete(token):
                gateway.release(token)
                return True
        return False

    def _tell_deadlock(self) -> None:
        """Make incidents of joins when nothing else is left that could ever reach them."""
        case = self._case
        joins = []
        for token in case.tokens.values():
            if waits_at_join(token):
                joins.append(token)
            elif token.id not in case.subprocesses and not token.has_children:
                return
        for token in joins:
            text = "This join waits for a flow by which nothing can come any more."
            case.fail(token, ElementFailed("join", text))

    def _check_conditions(self) -> None:
        """Fire conditional events whose condition has become true."""
        case = self._case
        while case.changed and case.conditionals:
            case.changed = False
            for token in list(case.conditionals.values()):
                if token.is_alive and not token.leaving:
                    case.judge(token)
        case.changed = False


def _part(token_id: str) -> int:
    """Which of several events of one token is meant: "12/1" is the second one of token 12."""
    part = token_id.partition("/")[2]
    return int(part) if part.isdecimal() else 0


def _waits(token: Token) -> list[Wait]:
    if token.state == ERROR:
        return [token.node.wait(token, "failed")]
    if token.state == READY:
        return [token.node.wait(token, "ready")]
    return list(token.node.waits_now(token))


def _starts(
    program: Program, variables: Mapping[str, Any], element: str | None, message: str | None
) -> tuple[Node, ...]:
    spec = program.spec
    own: list[Node] = list(spec.task_specs.values())
    nodes = [node for node in own if not isinstance(node, EventSubProcessStart)]
    if element is not None:
        found = [node for node in nodes if node.element.id == element and _begins(node)]
        found = found or [node for node in spec.starts if node.element.id == element]
        reason = f"it has no start {element}"
    elif message is not None:
        found = [node for node in nodes if _begins_with(node, message)]
        reason = f"no start event waits for {message}"
    else:
        found, reason = _chosen(spec, variables), "it has no start"
    if not found:
        raise NoSuchStart(key=program.model.key, reason=reason)
    return tuple(found) if element is None and message is None else tuple(found[:1])


def _chosen(spec: ProcessSpec, variables: Mapping[str, Any]) -> list[Node]:
    """Where nobody says which start it is: of several conditional ones the first that holds."""
    starts = list(spec.starts)
    if len(starts) == 1 and starts[0].element.events:
        own: list[Node] = list(spec.task_specs.values())
        holding = [node for node in own if isinstance(node, StartEvent) and node.holds(variables)]
        return holding[:1] or starts
    return starts


def _begins_with(node: Node, message: str) -> bool:
    """Whether a message begins an instance here: a start event, or what instantiates."""
    events = node.element.events
    return _begins(node) and any(each.kind == "message" and each.name == message for each in events)


def _begins(node: Node) -> bool:
    element = node.element
    return element.kind == "startEvent" or element.instantiate or is_behind_start(node)


def _endless(token: Token, count: int) -> ElementFailed:
    names = loops.named(loops.around(token) or [token.node])
    text = f"{count:,} elements ran without anybody; the loop goes through {names}."
    return ElementFailed("loop", text)
