"""What is wrong with the promises of a model: targets, points, and what they refer to."""

import re
from collections.abc import Iterator

from engine.bpmn.extensions import Settings, is_feel
from engine.bpmn.model import ProcessModel
from engine.bpmn.problem import Problem, error, warning
from engine.bpmn.service_levels import (
    BREACH,
    KINDS,
    PARTIES,
    PAUSES,
    PRIORITIES,
    Point,
    Sla,
    part_of,
)

#: Durations of business time have days, hours, minutes and seconds; months have no fixed length.
DURATION = re.compile(r"-?P(?=[\dT])(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,8}M)?(?:\d+S)?)?")


def check_service_levels(model: ProcessModel) -> Iterator[Problem]:
    """Problems of all promises of a process and its elements."""
    yield from _check(model, model.key, model.settings, is_process=True)
    for each in model.elements.values():
        yield from _check(model, each.id, each.settings, is_process=False)


def _check(
    model: ProcessModel, owner: str, settings: Settings, *, is_process: bool
) -> Iterator[Problem]:
    party = settings.waits_for
    if party is not None and party not in PARTIES:
        yield error(owner, "setting", f"party {party} must be {' or '.join(PARTIES)}.")
    for sla in settings.slas:
        sentences = [*_target(sla), *_ends(model, sla, is_process=is_process), *_pauses(sla)]
        for point in sla.points:
            sentences += _point(point)
        for sentence in sentences:
            yield error(owner, "service_level", f"{sla.name or 'A service level'}: {sentence}")
        yield from _escalations(model, owner, sla)


def _target(sla: Sla) -> Iterator[str]:
    if sla.target is None and sla.decision is None:
        yield "say how long it may take, with a target or a decision."
    elif sla.target and not is_feel(sla.target) and not _is_positive(sla.target):
        yield f"the target {sla.target} is no duration; write for example P2D or PT4H."


def _ends(model: ProcessModel, sla: Sla, *, is_process: bool) -> Iterator[str]:
    for name, element_id in (("from", sla.since), ("until", sla.until)):
        if element_id is None:
            continue
        found = model.elements.get(element_id)
        if not is_process:
            yield f"{name} belongs to the service levels of a process; take it out."
        elif found is None or not found.is_node:
            yield f"{name} names {element_id}, which is no element here; choose another."


def _pauses(sla: Sla) -> Iterator[str]:
    wrong = sorted(sla.pauses - set(PAUSES))
    if wrong:
        yield f"pause {', '.join(wrong)} must be of {', '.join(PAUSES)}."


def _point(point: Point) -> Iterator[str]:
    if point.kind not in KINDS:
        yield f"the kind of a point is one of {', '.join(KINDS)}, not {point.kind}."
        return
    if not is_feel(point.position):
        yield from _place(point)
    priority = point.priority
    if priority and not is_feel(priority) and priority not in PRIORITIES:
        yield f"the priority {priority} of a point must be {' or '.join(PRIORITIES)}."


def _place(point: Point) -> Iterator[str]:
    part = part_of(point.position)
    if part is None and not DURATION.fullmatch(point.position):
        yield f"a point is at a part such as 75% or a duration before the target, not {point.at}."
        return
    is_after = point.position.startswith("-") if part is None else part >= 1
    is_at_target = part == 1 or point.position in ("PT0S", "P0D")
    if point.kind == BREACH and not (is_after or is_at_target):
        yield f"a breach is at 100% or later, not at {point.position}; make it atRisk."
    elif point.kind != BREACH and (is_after or is_at_target):
        yield f"{point.kind} lies before the target, not at {point.position}; make it breach."


def _escalations(model: ProcessModel, owner: str, sla: Sla) -> Iterator[Problem]:
    caught = {
        event.code
        for each in model.elements.values()
        if each.kind in ("boundaryEvent", "startEvent")
        for event in each.events
        if event.kind == "escalation"
    }
    for point in sla.points:
        code = point.escalate
        if code and not is_feel(code) and code not in caught and None not in caught:
            message = f"Nobody here catches the escalation {code}; add an event that does."
            yield warning(owner, "escalation_not_caught", message)


def _is_positive(text: str) -> bool:
    return DURATION.fullmatch(text) is not None and not text.startswith("-")
