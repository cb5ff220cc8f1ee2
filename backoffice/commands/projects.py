"""The command `project`: a project of the designer as files, and files as a project."""

import argparse
import sys
from pathlib import Path

from sqlalchemy.orm import Session

from backoffice.commands.data import OPERATOR, session_of
from core import people
from core.errors import Invalid, NotFound
from core.people import Actor


class NoSuchPath(NotFound):
    """There is no file or folder {path}."""


class ProjectUnnamed(Invalid):
    """Say which project: --project NAME."""


def project(options: argparse.Namespace) -> int:
    """Export or import a project; 1 when something of it was refused."""
    with session_of(options) as session:
        by = people.get_person(session, options.person).as_actor() if options.person else OPERATOR
        if options.action == "export":
            return _export(session, options, by)
        return _import(session, options, by)


def _export(session: Session, options: argparse.Namespace, by: Actor) -> int:
    from designer.projects import folders, keeping

    if not options.project:
        raise ProjectUnnamed
    found = keeping.called(session, options.project, by=by)
    if options.path.suffix.lower() == ".zip":
        options.path.write_bytes(folders.packed(session, found, by=by))
        print(options.path)
        return 0
    files = folders.files_of(session, found, by=by)
    for name, data in files.items():
        path = options.path / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(path)
    for name in sorted(set(_files_below(options.path)) - set(files)):
        print(f"{options.path / name}: not in the project", file=sys.stderr)
    return 0


def _import(session: Session, options: argparse.Namespace, by: Actor) -> int:
    from designer.projects import archives, importing, keeping

    if options.path.is_dir():
        files = _files_below(options.path)
        brought = archives.gathered((name, path.read_bytes()) for name, path in files.items())
    elif options.path.is_file():
        brought = archives.unpack(options.path.read_bytes())
    else:
        raise NoSuchPath(path=options.path)
    title, about = importing.read_about(brought.files)
    if options.project:
        try:
            target = keeping.called(session, options.project, by=by)
        except keeping.ProjectNotFound:
            target = None
    else:
        target = importing.likely(session, brought)
    report = importing.look(session, brought, target, by=by)
    if not options.dry_run:
        if target is None:
            name = options.project or title or options.path.resolve().stem
            target = keeping.create(session, name, about[: keeping.MAX_ABOUT], by=by)
        importing.take(session, brought, target, by=by)
    for item in report.items:
        note = f" ({item.note})" if item.note else ""
        name = item.name if item.kind == "scenario" else item.key or item.name
        print(f"{item.state.replace('_', ' '):<9} {item.kind} {name}{note}")
    counts = report.counts()
    where = target.name if target is not None else options.project or title or "a new project"
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    print(f"{where}: {told or 'nothing'}{', nothing taken yet' if options.dry_run else ''}")
    return int(counts["refused"] > 0)


def _files_below(folder: Path) -> dict[str, Path]:
    """The files of a folder by their path in it; hidden ones and links are left alone."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and not path.is_symlink() and not is_hidden:
            found[name.as_posix()] = path
    return found
