"""What became of the names of another tool, in lines for people."""

from collections.abc import Iterable

from engine.bpmn.imports.note import Note

_TITLES = {
    "translated": "Translated",
    "kept": "Kept in the file, without effect here",
    "meaningless": "Without meaning here",
}


def told(notes: Iterable[Note]) -> list[str]:
    """The notes by what became of the names, each once."""
    by_fate: dict[str, dict[str, None]] = {}
    for note in notes:
        place = f"{note.element}: " if note.element else ""
        by_fate.setdefault(note.what, {})[f"  {place}{note.sentence}"] = None
    lines = []
    for what, title in _TITLES.items():
        if found := by_fate.get(what):
            lines += [f"{title}:", *found]
    return lines or ["There is nothing to translate in this file."]
