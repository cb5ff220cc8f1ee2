"""All that a process needs to be tried out: its package, and what it asks and calls elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor
from designer import contents, packages
from designer.contents import Reference
from designer.packages import Part
from designer.projects import keeping
from engine import definitions
from engine.bpmn import reader
from engine.bpmn.extensions import is_feel
from engine.bpmn.model import ProcessModel
from engine.bpmn.process_reader import models
from work import masking

#: Files of one trial; what is called beyond them is missing.
MAX_PARTS = 50


@dataclass(frozen=True)
class TrialFiles:
    """The files to play, and the forms of the tasks in them by key."""

    key: str
    name: str
    #: .bpmn and .dmn by name, that of the process itself first.
    files: dict[str, bytes]
    #: Schemas as they were written.
    forms: dict[str, str]

    def package(self) -> dict[str, bytes]:
        """The files with the forms among them."""
        forms = {contents.file_name("form", key): text for key, text in self.forms.items()}
        return {**self.files, **{name: text.encode() for name, text in forms.items()}}


def gather(
    session: Session, content: str, *, instead: Iterable[Part] = (), by: Actor
) -> TrialFiles:
    """What playing a draft's text needs, in the versions it would run with.

    `instead` counts in place of what is found under its key, unless a version is named. Raises
    what `contents.identify` raises; what nobody has is left out.
    """
    given = {(part.kind, key): part for part in instead for key in part.names}
    own, *others = packages.assemble(session, "process", content, by=by)
    parts = [own, *(given.get((part.kind, part.key), part) for part in others)]
    known = {(part.kind, part.key): part for part in parts}
    project_id = keeping.of_file(session, "process", parts[0].key)
    queue = [part for part in parts if part.kind == "process"]
    while queue:
        for reference in needs(queue.pop(0).content):
            place = (reference.kind, reference.key)
            found = None if reference.binding.isdecimal() else given.get(place)
            if place not in known and found is None:
                found = _found(session, reference, project_id, by)
            if place not in known and found is not None and len(known) < MAX_PARTS:
                known[place] = found
                queue += [found] if found.kind == "process" else []
    return TrialFiles(
        parts[0].key, parts[0].name, _playable(known.values()), _forms(known.values())
    )


def process_models(files: dict[str, bytes]) -> Iterator[ProcessModel]:
    """The processes of the files, in their order."""
    for name, data in files.items():
        if name.endswith(".bpmn"):
            yield from models(reader.read(data, name=name))


def classes(found: TrialFiles) -> masking.Classes:
    """What of the processes' variables is personal or secret."""
    return masking.of_models(
        process_models(found.files), [text.encode() for text in found.forms.values()]
    )


def needs(content: str) -> Iterator[Reference]:
    """What the processes of a file name: forms, decisions, and other processes."""
    yield from contents.references(content)
    for model in models(reader.read(content.encode())):
        for element in model.elements.values():
            called = element.called_element
            if called and not is_feel(called):
                call = element.settings.call
                yield Reference("process", called, call.binding if call else "deployment")


def _playable(parts: Iterable[Part]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for part in parts:
        data = part.content.encode()
        if part.kind != "form" and data not in files.values():
            files[part.file] = data
    return files


def _forms(parts: Iterable[Part]) -> dict[str, str]:
    return {part.key: part.content for part in parts if part.kind == "form"}


def _found(session: Session, reference: Reference, project_id: UUID, by: Actor) -> Part | None:
    """What a project draws is tried with what it draws, unless a version is named."""
    if project_id != keeping.GENERAL and not reference.binding.isdecimal():
        is_own = keeping.of_file(session, reference.kind, reference.key) == project_id
        drawn = (
            packages.drawn(session, reference.kind, reference.key, project_id, by=by)
            if is_own
            else None
        )
        if drawn is not None:
            return drawn
    return _deployed(session, reference)


def _deployed(session: Session, reference: Reference) -> Part | None:
    kind, key = reference.kind, reference.key
    if reference.binding.isdecimal():
        found = definitions.version(session, kind, key, int(reference.binding))
    else:
        found = definitions.find_latest(session, kind, key)
    if found is None:
        return None
    text = definitions.content(session, found.id).decode()
    return Part(kind, key, found.name, text, "deployed")
