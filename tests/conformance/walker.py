"""Walks a process to its end by itself, again and again, until nothing new can be visited.

It plays the people, services, partners and the clock. Of all that could be done it does what was
done least so far, so that every way is gone sooner or later.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from engine.bpmn.model import Element, ProcessModel
from engine.bpmn.play import Play
from engine.bpmn.reach import unreachable
from engine.bpmn.stage import Open

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Moves after which a walk counts as endless, and walks through one process.
MAX_MOVES = 400
MAX_WALKS = 300
#: Moves of a walk before something may interrupt it, and after which nothing does any more.
QUIET = (0, 1, 2, 3, 5, 8, 13, MAX_MOVES)
MAX_EVENTS = 50
#: Waits that no move is made for: what is below them is moved.
NOT_MOVED = frozenset(["gateway", "join", "failed"])

Answers = tuple[Mapping[str, Any], ...]


@dataclass
class Seen:
    """What all walks through one process have seen."""

    #: Ids of elements entered.
    visited: set[str] = field(default_factory=set)
    #: Walks that came to an end.
    ended: int = 0
    #: What was open in walks that did not.
    stuck: list[str] = field(default_factory=list)
    #: Elements that could be reached and were not.
    missed: list[Element] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """One thing that can be done."""

    name: str
    do: Callable[[], object]


class Walker:
    """Walks through one process of some files.

    `answers` are what walks start with and what people and services give, by chance.
    """

    def __init__(self, files: Mapping[str, bytes], key: str, answers: Answers = ({},)) -> None:
        self.files, self.key, self.answers = files, key, answers
        self.dice = Random(key)
        self.done: Counter[str] = Counter()
        #: Elements at which a person had to decide what the drawing leaves open.
        self.asked: set[str] = set()

    def walk(self) -> Seen:
        """Walk until every reachable element was visited, or it was tried often enough."""
        seen = Seen()
        for _ in range(MAX_WALKS):
            play = self._once(seen)
            seen.visited |= {each.element_id for each in play.entries}
            seen.missed = list(_reachable(play.stage.programs[self.key].model, seen.visited))
            if seen.stuck or not seen.missed:
                break
        return seen

    def _once(self, seen: Seen) -> Play:
        play = Play(self.files, at=MONDAY)
        starts = [each.id for each in play.stage.programs[self.key].model.starts]
        element = self._least(starts) if starts else None
        play.start(
            {
                "process": self.key,
                "element": element,
                "variables": dict(self.dice.choice(self.answers)),
            }
        )
        quiet = self.dice.choice(QUIET)
        for number in range(MAX_MOVES):
            if play.main.ended:
                seen.ended += 1
                return play
            moves = {
                move.name: move
                for move in self._moves(play, quiet <= number < MAX_EVENTS) or self._mending(play)
            }
            if not moves:
                break
            moves[self._least(list(moves))].do()
            while play.stage.run():
                continue
        seen.stuck.append(play.open_words())
        return play

    def _least(self, names: list[str]) -> str:
        name = min(names, key=lambda each: (self.done[each], self.dice.random()))
        self.done[name] += 1
        return name

    def _moves(self, play: Play, wild: bool) -> list[Move]:
        answer = self.dice.choice(self.answers)
        return [
            move
            for each in play.stage.open()
            if each.runtime is play.main and each.wait.kind not in NOT_MOVED
            if wild or not _interrupts(each)
            for move in self._moves_of(play, each, answer, wild)
        ]

    def _mending(self, play: Play) -> list[Move]:
        """Where nothing else is left: an operator does what failed, such as an uncaught error."""
        return [
            Move(each.wait.element_id, partial(_complete, play, each, {}))
            for each in play.stage.open()
            if each.wait.kind == "failed" and each.wait.is_leaf
        ]

    def _moves_of(
        self, play: Play, each: Open, answer: Mapping[str, Any], wild: bool
    ) -> Iterator[Move]:
        wait, models = each.wait, each.runtime.program.models
        if _is_open(models[wait.process_key].elements[wait.element_id], each):
            self.asked.add(wait.element_id)
        if wait.kind == "choice":
            for flow in models[wait.process_key].flows_from(wait.element_id):
                yield Move(flow.id, partial(_complete, play, each, {"flow": flow.id}))
            return
        yield Move(wait.element_id, partial(_complete, play, each, answer))
        for catcher, code in _errors(models, each) if wild and wait.is_leaf else ():
            yield Move(f"{wait.element_id} to {catcher}", partial(_throw, play, each, code))


def _is_open(element: Element, each: Open) -> bool:
    """Whether the drawing does not say yet how it goes on here."""
    match each.wait.kind:
        case "choice":
            return True
        case "manual":
            return element.kind != "manualTask"
        case "timer":
            return each.wait.due_at is None
        case "message" | "signal":
            return not each.wait.event_name
        case _:
            return False


def _interrupts(each: Open) -> bool:
    """Whether it is an event on a border or at the start of an event sub-process."""
    wait = each.wait
    element = each.runtime.program.element(wait.process_key, wait.element_id)
    return element.kind in ("boundaryEvent", "startEvent")


def _complete(play: Play, each: Open, variables: Mapping[str, Any]) -> None:
    each.runtime.complete(each.wait.token, variables, at=play.stage.now)


def _throw(play: Play, each: Open, code: str) -> None:
    each.runtime.throw_error(each.wait.token, code, at=play.stage.now)


def _errors(models: Mapping[str, ProcessModel], each: Open) -> Iterator[tuple[str, str]]:
    """What catches an error of what waits, a boundary or a start, and the codes it catches."""
    around = {each.wait.element_id, *each.wait.path, *models}
    for model in models.values():
        for catcher in model.elements.values():
            scope = model.elements.get(catcher.parent or "")
            guards = catcher.attached_to or (scope.parent if scope is not None else None)
            for event in catcher.events:
                catches = catcher.kind in ("boundaryEvent", "startEvent")
                if catches and event.kind == "error" and guards in around:
                    yield catcher.id, event.code or event.name or "any"


def _reachable(model: ProcessModel, visited: set[str]) -> Iterator[Element]:
    """What was not visited although a token was one step before it."""
    cut_off = {each.id for each in unreachable(model)}
    for each in model.elements.values():
        if each.is_node and each.id not in cut_off | visited and _was_near(model, each, visited):
            yield each


def _was_near(model: ProcessModel, element: Element, visited: set[str]) -> bool:
    """Whether a walk came to what leads here.

    An escalation that nothing inside throws cannot be caught, and who catches a compensation or
    undoes something is not entered by a flow.
    """
    if element.kind == "boundaryEvent":
        unheard = all(each.kind in ("escalation", "compensate") for each in element.events)
        return element.attached_to in visited and not unheard
    sources = {model.elements[flow].incoming[0] for flow in element.incoming}
    return not sources or not visited.isdisjoint(sources)
