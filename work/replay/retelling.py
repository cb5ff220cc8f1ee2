"""A recorded case told to a play of other files: the clock of then, the answers of then."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import BackOfficeError
from core.values import to_json
from engine import scripts
from engine.bpmn.expectation import visited
from engine.bpmn.model import GATEWAYS
from engine.bpmn.stage import CannotPlay, Open
from engine.bpmn.stepping import SteppedPlay
from work.replay.recorded import Answer, Recorded

#: What an answer may be given to; the clock does the rest.
_OPEN = frozenset(["user_task", "manual", "service_task", "message", "signal", "ad_hoc"])

#: Says why the answers to a task would be refused: (element, answers, variables) → sentence.
Refusal = Callable[[str, Mapping[str, Any], Mapping[str, Any]], str | None]


@dataclass
class Retold:
    """How far the files let a case be told again."""

    #: Activities and events entered, in order.
    entered: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    #: Elements where it waits for an answer that the case did not have.
    waiting: tuple[str, ...] = ()
    #: Element and reason of each failure.
    failures: dict[str, str] = field(default_factory=dict)
    #: Element and reason of each task whose form refuses the answers of then.
    refused: dict[str, str] = field(default_factory=dict)


def retell(
    recorded: Recorded, files: Mapping[str, bytes], key: str, refusal: Refusal, deadline: float
) -> Retold:
    """Play a case again. Raises TimeoutError when the deadline, by `time.monotonic()`, is over."""
    telling = _Telling(recorded, files, key, refusal, deadline)
    try:
        telling.begin()
        for answer in recorded.answers:
            telling.tell(answer)
    except (CannotPlay, BackOfficeError) as reason:
        if time.monotonic() > deadline:
            raise TimeoutError from reason
        telling.told.failures[""] = str(reason)
    return telling.finish()


class _Telling:
    """One case on its way."""

    def __init__(
        self,
        recorded: Recorded,
        files: Mapping[str, bytes],
        key: str,
        refusal: Refusal,
        deadline: float,
    ) -> None:
        self.play = SteppedPlay(
            files, at=recorded.started_at, deadline=deadline, run_script=scripts.run
        )
        self.recorded = recorded
        self.key = key
        self.refusal = refusal
        self.told = Retold()
        #: Answers for elements that the play has not reached yet.
        self.early: list[Answer] = []

    def begin(self) -> None:
        """Start as the case started."""
        start = {"process": self.key, "variables": self.recorded.variables}
        try:
            self.play.start({**start, "element": self.recorded.start})
        except BackOfficeError:
            self.play.start(start)

    def tell(self, answer: Answer) -> None:
        """Give one answer, or keep it until somebody waits for it."""
        play = self.play
        if answer.at > play.stage.now:
            play.move_clock(answer.at)
        if answer.kind == "variables":
            play.set_variables(answer.variables)
        elif not self._give(answer):
            self.early.append(answer)
            return
        while any(self._give(each) for each in self.early):
            continue

    def finish(self) -> Retold:
        """What came of it."""
        play, told = self.play, self.told
        if play.stage.runtimes:
            elements = play.stage.elements()
            kinds = {key: element.kind for key, element in elements.items()}
            told.entered = tuple(each for each in visited(play) if kinds.get(each) not in GATEWAYS)
            told.names = {key: element.title for key, element in elements.items()}
            told.failures |= play.incidents()
            told.waiting = tuple(each.element_id for each in play.waits() if each.kind in _OPEN)
        return told

    def _give(self, answer: Answer) -> bool:
        found = self._waiting(answer)
        if found is None:
            return False
        if answer in self.early:
            self.early.remove(answer)
        if answer.kind == "error":
            self.play.service(answer.element_id, {"error": {"code": self._code(answer)}})
            return True
        if found.wait.kind == "user_task":
            self._judge(answer, found)
        self.play.give(found, answer.variables)
        return True

    def _waiting(self, answer: Answer) -> Open | None:
        here = [
            each
            for each in self.play.stage.open()
            if each.wait.element_id == answer.element_id and each.wait.kind in _OPEN
        ]
        exact = [each for each in here if each.wait.loop_index == answer.loop_index]
        return next(iter(exact or here), None)

    def _judge(self, answer: Answer, found: Open) -> None:
        variables = to_json(found.runtime.token_variables(found.wait.token))
        sentence = self.refusal(answer.element_id, answer.variables, variables)
        if sentence is not None:
            self.told.refused[answer.element_id] = sentence

    def _code(self, answer: Answer) -> str:
        element = self.play.stage.elements().get(answer.caught_by or "")
        codes = [event.code for event in element.events if event.code] if element else []
        return codes[0] if codes else ""
