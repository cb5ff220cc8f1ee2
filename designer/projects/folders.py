"""A project as a folder: what `backoffice deploy` and `test` take, and Git shows well.

onboarding.bpmn · credit.dmn · sign_up.form     by the names they came with, else by their keys
scenarios/a_late_reading_is_estimated.yaml      one file a scenario
README.md                                       the name of the project, and what it is for
"""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from core.people import Actor
from designer import contents, scenarios, trial_files
from designer.projects import listing
from designer.projects.archives import pack
from designer.projects.canonical import canonical
from designer.projects.listing import File
from designer.projects.models import Project
from engine.bpmn.file_names import file_kind

ABOUT = "README.md"
_PLAIN = re.compile(r"[\w][\w.-]{0,150}")


def files_of(session: Session, project: Project, *, by: Actor) -> dict[str, bytes]:
    """The files of a project's folder by their path in it, each as it is now."""
    files = listing.of_project(session, project.id, by=by)
    texts = {file.place: listing.text_of(session, file) for file in files}
    names = _names(files)
    told = {names[file.place]: canonical(file.kind, texts[file.place]) for file in files}
    held = {texts[place].encode(): name for place, name in names.items()}
    for file in files:
        if file.kind == "process":
            own = names[file.place]
            text = texts[file.place]
            told |= _scenarios(session, file.key, own, text, held, told, by=by)
    about = f"# {project.name}\n\n{project.about}".strip()
    told[ABOUT] = f"{about}\n"
    return {name: text.encode() for name, text in told.items()}


def packed(session: Session, project: Project, *, by: Actor) -> bytes:
    """The folder as a ZIP; equal bytes while nothing of the project changes."""
    files = files_of(session, project, by=by)
    return pack({f"{project.key}/{name}": data for name, data in files.items()})


def is_plain(name: str, kind: str) -> bool:
    """Whether a file may keep the name it came with."""
    return bool(_PLAIN.fullmatch(name)) and file_kind(name) == kind


def _names(files: Sequence[File]) -> dict[tuple[str, str], str]:
    """The name of each file in the folder; of two with one name the second has its key's."""
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for file in files:
        came_with = file.entry.file if file.entry else None
        deployed_as = file.latest.file if file.latest else None
        offered = [name for name in (came_with, deployed_as) if name and is_plain(name, file.kind)]
        plain = re.sub(r"[^\w.-]", "_", file.key)
        name = next(
            name
            for name in [*offered, contents.file_name(file.kind, plain), *_numbered(file)]
            if name.lower() not in taken
        )
        taken.add(name.lower())
        found[file.place] = name
    return found


def _numbered(file: File) -> list[str]:
    plain = re.sub(r"[^\w.-]", "_", file.key)
    return [contents.file_name(file.kind, f"{plain}_{number}") for number in range(2, 1_000)]


def _scenarios(
    session: Session,
    key: str,
    own: str,
    text: str,
    held: Mapping[bytes, str],
    taken: Mapping[str, str],
    *,
    by: Actor,
) -> dict[str, str]:
    """The scenarios of a process over those files of the project that it needs."""
    kept = scenarios.of_process(session, key)
    if not kept:
        return {}
    try:
        needed = trial_files.gather(session, text, by=by).files.values()
        names = [held[data] for data in needed if data in held]
    except BackOfficeError:
        names = [own]
    return scenarios.as_files(kept, names, taken)
