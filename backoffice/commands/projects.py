"""The command `project`: a project of the designer as files, files as a project, or deployed."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from backoffice.commands.data import OPERATOR, session_of
from core import people
from core.errors import Invalid, NotFound
from core.people import Actor

if TYPE_CHECKING:
    from designer.projects.deploying import Plan
    from designer.projects.models import Project
    from work.replay import Report


class NoSuchPath(NotFound):
    """There is no file or folder {path}."""


class ProjectUnnamed(Invalid):
    """Say which project: --project NAME."""


class PathMissing(Invalid):
    """Say where: a folder or a ZIP."""


def project(options: argparse.Namespace) -> int:
    """Export, import or deploy a project; 1 when something of it was refused or fails."""
    if options.path is None and options.action != "deploy":
        raise PathMissing
    with session_of(options) as session:
        by = people.get_person(session, options.person).as_actor() if options.person else OPERATOR
        if options.action == "export":
            return _export(session, options, by)
        if options.action == "deploy":
            return _deploy(session, options, by)
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


def _deploy(session: Session, options: argparse.Namespace, by: Actor) -> int:
    """Check, play scenarios and real cases, and deploy what changed unless something is wrong.

    What real cases would do otherwise is told, and keeps nothing from being deployed.
    """
    from designer.projects import deploying, keeping

    if not options.project:
        raise ProjectUnnamed
    found = keeping.called(session, options.project, by=by)
    plan = deploying.plan(session, found.id, by=by)
    if not plan.pieces:
        print(f"{found.name}: nothing differs from what is deployed")
        return 0
    _tell(plan)
    failed = _play(session, found, by)
    if options.replay:
        _replay(session, found, options.replay, by)
    if plan.is_refused or failed:
        print(f"{found.name}: nothing was deployed", file=sys.stderr)
        return 1
    if options.dry_run:
        print(f"{found.name}: {len(plan.pieces)} to deploy, nothing deployed yet")
        return 0
    for each in deploying.deploy(session, found.id, options.message, by=by):
        print(f"deployed {each.kind} {each.key} version {each.version}")
    return 0


def _tell(plan: "Plan") -> None:
    """What would be deployed: the changes and problems of each file."""
    for piece in plan.pieces:
        print(f"{piece.reason:<8} {piece.part.file} version {piece.next_version}")
        for change in piece.changes:
            print(f"         {change.sentence}")
        for problem in piece.problems:
            where = f"{problem.element}: " if problem.element else ""
            print(f"  {problem.severity}: {where}{problem.message}")
    if plan.problem:
        print(f"  error: {plan.problem}")


def _play(session: Session, found: "Project", by: Actor) -> int:
    """Run the scenarios of the project; how many failed."""
    from designer.projects import running

    failures = 0
    for ready in running.of_project(session, found.id, by=by):
        runs, _covered = running.run(ready)
        said = [(run.scenario.name, run.outcome.failure) for run in runs]
        for name, failure in [*said, *([("", ready.obstacle)] if ready.obstacle else [])]:
            place = f"{ready.name}: {name}".removesuffix(": ")
            print(f"FAIL     {place}\n         {failure}" if failure else f"ok       {place}")
            failures += failure is not None
    return failures


def _replay(session: Session, found: "Project", limit: int, by: Actor) -> None:
    """Play the last real cases of the processes that change again on what would be deployed."""
    from designer.projects import replaying

    for each in replaying.of_project(session, found.id, limit=limit, by=by):
        print(f"replay   {each.name}: {_went(each.report) if each.report else each.obstacle}")
        for group in each.report.groups if each.report else []:
            names = [case.business_key or str(case.id) for case in group.cases]
            named = ", ".join(names) + (", …" if group.count > len(names) else "")
            print(f"         {group.difference.sentence} ({group.count}: {named})")


def _went(report: "Report") -> str:
    if not report.cases:
        return "time was up before one was played" if report.is_partial else "no case to play"
    told = [f"{report.same} of {report.cases} go as they went"]
    told += [f"{report.different} would be otherwise"] if report.different else []
    told += [f"{report.unclear} cannot be told from their log"] if report.unclear else []
    told += ["time was up before all were played"] if report.is_partial else []
    return ", ".join(told)


def _files_below(folder: Path) -> dict[str, Path]:
    """The files of a folder by their path in it; hidden ones and links are left alone."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and not path.is_symlink() and not is_hidden:
            found[name.as_posix()] = path
    return found
