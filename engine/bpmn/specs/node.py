"""What all elements have in common: entering with inputs, leaving with outputs and flows.

    enter ─► execute ─┬─► (waits for somebody) ─┬─► leave ─► flows
                      └─────────────────────────┘
A failure keeps the token: before leaving it is entered again, after that it only leaves again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.bpmn.errors import ElementFailed, NotWaiting
from engine.bpmn.journal import Wait
from engine.bpmn.scripting import setting
from engine.bpmn.specs import compensation
from engine.bpmn.specs.quantity import gathers, is_gathering

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.model import Element
    from engine.bpmn.specs.boundary_event import BoundaryEvent
    from engine.bpmn.specs.flow import Flow
    from engine.bpmn.specs.process import ProcessSpec
    from engine.bpmn.token import Token


class Node(BpmnTaskSpec):  # type: ignore[misc]
    """The spec of one element; never changed once its program is loaded."""

    #: What a token waits for here, None when it does not stop.
    wait_kind: ClassVar[str | None] = None
    #: Tokens below this one are not shown where the instance stands.
    hides_children: ClassVar[bool] = False

    def __init__(self, spec: ProcessSpec, element: Element, name: str | None = None) -> None:
        super().__init__(spec, name or element.id, lane=element.lane)
        self.spec = spec
        self.element = element
        self.bpmn_id, self.bpmn_name = element.id, element.name
        self.flows: tuple[Flow, ...] = ()
        #: Attached events, and those of them that wait as tokens.
        self.boundaries: tuple[BoundaryEvent, ...] = ()
        self.listeners: tuple[BoundaryEvent, ...] = ()
        #: What is drawn inside a sub-process.
        self.inside: ProcessSpec | None = None
        #: What undoes this activity once it is completed.
        self.compensator: Node | None = None
        settings = element.settings
        self.input_mappings = tuple((each.name, setting(each.value)) for each in settings.inputs)
        self.output_mappings = tuple((each.name, setting(each.value)) for each in settings.outputs)

    # --- what elements differ in

    def execute(self, token: Token) -> bool:
        """Do the element's work. True: done; False: waits, or the token is gone."""
        return True

    def arm(self, token: Token) -> None:
        """Start to listen; for elements that wait for an event."""

    def become_true(self, token: Token) -> int | None:
        """Number of an event definition whose condition has become true."""
        return None

    def caught(self, token: Token, variables: Mapping[str, Any], which: int = 0) -> None:
        """Go on after what the token waited for has come; `which` of several events it was.

        Raises NotWaiting.
        """
        if self.wait_kind is None:
            raise NotWaiting(element_id=self.element.id)
        token.case.write(token.scope, variables)
        token.case.finish(token)

    def done_by_hand(self, token: Token, variables: Mapping[str, Any]) -> None:
        """A person did what failed here: the element counts as executed."""
        token.case.write(token.scope, variables)
        token.case.finish(token)

    def check_child(self, token: Token, child: Token) -> None:
        """Called on an owner before a token that belongs to it is over; may fail."""

    def child_left(self, token: Token, child: Token) -> None:
        """Called on an owner when a token that belongs to it is over."""

    def moved_inside(self, token: Token, level: Level) -> None:
        """Called after each move in the level under a token."""
        token.case.settle(level)

    def choose(self, token: Token) -> list[Flow]:
        """The flows a leaving token takes: an implicit split, conditions and default heeded."""
        conditional = [flow for flow in self.flows if flow.condition is not None]
        if not conditional:
            return list(self.flows)
        taken = [
            flow
            for flow in self.flows
            if not flow.is_default and (flow.condition is None or flow.condition.holds(token.data))
        ]
        if not any(flow.condition is not None for flow in taken):
            taken += [flow for flow in self.flows if flow.is_default]
        if not taken:
            raise ElementFailed("gateway", self.undecided())
        return taken

    def waits(self, token: Token) -> Iterator[Wait]:
        """What a token here waits for now."""
        if self.wait_kind is not None:
            yield self.wait(token, self.wait_kind)

    def waits_now(self, token: Token) -> Iterator[Wait]:
        """What a token here waits for, be it only others to begin the activity with."""
        if is_gathering(token):
            yield self.wait(token, "join")
        else:
            yield from self.waits(token)

    # --- the life of a token here

    def _run_hook(self, token: Token) -> bool | None:
        if not gathers(token, self.element.start_quantity):
            return None
        self.enter(token)
        # The library takes None for "goes on outside", and False for an error.
        return True if self.execute(token) else None

    def enter(self, token: Token) -> None:
        """Log the entry, open the inputs' scope and arm boundary events, each once."""
        if token.internal_data.get("route"):
            # Opened again only to reach a compensation handler inside.
            return
        if self.input_mappings and not token.internal_data.get("inputs"):
            token.declare({name: value.kept(token.data) for name, value in self.input_mappings})
            token.internal_data["inputs"] = True
            if token.entered:
                # It failed before; otherwise the entry that follows tells them.
                token.case.tell(token.scope, token.scope.own)
        if not token.entered and not is_hidden(token):
            self.log_entry(token)
        if self.listeners and not token.has_children:
            for boundary in self.listeners:
                token.case.listen_beside(token.workflow, boundary, token)

    def _on_complete(self, token: Token) -> None:
        token.leaving = True
        self.leave(token)

    def leave(self, token: Token) -> None:
        """Write the outputs and go on; nothing has moved when this fails."""
        if is_hidden(token):
            token.case.win(token)
        case, owner = token.case, token.owner
        is_passage = bool(token.internal_data.get("route"))
        if not is_passage:
            self.write_outputs(token)
            if not token.entered:
                self.log_entry(token)
        if owner is not None:
            owner.node.check_child(owner, token)
        flows = [] if token.belongs else self.choose(token) * self.element.completion_quantity
        if not is_passage:
            record = compensation.record_of(self, token)
            if record is not None:
                token.workflow.compensations.append(record)
            self.log_exit(token)
        if owner is None:
            case.move(token, flows)
            return
        case.drop(token)
        owner.node.child_left(owner, token)

    def write_outputs(self, token: Token) -> None:
        """Write the mapped outputs to the scope around the element."""
        if self.output_mappings:
            outer = token.scope
            if token.internal_data.get("inputs") and outer.outer is not None:
                outer = outer.outer
            values = {name: value.kept(token.data) for name, value in self.output_mappings}
            token.case.write(outer, values)

    def log_entry(self, token: Token) -> None:
        """Log that the element was entered."""
        token.entered = True
        token.case.log(token, "start")

    def log_failed_entry(self, token: Token) -> None:
        """Log the entry of a token that fails before it was logged; others have no entry."""
        stands_in = token.listener or is_hidden(token) or token.internal_data.get("route")
        if not (token.entered or token.arrived or stands_in):
            self.log_entry(token)

    def log_exit(self, token: Token) -> None:
        """Log that the element was left."""
        token.case.log(token, "complete")

    # --- words

    def wait(self, token: Token, kind: str, *, part: int | None = None, **fields: Any) -> Wait:
        """A Wait for a token here, or for one part of what it waits for."""
        return Wait(
            kind=kind,
            token=token.id if part is None else f"{token.id}/{part}",
            element_id=self.element.id,
            name=self.element.name,
            since=token.since,
            loop_index=token.internal_data.get("index"),
            is_leaf=not token.listener and not is_hidden(token),
            process_key=self.spec.model.key,
            path=path(token),
            **fields,
        )

    def undecided(self) -> str:
        """The sentence for a token that finds no way out."""
        name = self.element.name or self.element.id
        conditions = [flow.condition.text for flow in self.flows if flow.condition is not None]
        listed = ", ".join(f"“{text}”" for text in conditions)
        return f"No way out of {name}: none of {listed} is true, and there is no default flow."

    def _predict(self, *_: object, **__: object) -> None:
        """The library guesses future tasks; ours are made when they are reached."""


def is_hidden(token: Token) -> bool:
    """Whether a token only stands in for the one above, as behind an event-based gateway."""
    parent = token.parent
    return parent is not None and parent.node.hides_children


def path(token: Token) -> tuple[str, ...]:
    """Ids of the sub-processes and call activities around a token, outermost first."""
    found: list[str] = []
    parent = token.workflow.parent_token
    while parent is not None:
        found.append(parent.node.element.id)
        parent = parent.workflow.parent_token
    return tuple(reversed(found))
