"""What a model promises about time: `work:sla` with its points, and `work:waitsFor`.

    <work:sla name="Answer" target="P5D" calendar="office" until="answer_sent">
      <work:point kind="atRisk" at="75%" notify="leaders" priority="high"/>
      <work:point kind="breach" escalate="OVERDUE" assign="second_line"/>
    </work:sla>

The clocks that keep these promises are in work/sla; the engine only reads and checks them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.namespaces import work

REMINDER, AT_RISK, BREACH = "reminder", "atRisk", "breach"
KINDS = (REMINDER, AT_RISK, BREACH)
#: Where a point lies when it does not say so, in parts of the target.
USUAL = {REMINDER: "50%", AT_RISK: "75%", BREACH: "100%"}
PARTIES = ("customer", "partner")
#: What a point may make of tasks, the mildest first.
PRIORITIES = ("high", "urgent")
#: What `pause` may name: whom is waited for, any message, or nothing.
PAUSES = (*PARTIES, "message", "none")
_PERCENT = re.compile(r"(\d{1,4}(?:\.\d+)?)\s*%")


@dataclass(frozen=True)
class Point:
    """A moment on a clock, and what happens then."""

    kind: str
    #: A part of the target ("75%"), or a duration before it ("PT4H"); "-PT4H" is after it.
    at: str | None = None
    #: Who gets a mail: people, groups, and the words assignee, candidates, leaders and owner.
    notify: str | None = None
    #: Open tasks are of that priority from then on: "high" or "urgent".
    priority: str | None = None
    #: The group or person that open tasks go to.
    assign: str | None = None
    #: Code of the BPMN escalation that is thrown.
    escalate: str | None = None

    @property
    def position(self) -> str:
        """Where it lies, as written or as usual for its kind."""
        return self.at or USUAL.get(self.kind, USUAL[BREACH])


@dataclass(frozen=True)
class Sla:
    """One promise: how long a case, a stage or a task may take in business time."""

    name: str | None = None
    #: A duration, or FEEL that gives one or a moment.
    target: str | None = None
    #: Key of the decision that gives the target; its newest version is asked.
    decision: str | None = None
    calendar: str | None = None
    #: Of a process: the elements whose begin and end are the clock's.
    since: str | None = None
    until: str | None = None
    #: While it waits for whom the clock stands still; see PAUSES.
    pause: str | None = None
    points: tuple[Point, ...] = ()

    @property
    def pauses(self) -> frozenset[str]:
        """What makes the clock stand still."""
        if self.pause is None:
            return frozenset(PARTIES)
        return frozenset(each.strip() for each in self.pause.split(",")) - {"none", ""}


def read_slas(found: list[etree._Element]) -> tuple[Sla, ...]:
    """The promises among the extensions of an element."""
    return tuple(_sla(each) for each in found if each.tag == work("sla"))


def waits_for(found: list[etree._Element]) -> str | None:
    """Whom a wait at this element is for: "customer" or "partner"."""
    marks = (_text(each, "party") for each in found if each.tag == work("waitsFor"))
    return next(marks, None)


def part_of(text: str) -> float | None:
    """The part of the target that `75%` means: 0.75. None for what is no percentage."""
    found = _PERCENT.fullmatch(text.strip())
    return float(found.group(1)) / 100 if found else None


def texts(sla: Sla) -> Iterator[tuple[str, str]]:
    """Every text of a promise that may be an expression, and what it is for."""
    named = {"target": sla.target, "calendar": sla.calendar}
    yield from ((f"{name} of a service level", text) for name, text in named.items() if text)
    for point in sla.points:
        parts = {
            "place": point.at,
            "notification": point.notify,
            "priority": point.priority,
            "new assignment": point.assign,
            "escalation": point.escalate,
        }
        yield from ((f"{name} of a point", text) for name, text in parts.items() if text)


def _sla(element: etree._Element) -> Sla:
    return Sla(
        name=_text(element, "name"),
        target=_text(element, "target"),
        decision=_text(element, "decision"),
        calendar=_text(element, "calendar"),
        since=_text(element, "from"),
        until=_text(element, "until"),
        pause=_text(element, "pause"),
        points=tuple(_point(each) for each in element if each.tag == work("point")),
    )


def _point(element: etree._Element) -> Point:
    rest = (_text(element, name) for name in ("at", "notify", "priority", "assign", "escalate"))
    return Point(_text(element, "kind") or BREACH, *rest)


def _text(element: etree._Element, name: str) -> str | None:
    return element.get(name, "").strip() or None
