"""Branches of a process that no play has gone through, in the words of the person's language."""

from collections.abc import Iterable

from flask_babel import gettext as _

from core.model import Json
from engine.bpmn.coverage import Branch, Covered, branches
from engine.bpmn.model import ProcessModel


def told(branch: Branch) -> str:
    """A branch as a sentence."""
    if branch.kind == "event":
        return _("“%(event)s” at “%(activity)s” happens", event=branch.way, activity=branch.subject)
    if branch.kind == "start":
        return _("it begins with “%(event)s”", event=branch.subject)
    return _("“%(element)s” goes to “%(way)s”", element=branch.subject, way=branch.way)


def report(model: ProcessModel, covered: Covered) -> Json:
    """`{branches, uncovered: [{element, sentence}], elements, flows}` of a process."""
    ways = branches(model, covered)
    return {
        "branches": len(ways),
        "uncovered": uncovered(ways),
        "elements": dict(covered.elements),
        "flows": sorted(covered.flows),
    }


def uncovered(ways: Iterable[Branch]) -> list[Json]:
    """The branches that nothing went through: `{element, sentence}`."""
    return [
        {"element": way.element_id, "sentence": told(way)} for way in ways if not way.is_covered
    ]
