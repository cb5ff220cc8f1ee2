"""What a draft's text says about itself: its key, its name, and what it refers to."""

import json
import re
import unicodedata
from dataclasses import dataclass

from core.errors import BackOfficeError, Invalid, TooLarge
from engine.bpmn import reader
from engine.bpmn.export import as_text, export
from engine.bpmn.imports import translate
from engine.bpmn.model import ProcessModel
from engine.bpmn.process_reader import models
from engine.dmn import reader as dmn
from engine.dmn.model import Decision, Element, Service

MAX_BYTES = 2_000_000
SUFFIXES = {"process": "bpmn", "form": "form", "decision": "dmn"}


class UnknownKind(Invalid):
    """The designer draws processes, forms and decisions."""


class UnreadableForm(Invalid):
    """This is no form: {reason}."""


class WithoutProcess(Invalid):
    """The file has no process in it."""


class WithoutDecision(Invalid):
    """The file has no decision in it."""


class DraftTooLarge(TooLarge):
    """A draft may have {limit} bytes; this one has {size}."""


@dataclass(frozen=True)
class Identity:
    """Under which key and name the content would be deployed."""

    key: str
    name: str


@dataclass(frozen=True)
class Reference:
    """Something a process names: a form, a decision or another process."""

    kind: str
    key: str
    binding: str


def identify(kind: str, content: str) -> Identity:
    """Key and name. Raises UnreadableModel, UnreadableForm, WithoutProcess or DraftTooLarge."""
    if kind not in SUFFIXES:
        raise UnknownKind
    size = len(content.encode())
    if size > MAX_BYTES:
        raise DraftTooLarge(limit=MAX_BYTES, size=size)
    if kind == "form":
        return _identify_form(content)
    if kind == "decision":
        return _identify_decision(content)
    process = main_process(content)
    return Identity(process.key, process.name or process.key)


def imported(kind: str, data: bytes) -> str:
    """A file as the text of a draft; a process of another tool says all it can in our words too.

    Raises UnreadableModel.
    """
    return as_text(export(data).content) if kind == "process" else data.decode(errors="replace")


def main_process(content: str) -> ProcessModel:
    """The first executable process of a file, else its first."""
    found = models(translate(reader.read(content.encode())).tree)
    if not found:
        raise WithoutProcess
    return next((model for model in found if model.is_executable), found[0])


def references(content: str) -> list[Reference]:
    """What all processes of a file refer to, each once, in order."""
    found: dict[Reference, None] = {}
    for model in models(translate(reader.read(content.encode())).tree):
        for element in model.elements.values():
            settings = element.settings
            if settings.form is not None:
                found[Reference("form", settings.form.key, settings.form.binding)] = None
            if settings.decision is not None:
                decision = settings.decision
                found[Reference("decision", decision.key, decision.binding)] = None
    return [reference for reference in found if reference.key]


def decision_keys(content: str) -> list[str]:
    """The ids of the decisions and decision services of a file, the one it is for first."""
    elements = dmn.read(content.encode()).elements.values()
    found = [each for each in elements if isinstance(each, Decision | Service)]
    needed = {reference.rpartition("#")[2] for each in found for reference in each.requires}
    return [each.id for each in sorted(found, key=lambda each: _depth(each, needed))]


def decision_names(content: str) -> dict[str, str]:
    """The names of a file's decisions and services by id; none while it cannot be read."""
    try:
        elements = dmn.read(content.encode()).elements
        return {key: elements[key].name or key for key in decision_keys(content)}
    except BackOfficeError:
        return {}


def imported_namespaces(content: str) -> list[str]:
    """The namespaces of the files that a decision file imports."""
    return [entry.namespace for entry in dmn.read(content.encode()).imports if entry.namespace]


def namespace(content: str) -> str:
    """The namespace of a decision file."""
    return dmn.read(content.encode()).namespace


def file_name(kind: str, key: str) -> str:
    """The name of the file in a package: "onboarding.bpmn"."""
    return f"{key}.{SUFFIXES[kind]}"


#: Letters that lose more than a mark when written without it.
SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})


def key_from(name: str) -> str:
    """A key made of a name: "Move in, with meter" → "move_in_with_meter"."""
    spelt = unicodedata.normalize("NFKD", name.lower().translate(SPELT_OUT))
    plain = spelt.encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if not words:
        return "untitled"
    return words if words[0].isalpha() else f"p_{words}"


def _depth(element: Element, needed: set[str]) -> int:
    """What nothing else in the file needs comes first; services stand for decisions."""
    return 2 if isinstance(element, Service) else int(element.id in needed)


def _identify_decision(content: str) -> Identity:
    keys = decision_keys(content)
    if not keys:
        raise WithoutDecision
    name = dmn.read(content.encode()).elements[keys[0]].name
    return Identity(keys[0], name or keys[0])


def _identify_form(content: str) -> Identity:
    try:
        schema = json.loads(content)
    except ValueError as error:
        raise UnreadableForm(reason="it is not JSON") from error
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        raise UnreadableForm(reason="it has no list of components")
    key = schema.get("id")
    if not isinstance(key, str) or not key:
        raise UnreadableForm(reason="it has no id")
    name = schema.get("name")
    return Identity(key, name if isinstance(name, str) and name else key)
