"""Where the tokens of a case stand, as its log tells, and who outside is waited for."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from engine.bpmn.model import GATEWAYS, SUB_PROCESSES, Element, ProcessModel
from engine.bpmn.parser import Program
from engine.bpmn.service_levels import Sla
from engine.past import Told

ENTERS = frozenset({"start", "arrive"})
LEAVES = frozenset({"complete", "abort", "join"})
#: Tokens here stand around others, not for themselves.
_AROUND = SUB_PROCESSES | {"callActivity"}
#: Tokens here only wait for other tokens.
_JOINS = GATEWAYS - {"eventBasedGateway"}


class Standing(NamedTuple):
    """Where one token stands; `called_by` is the token of the call activity around it."""

    element_id: str
    kind: str
    process_key: str
    called_by: str | None
    #: When it came there, in ISO 8601.
    since: str


Standings = dict[str, list[Any]]


def move(standing: Standings, entry: Told) -> None:
    """Take in the next entry of the log."""
    if not entry.token or entry.kind in ("incident", "sla"):
        return
    if entry.lifecycle in ENTERS:
        since = standing[entry.token][4] if entry.token in standing else entry.at.isoformat()
        place = entry.element_id or "", entry.kind, entry.process_key
        standing[entry.token] = list(Standing(*place, entry.called_by, since))
    elif entry.lifecycle in LEAVES:
        standing.pop(entry.token, None)


def is_held_up(
    program: Program, standing: Standings, sla: Sla, scope: "Scope"
) -> list[tuple[str, str]]:
    """The elements and parties that all of a scope waits for; empty when there is work to do."""
    held = []
    for _, here in scope.leaves(program, standing):
        if here.kind in _JOINS:
            continue
        model = program.models.get(here.process_key)
        element = model.elements.get(here.element_id) if model is not None else None
        party = None if model is None or element is None else waited_for(model, element, sla)
        if party is None:
            return []
        held.append((here.element_id, party))
    return held


def waited_for(model: ProcessModel, element: Element, sla: Sla) -> str | None:
    """Whom a token at an element waits for, as far as it makes a clock stand still."""
    pauses = sla.pauses
    options = list(_awaited(model, element))
    for each in (element, *options, *_around(model, element)):
        party = each.settings.waits_for
        if party is not None and party in pauses:
            return party
    if "message" in pauses and any(_is_message(each) for each in (element, *options)):
        return "message"
    return None


class Scope(NamedTuple):
    """What a clock is about: the whole case, or what lies under one token."""

    token: str | None
    process_key: str
    element_id: str
    is_task: bool = False

    def leaves(self, program: Program, standing: Standings) -> Iterator[tuple[str, Standing]]:
        """Tokens of the scope that stand for themselves."""
        for token, values in standing.items():
            here = Standing(*values)
            if self.is_task:
                if token == self.token:
                    yield token, here
            elif here.kind not in _AROUND and (
                self.token is None or self._holds(program, standing, here)
            ):
                yield token, here

    def tokens(self, program: Program, standing: Standings) -> set[str]:
        """Tokens of the scope."""
        return {
            token
            for token, values in standing.items()
            if token == self.token
            or self.token is None
            or self._holds(program, standing, Standing(*values))
        }

    def _holds(self, program: Program, standing: Standings, here: Standing | None) -> bool:
        """Whether a token lies inside the sub-process or called process of this scope."""
        while here is not None:
            if here.called_by == self.token:
                return True
            model = program.models.get(here.process_key)
            if model is not None and here.process_key == self.process_key:
                element = model.elements.get(here.element_id)
                around = () if element is None else _around(model, element)
                if any(each.id == self.element_id for each in around):
                    return True
            outer = standing.get(here.called_by) if here.called_by else None
            here = Standing(*outer) if outer else None
        return False


def _around(model: ProcessModel, element: Element) -> Iterator[Element]:
    """The sub-processes around an element, innermost first."""
    parent = model.elements.get(element.parent or "")
    while parent is not None:
        yield parent
        parent = model.elements.get(parent.parent or "")


def _awaited(model: ProcessModel, element: Element) -> Iterable[Element]:
    """The events behind an event-based gateway."""
    if element.kind != "eventBasedGateway":
        return ()
    flows = (model.elements.get(each) for each in element.outgoing)
    targets = (model.elements.get(flow.outgoing[0]) for flow in flows if flow is not None)
    return [each for each in targets if each is not None]


def _is_message(element: Element) -> bool:
    if element.kind not in ("receiveTask", "intermediateCatchEvent"):
        return False
    return element.kind == "receiveTask" or any(each.kind == "message" for each in element.events)
