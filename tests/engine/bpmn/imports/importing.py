"""Files of other engines in tests: a process around some XML, and what became of it."""

from engine.bpmn.check import FileReport, check_files
from engine.bpmn.imports import Note, translate
from engine.bpmn.model import Element
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:work="urn:back-office:bpmn:work:1" xmlns:{prefix}="{uri}"{root}>'
)
_PROCESS = (
    '<process id="p" isExecutable="true"{process}><startEvent id="start"/>{body}'
    '<endEvent id="end"/>'
    '<sequenceFlow id="in" sourceRef="start" targetRef="it"/>'
    '<sequenceFlow id="out" sourceRef="it" targetRef="end">{flow}</sequenceFlow></process>'
)


class Imported:
    """One element `it` between a start and an end, in the words of another engine."""

    def __init__(
        self,
        vocabulary: tuple[str, str],
        body: str,
        *,
        top: str = "",
        process: str = "",
        root: str = "",
        flow: str = "",
    ) -> None:
        head = _HEAD.format(prefix=vocabulary[0], uri=vocabulary[1], root=root)
        inside = _PROCESS.format(body=body, process=process, flow=flow)
        self.data = f"{head}{top}{inside}</definitions>".encode()

    @property
    def element(self) -> Element:
        """The element as the engine knows it."""
        return self.elements["it"]

    @property
    def elements(self) -> dict[str, Element]:
        """All elements of the process."""
        return dict(models(translate(read(self.data)).tree)[0].elements)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What became of the foreign names."""
        return translate(read(self.data)).notes

    def told(self, what: str) -> list[str]:
        """The foreign names with that fate, sorted."""
        return sorted({note.source for note in self.notes if note.what == what})

    @property
    def unfinished(self) -> list[str]:
        """The foreign names that ask for a decision."""
        return sorted({note.source for note in self.notes if note.unfinished})

    @property
    def report(self) -> FileReport:
        """What the check says."""
        return check_files({"it.bpmn": self.data})[0]


def extended(tag: str, inside: str, attributes: str = "", after: str = "") -> str:
    """An element `it` with extension elements."""
    box = f"<extensionElements>{inside}</extensionElements>" if inside else ""
    return f'<{tag} id="it"{attributes}>{box}{after}</{tag}>'
