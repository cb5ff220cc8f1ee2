"""What a draft's text says about itself: its key, its name, and what it refers to."""

import json
import re
import unicodedata
from dataclasses import dataclass

from core.errors import Invalid, TooLarge
from engine.bpmn import reader
from engine.bpmn.model import ProcessModel, models

MAX_BYTES = 2_000_000
SUFFIXES = {"process": "bpmn", "form": "form"}


class UnknownKind(Invalid):
    """The designer draws processes and forms."""


class UnreadableForm(Invalid):
    """This is no form: {reason}."""


class WithoutProcess(Invalid):
    """The file has no process in it."""


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
    process = main_process(content)
    return Identity(process.key, process.name or process.key)


def main_process(content: str) -> ProcessModel:
    """The first executable process of a file, else its first."""
    found = models(reader.read(content.encode()))
    if not found:
        raise WithoutProcess
    return next((model for model in found if model.is_executable), found[0])


def references(content: str) -> list[Reference]:
    """What all processes of a file refer to, each once, in order."""
    found: dict[Reference, None] = {}
    for model in models(reader.read(content.encode())):
        for element in model.elements.values():
            settings = element.settings
            if settings.form is not None:
                found[Reference("form", settings.form.key, settings.form.binding)] = None
            if settings.decision is not None:
                decision = settings.decision
                found[Reference("decision", decision.key, decision.binding)] = None
    return [reference for reference in found if reference.key]


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
