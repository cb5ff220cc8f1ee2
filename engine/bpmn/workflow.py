"""A running process as live tokens only, on SpiffWorkflow's tasks and workflows.

SpiffWorkflow keeps every task that ever was, in one tree, and walks it after each step. Here a
workflow holds the tokens that are alive and nothing else; a token's children are what belongs to
it (armed boundary events, items of a loop), not what came after it.

    Case                      the process instance
      tokens                  of the process itself
      Level                   one per running sub-process or called process, under its token
        tokens

State changes go through the library's task: run, complete, error.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.bpmn.errors import ElementFailed
from engine.bpmn.forks import Branch, on_two_sides, side
from engine.bpmn.journal import Entry, Failure, Journal, Thrown
from engine.bpmn.level import Level, SubLevel
from engine.bpmn.scripting import FeelScriptEngine
from engine.bpmn.states import ERROR, READY, STARTED
from engine.bpmn.token import Token
from engine.bpmn.variables import Scope

if TYPE_CHECKING:
    from engine.bpmn.parser import Program
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.specs.node import Node
    from engine.bpmn.specs.process import ProcessSpec

#: Deepest nesting of sub-processes and called processes.
MAX_DEPTH = 60
#: Most live tokens of one instance.
MAX_TOKENS = 20_000


class Case(Level, BpmnWorkflow):  # type: ignore[misc]
    """A process instance: all its live tokens, what is ready to run, and what to tell."""

    def __init__(self, program: Program, variables: dict[str, Any], at: datetime) -> None:
        self.program = program
        self.parent_token = None
        self.tokens: dict[str, Token] = {}
        self.ready: deque[Token] = deque()
        self.journal = Journal()
        self.now = at
        self.by: str | None = None
        self.last_id = 0
        #: Elements run since something from outside last moved the instance.
        self.elements_run = 0
        self.ended = False
        #: Changes of variables that no log entry has told yet, by the keys of their scopes.
        self.delta: dict[str, dict[str, Any]] = {}
        #: Who writes, and on which branch each root variable was last written inside a fork.
        self.writer: Token | None = None
        self.written_on: dict[str, Branch] = {}
        #: Variables just written on a second side of an open fork.
        self.contested: list[str] = []
        #: Whether conditions waited for must be judged again.
        self.changed = False
        self.conditionals: dict[str, Token] = {}
        #: Tokens at joins that only decide when nothing else runs.
        self.undecided_joins: dict[str, Token] = {}
        BpmnWorkflow.__init__(
            self, program.spec, script_engine=FeelScriptEngine(), deserializing=True
        )
        self.open_level(Scope(variables))

    def get_task_from_id(self, task_id: str) -> Token | None:
        """The live token with that id, in whatever level it is."""
        return self.tokens.get(task_id)

    # --- tokens come and go

    def spawn(
        self,
        level: Level,
        node: Node,
        *,
        after: Token | None = None,
        parent: Token | None = None,
        flow: str | None = None,
        state: int = READY,
        listener: bool = False,
    ) -> Token:
        """A new token at `node`; it runs next unless `state` says that it waits."""
        if len(self.tokens) >= MAX_TOKENS:
            raise ElementFailed("loop", f"There are more than {MAX_TOKENS:,} tokens.")
        self.last_id += 1
        token = Token(
            level,
            node,
            str(self.last_id),
            since=self.now,
            parent=parent,
            state=state,
            listener=listener,
        )
        token.flow = flow
        if after is not None:
            token.previous = (after.node.element.id, self.now)
            token.branch = after.branch
        self.adopt(token)
        if state == READY:
            self.ready.append(token)
        return token

    def adopt(self, token: Token) -> None:
        """Count a token in, new or restored."""
        self.tokens[token.id] = token
        if token.parent is None and not token.listener:
            token.workflow.open += 1

    def drop(self, token: Token) -> None:
        """Take a token out, with everything that belongs to it."""
        for each in reversed(self.below(token)):
            self._remove(each)

    def abort(self, token: Token) -> None:
        """Cancel a token and everything that belongs to it, and say so in the log."""
        for each in reversed(self.below(token)):
            if each.entered or each.arrived:
                self.log(each, "abort")
            self._remove(each)

    def below(self, token: Token) -> list[Token]:
        """A token and all that belongs to it, outermost first."""
        found, position = [token], 0
        while position < len(found):
            each = found[position]
            found.extend(each.children)
            level = self.subprocesses.get(each.id)
            if level is not None:
                found.extend(level.roots())
            position += 1
        return found

    def promote(self, token: Token) -> None:
        """Let a child token go its own way in its level."""
        parent = token.parent
        if parent is not None:
            parent.forget(token)
            token.parent = None
            token.workflow.open += 1

    def win(self, token: Token) -> None:
        """Let the first event behind an event-based gateway go on, and the others go."""
        gateway = token.parent
        assert gateway is not None
        self.promote(token)
        self.log(gateway, "complete")
        self.drop(gateway)

    def move(self, token: Token, flows: Iterable[Flow]) -> None:
        """Send a token along sequence flows; without any it is consumed."""
        level = token.workflow
        ways = list(flows)
        for number, flow in enumerate(ways):
            spawned = self.spawn(level, flow.target, after=token, flow=flow.id)
            if len(ways) > 1:
                spawned.branch = side(token.branch, token.id, number)
        self.drop(token)
        parent = level.parent_token
        if parent is None:
            self.settle(level)
            return
        try:
            parent.node.moved_inside(parent, level)
        except ElementFailed as failure:
            self.fail(parent, failure)

    def settle(self, level: Level) -> None:
        """Complete a level that has no token left."""
        if level.open or level.held or level.completed:
            return
        level.completed = True
        for listener in list(level.tasks.values()):
            self.drop(listener)
        if level.parent_token is not None:
            self.ready.append(level.parent_token)
        else:
            self.ended = True
            self.log_process("complete")

    def _remove(self, token: Token) -> None:
        if not token.is_alive:
            return
        parent = token.parent
        if parent is not None:
            parent.forget(token)
        elif not token.listener:
            token.workflow.open -= 1
        self._leave_join(token)
        self.subprocesses.pop(token.id, None)
        self.conditionals.pop(token.id, None)
        del token.workflow.tasks[token.id]
        del self.tokens[token.id]

    def _leave_join(self, token: Token) -> None:
        self.undecided_joins.pop(token.id, None)
        waiting = token.workflow.arrived.get(token.node.name)
        if waiting is not None and token in waiting:
            waiting.remove(token)

    # --- levels

    def begin(self, level: Level, starts: Iterable[Node], route: list[str] | None = None) -> None:
        """Put the first tokens of a level on its starts, and arm its event sub-processes.

        A level opened on a compensation's `route` listens for nothing.
        """
        for node in level.spec.listeners if route is None else ():
            self.listen_beside(level, node)
        for start in starts:
            token = self.spawn(level, start)
            if level.parent_token is not None:
                token.previous = level.parent_token.previous
                token.branch = level.parent_token.branch
            if route:
                token.internal_data["route"] = route
        self.settle(level)

    def enclose(self, token: Token, spec: ProcessSpec, scope: Scope) -> SubLevel:
        """Open the level of a sub-process or called process under its token."""
        if token.workflow.depth >= MAX_DEPTH:
            raise ElementFailed("call", f"Processes are nested more than {MAX_DEPTH} deep.")
        level = SubLevel(spec, token, scope)
        self.subprocesses[token.id] = level
        return level

    # --- running

    def step(self, token: Token) -> None:
        """Run one token until it waits, moves on or fails."""
        if not token.is_alive:
            return
        self.elements_run += 1
        self.writer = token
        try:
            if token.state == READY and not token.leaving:
                token.run()
            else:
                token.complete()
        except ElementFailed as failure:
            self.fail(token, failure)

    def finish(self, token: Token) -> None:
        """Let a token that waited leave at the next advance."""
        token.leaving = True
        token.internal_data.pop("failure", None)
        token.turn(READY)
        self.ready.append(token)

    def stay(self, token: Token) -> None:
        """Let a token wait where it is, after all."""
        token.turn(STARTED)

    def retry(self, token: Token) -> None:
        """Let a failed token try again what it failed at."""
        token.turn(READY)
        self.ready.append(token)

    def clear(self, level: Level) -> None:
        """Cancel all tokens of a level."""
        for token in list(level.roots()):
            self.abort(token)

    def arm(self, token: Token) -> None:
        """Make a listener listen; what fails there is an incident of its own."""
        try:
            token.node.arm(token)
        except ElementFailed as failure:
            self.fail(token, failure)

    def listen_beside(self, level: Level, node: Node, host: Token | None = None) -> None:
        """Put a listener at a boundary event of `host`, or at the start of an event sub-process."""
        self.arm(self.spawn(level, node, parent=host, state=STARTED, listener=True))

    def listen(self, token: Token) -> None:
        """Remember a token whose conditions depend on variables."""
        if any(each["kind"] == "condition" for each in token.internal_data["events"]):
            self.conditionals[token.id] = token
            self.changed = True

    def judge(self, token: Token) -> None:
        """Let a token catch a condition that has become true."""
        try:
            which = token.node.become_true(token)
            if which is not None:
                token.node.caught(token, {}, which)
        except ElementFailed as failure:
            self.fail(token, failure)

    def fail(self, token: Token, failure: ElementFailed) -> None:
        """Keep a token where it is, as an incident."""
        if not token.is_alive:
            return
        token.turn(ERROR)
        self._leave_join(token)
        token.node.log_failed_entry(token)
        message = str(failure)
        token.internal_data["failure"] = [failure.kind, message]
        self.journal.failures.append(
            Failure(token.id, token.node.element.id, failure.kind, message)
        )
        self.log(token, "error")

    # --- variables

    def write(self, scope: Scope, variables: Mapping[str, Any]) -> None:
        """Set variables, each in the innermost scope that declares it, else at the root."""
        if not variables:
            return
        for name, value in variables.items():
            target = scope.declaring(name)
            target.own[name] = value
            self.tell(target, {name: value})
            if target.outer is None:
                if target is not self.scope:
                    target.written[name] = None
                else:
                    self._contest(name)
        self.changed = True

    def tell(self, scope: Scope, variables: Mapping[str, Any]) -> None:
        """Let the next log entry say that these variables of a scope have changed."""
        self.delta.setdefault(scope.key, {}).update(variables)

    def _contest(self, name: str) -> None:
        """Note a variable that two sides of an open fork write; the later write wins."""
        branch = self.writer.branch if self.writer is not None else ()
        before = self.written_on.get(name, ())
        if on_two_sides(before, branch):
            self.contested.append(name)
        if branch:
            self.written_on[name] = branch
        else:
            self.written_on.pop(name, None)

    # --- telling

    def log(self, token: Token, lifecycle: str) -> None:
        """Add an entry about a token; it takes the changes of variables so far."""
        element = token.node.element
        element_id, at = token.previous or (None, None)
        process_scope = token.scope.root.key
        variables, local = self._take_delta(process_scope)
        if lifecycle == "start":
            local.update((f"{token.id}.{n}", dict(own)) for n, own in enumerate(token.layers))
        self.journal.entries.append(
            Entry(
                at=self.now,
                element_id=element.id,
                name=element.name,
                kind=element.kind,
                lifecycle=lifecycle,
                token=token.id,
                previous_element=element_id,
                previous_at=at,
                by=self.by,
                variables=variables,
                process_key=token.workflow.spec.model.key,
                lane=element.lane,
                loop_index=token.internal_data.get("index"),
                flow=token.flow,
                contested=self._take_contested(),
                called_by=process_scope,
                local_variables=local,
                decision=token.internal_data.pop("decision", None),
            )
        )

    def log_process(self, lifecycle: str) -> None:
        """Add an entry about the process instance as a whole."""
        model = self.program.model
        variables, local = self._take_delta("")
        self.journal.entries.append(
            Entry(
                at=self.now,
                element_id=model.key,
                name=model.name,
                kind="process",
                lifecycle=lifecycle,
                token="",
                by=self.by,
                variables=variables,
                process_key=model.key,
                contested=self._take_contested(),
                local_variables=local,
            )
        )

    def throw_out(
        self, token: Token, kind: str, name: str, key: str | None, variables: dict[str, Any]
    ) -> None:
        """Hand a message or signal to the outside."""
        self.journal.thrown.append(
            Thrown(kind, name, key, variables, token.node.element.id, token.id)
        )

    def _take_contested(self) -> tuple[str, ...]:
        contested, self.contested = tuple(self.contested), []
        return contested

    def _take_delta(self, process_scope: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """What has changed in the scope of a process, and in all others."""
        if not self.delta:
            return {}, {}
        delta, self.delta = self.delta, {}
        return delta.pop(process_scope, {}), delta
