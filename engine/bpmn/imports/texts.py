"""Conditions, timers and loop texts in other languages, put into FEEL where they are simple.

A text that cannot be put into FEEL is taken out of the tree that runs, so that the place counts
as unfinished there: a person goes on by hand. Only a flow's condition stays, for a flow without one
may be taken always: a person is asked about what is no FEEL.
"""

import re

from lxml import etree

from core import feel
from core.errors import BackOfficeError
from engine.bpmn import timers
from engine.bpmn.imports.camunda7 import untranslatable
from engine.bpmn.imports.host import Host, local, text
from engine.bpmn.imports.note import Note
from engine.bpmn.imports.values import as_feel, from_code, from_juel, from_python, has_juel
from engine.bpmn.namespaces import bpmn, kind

_TIMERS = ("timeDate", "timeDuration", "timeCycle")
_PURPOSES = {
    "conditionExpression": "condition",
    "activationCondition": "condition",
    "condition": "condition",
    "completionCondition": "completion condition",
    "loopCondition": "loop condition",
    "loopCardinality": "number of repetitions",
    "loopDataInputRef": "collection",
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}
_TAGS = tuple(bpmn(name) for name in _PURPOSES)
#: What is told apart by a text that may be computed, and the attribute that says it.
_NAMED = {
    bpmn("message"): "name",
    bpmn("signal"): "name",
    bpmn("error"): "errorCode",
    bpmn("escalation"): "escalationCode",
}
#: What JUEL, Java, JavaScript and Python write and FEEL does not.
_SIGNS = re.compile(r"[$#]\{|==|&&|\|\||'|!(?!=)|;\s*$|^\s*return\b|\.get\w*\(")
_LANGUAGES = re.compile(r"java|mvel|groovy|xpath|drools/rule|python|juel", re.IGNORECASE)


def has_foreign(root: etree._Element) -> bool:
    """Whether a text of the tree is of another language, by its looks."""
    return any(_is_foreign(each) for each in root.iter(*_TAGS)) or any(
        has_juel(each.get(_NAMED[each.tag], "")) for each in root.iter(*_NAMED)
    )


def translate_texts(root: etree._Element, notes: list[Note], *, python: bool) -> None:
    """Put all texts of other languages into FEEL, in place; `python` when all of them are."""
    for each in list(root.iter(*_TAGS)):
        if (python and _may_be_python(each)) or _is_foreign(each):
            _translate(Host(each, notes), python)
    for each in root.iter(*_NAMED):
        attribute = _NAMED[each.tag]
        name = each.get(attribute, "")
        found = from_juel(name)
        if has_juel(name) and found is not None:
            each.set(attribute, found)
            Host(each, notes).translated(f"{attribute} {name}", found)


def _may_be_python(element: etree._Element) -> bool:
    """Not a name: what is repeated over is called, not computed."""
    written = text(element)
    return bool(written) and local(element) != "loopDataInputRef" and not _is_time(element, written)


def _is_time(element: etree._Element, written: str) -> bool:
    return local(element) in _TIMERS and timers.is_literal(written)


def _is_foreign(element: etree._Element) -> bool:
    written = text(element)
    if not written or _is_time(element, written):
        return False
    if _LANGUAGES.search(element.get("language", "")):
        return True
    return _SIGNS.search(written) is not None and not _is_feel(written)


def _is_feel(written: str) -> bool:
    try:
        feel.compile(written)
    except BackOfficeError:
        return False
    return True


def _translate(host: Host, python: bool) -> None:
    element, written = host.element, text(host.element)
    purpose = _PURPOSES[local(element)]
    found = _setting(written, python)
    if found is None:
        untranslatable(host, purpose, written)
        element.text = _as_open(element, written)
        return
    is_timer = local(element) in _TIMERS
    new = found if is_timer and timers.is_literal(found) else as_feel(found)
    if new != written:
        element.text = new
        host.translated(f"{purpose} {written}", new)


def _setting(written: str, python: bool) -> str | None:
    if has_juel(written):
        return from_juel(written)
    return from_python(written) if python else from_code(written)


def _as_open(element: etree._Element, written: str) -> str | None:
    """What stands where a text cannot be translated: nothing, or at a flow no FEEL at all."""
    flow = element.getparent()
    if flow is None or kind(flow) != "sequenceFlow":
        return None
    return written if has_juel(written) else f"${{{written}}}"
