"""What a file is, told by its name: tools call drawings `.bpmn`, `.bpmn2` or `.bpmn20.xml`."""

from pathlib import PurePath
from typing import Literal

FileKind = Literal["process", "decision", "form"]

_DRAWINGS = (".bpmn", ".bpmn2", ".bpmn20.xml", ".bpmn.xml")
#: Endings by which a folder's files are found, in words for people.
SUFFIXES = (*_DRAWINGS, ".dmn", ".form")


def file_kind(name: str) -> FileKind | None:
    """Whether a file holds processes, decisions or a form; None for any other."""
    lower = PurePath(name).name.lower()
    if lower.endswith(_DRAWINGS):
        return "process"
    if lower.endswith(".dmn"):
        return "decision"
    return "form" if lower.endswith(".form") else None
