"""Files completed by what they ask and call elsewhere: as deployed last, as they would run."""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from engine import deciding, definitions
from engine.bpmn import reader
from engine.bpmn.extensions import is_feel
from engine.bpmn.file_names import file_kind
from engine.bpmn.model import ProcessModel
from engine.bpmn.process_reader import models
from engine.models import Definition

MAX_FILES = 100


def completed(session: Session, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, and the deployed processes, decisions and forms that they name and lack."""
    found = dict(files)
    for _ in range(MAX_FILES):
        missing = next(_missing(session, found), None)
        if missing is None:
            break
        found.update(_files_of(session, missing, found))
    return found


def process_models(files: Mapping[str, bytes]) -> Iterator[ProcessModel]:
    """The processes of the files."""
    for name, data in files.items():
        if file_kind(name) == "process":
            yield from models(reader.read(data, name=name))


def _missing(session: Session, files: Mapping[str, bytes]) -> Iterator[Definition]:
    held = {model.key for model in process_models(files)}
    for kind, key in _references(files):
        if kind == "process" and key in held:
            continue
        if kind != "process" and _is_held(files, kind, key):
            continue
        definition = definitions.find_latest(session, kind, key)
        if definition is not None:
            yield definition


def _references(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for model in process_models(files):
        for element in model.elements.values():
            settings, called = element.settings, element.called_element
            if settings.decision is not None:
                yield "decision", settings.decision.key
            if settings.form is not None:
                yield "form", settings.form.key
            if called and not is_feel(called):
                yield "process", called


def _is_held(files: Mapping[str, bytes], kind: str, key: str) -> bool:
    quoted = f'"{key}"'.encode()
    return any(file_kind(name) == kind and quoted in data for name, data in files.items())


def _files_of(
    session: Session, definition: Definition, files: Mapping[str, bytes]
) -> dict[str, bytes]:
    content = definitions.content(session, definition.id)
    found = {f"deployed/{definition.id}/{definition.file}": content}
    if definition.kind == "decision":
        for name, data in deciding.files_of(session, definition).items():
            if data != content and data not in files.values():
                found[f"deployed/{definition.deployment_id}/{name}"] = data
    return found
