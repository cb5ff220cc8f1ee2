"""What associations say: which handler undoes an activity, and which data go in and out.

Data objects are variables under their name. A data input association whose target is an input of
the activity becomes an input mapping, an output association with a source an output mapping; one
that only points at the activity moves nothing, for the variable can be seen there anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import unescape

from lxml import etree

from core import feel
from engine.bpmn.data_names import data_names
from engine.bpmn.extensions import Mapping
from engine.bpmn.model import Element
from engine.bpmn.namespaces import bpmn, children, kind, text_of, texts

#: `<dmn:literalExpression …><dmn:text>FEEL</dmn:text></dmn:literalExpression>`
_WRAPPED = re.compile(r"<(?:\w+:)?literalExpression\b.*?<(?:\w+:)?text>(.*?)</.*", re.DOTALL)
_PLACEHOLDER = "__targetRef_placeholder"


@dataclass(frozen=True)
class Links:
    """Associations of some files, by the id they begin at or belong to."""

    associations: dict[str, str]
    inputs: dict[str, tuple[Mapping, ...]]
    outputs: dict[str, tuple[Mapping, ...]]

    def add(self, tree: etree._Element) -> None:
        """Read those of one file."""
        names = data_names(tree)
        for each in tree.iter(bpmn("association")):
            self.associations[each.get("sourceRef", "")] = each.get("targetRef", "")
        for tag, found in (
            ("dataInputAssociation", self.inputs),
            ("dataOutputAssociation", self.outputs),
        ):
            for each in tree.iter(bpmn(tag)):
                owner = each.getparent()
                owner_id = owner.get("id", "") if owner is not None else ""
                found[owner_id] = (*found.get(owner_id, ()), *_mappings(each, names))

    def with_data(self, element: Element) -> Element:
        """An element with its data associations among its inputs and outputs."""
        ins, outs = self.inputs.get(element.id, ()), self.outputs.get(element.id, ())
        if not ins and not outs:
            return element
        settings = element.settings
        settings = replace(settings, inputs=ins + settings.inputs, outputs=settings.outputs + outs)
        return replace(element, settings=settings)


def _mappings(association: etree._Element, names: dict[str, str]) -> Iterator[Mapping]:
    assignments = children(association, "assignment")
    for each in assignments:
        source, target = text_of(each, "from"), text_of(each, "to")
        if source and target and not feel.check(source, None):
            yield Mapping(names.get(target, target), "=" + source.lstrip("="))
    if assignments:
        return
    source = next(texts(association, "sourceRef"), None)
    target = next(texts(association, "targetRef"), None)
    to_name = names.get(target or "")
    if source is None or to_name is None or to_name == _PLACEHOLDER or source not in names:
        return
    moved = (_transformation(association) or names[source]).lstrip("=")
    if kind(association) == "dataOutputAssociation":
        # What the activity has not produced leaves what is there.
        moved = f"if ({moved}) = null then {to_name} else ({moved})"
    if not feel.check(moved, None):
        yield Mapping(to_name, "=" + moved)


def moved_texts(tree: etree._Element) -> Iterator[tuple[str, str]]:
    """Every expression of a data association, with the id of the element it belongs to."""
    for tag in ("dataInputAssociation", "dataOutputAssociation"):
        for each in tree.iter(bpmn(tag)):
            owner = each.getparent()
            assigned = [text_of(one, "from") for one in children(each, "assignment")]
            for text in (*assigned, _transformation(each)):
                if text and owner is not None:
                    yield owner.get("id", ""), text


def _transformation(association: etree._Element) -> str | None:
    """The expression of a transformation, also of one that DMN tools wrap in XML of their own."""
    text = text_of(association, "transformation")
    wrapped = _WRAPPED.fullmatch(text or "")
    return unescape(wrapped[1]).strip() if wrapped else text
