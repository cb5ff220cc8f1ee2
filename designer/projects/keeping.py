"""Projects: begun, renamed, archived; which files are theirs. What is in none is in “General”."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, permissions
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor
from designer.contents import key_from
from designer.projects.models import Project, ProjectFile

#: The project of all files that were put into no other. It has no row.
GENERAL = UUID(int=0)
MAX_NAME = 120
MAX_ABOUT = 20_000
MAX_PROJECTS = 1_000


class ProjectNotFound(NotFound):
    """There is no such project."""


class ProjectNameInvalid(Invalid):
    """A project has a name of 1 to {limit} characters."""


class ProjectNameTaken(Conflict):
    """There is a project “{name}” already."""


class ProjectAboutTooLong(Invalid):
    """What a project is for takes at most {limit} characters."""


class ProjectFixed(Conflict):
    """“{name}” holds what is in no other project: it keeps its name and stays."""


class ProjectArchived(Conflict):
    """“{name}” is archived. Bring it back first."""


class TooManyProjects(Invalid):
    """There may be {limit} projects."""


def general() -> Project:
    """The project of what is in no other; not stored."""
    name = _("General")
    at = clock.now()
    return Project(id=GENERAL, key="general", name=name, about="", created_at=at, created_by="")


def find(session: Session, *, is_archived: bool = False) -> list[Project]:
    """All projects by name, without General."""
    query = select(Project).where(
        Project.archived_at.is_not(None) if is_archived else Project.archived_at.is_(None)
    )
    found = session.scalars(query.limit(MAX_PROJECTS))
    return sorted(found, key=lambda project: project.name.lower())


def get(session: Session, project_id: UUID, *, by: Actor, lock: bool = False) -> Project:
    """One project. Raises ProjectNotFound, also for those who do not draw."""
    if not permissions.may(by, "design"):
        raise ProjectNotFound(project_id=str(project_id))
    if project_id == GENERAL:
        return general()
    project = session.get(Project, project_id, with_for_update=lock or None)
    if project is None:
        raise ProjectNotFound(project_id=str(project_id))
    return project


def called(session: Session, name: str, *, by: Actor) -> Project:
    """The project of that name or key. Raises ProjectNotFound."""
    if not permissions.may(by, "design"):
        raise ProjectNotFound(name=name)
    general_one = general()
    if name in (general_one.name, general_one.key):
        return general_one
    found = session.scalar(
        select(Project).where((Project.name == name) | (Project.key == name)).limit(1)
    )
    if found is None:
        raise ProjectNotFound(name=name)
    return found


def create(session: Session, name: str, about: str = "", *, by: Actor) -> Project:
    """A new project. Raises ProjectNameInvalid, ProjectNameTaken, ProjectAboutTooLong."""
    permissions.allow(by, "design")
    name, about = _checked(session, name, about)
    if (session.scalar(select(func.count()).select_from(Project)) or 0) >= MAX_PROJECTS:
        raise TooManyProjects(limit=MAX_PROJECTS)
    project = Project(
        key=_free_key(session, name),
        name=name,
        about=about,
        created_at=clock.now(),
        created_by=by.name,
    )
    session.add(project)
    session.flush()
    return project


def rename(session: Session, project_id: UUID, name: str, about: str, *, by: Actor) -> Project:
    """Call it otherwise, and say what it is for. Its folder keeps its name."""
    project = _own(session, project_id, by=by)
    project.name, project.about = _checked(session, name, about, project)
    session.flush()
    return project


def archive(session: Session, project_id: UUID, *, by: Actor) -> Project:
    """Put it out of the way. Drafts and versions stay as they are."""
    project = _own(session, project_id, by=by)
    if project.archived_at is None:
        project.archived_at, project.archived_by = clock.now(), by.name
    return project


def bring_back(session: Session, project_id: UUID, *, by: Actor) -> Project:
    """Take it out of the archive."""
    project = _own(session, project_id, by=by)
    project.archived_at = project.archived_by = None
    return project


def of_file(session: Session, kind: str, key: str) -> UUID:
    """The project that a file belongs to."""
    entry = session.get(ProjectFile, (kind, key))
    return entry.project_id if entry is not None else GENERAL


def holding(session: Session, kind: str, key: str, *, by: Actor) -> Project:
    """The project that a file belongs to, for whoever draws."""
    return get(session, of_file(session, kind, key), by=by)


def entries(session: Session) -> dict[tuple[str, str], ProjectFile]:
    """All files that are in a project, by kind and key."""
    return {(each.kind, each.key): each for each in session.scalars(select(ProjectFile))}


def put(
    session: Session, kind: str, key: str, project_id: UUID, *, file: str | None = None, by: Actor
) -> None:
    """Let a file belong to a project, with all its drafts and versions.

    Raises ProjectNotFound and ProjectArchived.
    """
    project = get(session, project_id, by=by)
    if project.archived_at is not None:
        raise ProjectArchived(name=project.name)
    entry = session.get(ProjectFile, (kind, key))
    if project_id == GENERAL:
        if entry is not None:
            session.delete(entry)
    elif entry is None:
        entry = ProjectFile(
            kind=kind,
            key=key,
            project_id=project_id,
            file=file,
            added_at=clock.now(),
            added_by=by.name,
        )
        session.add(entry)
    else:
        entry.project_id, entry.file = project_id, file or entry.file
    session.flush()


def follow(session: Session, kind: str, before: str, after: str, *, by: Actor) -> None:
    """A draft has another key now: it stays in its project, unless that key has one already."""
    old = session.get(ProjectFile, (kind, before))
    if old is not None and session.get(ProjectFile, (kind, after)) is None:
        session.add(
            ProjectFile(
                kind=kind,
                key=after,
                project_id=old.project_id,
                added_at=clock.now(),
                added_by=by.name,
            )
        )
        session.flush()


def _own(session: Session, project_id: UUID, *, by: Actor) -> Project:
    if project_id == GENERAL:
        raise ProjectFixed(name=general().name)
    return get(session, project_id, by=by, lock=True)


def _checked(
    session: Session, name: str, about: str, project: Project | None = None
) -> tuple[str, str]:
    name, about = " ".join(name.split()), about.replace("\r\n", "\n").strip()
    if not 0 < len(name) <= MAX_NAME:
        raise ProjectNameInvalid(limit=MAX_NAME)
    if len(about) > MAX_ABOUT:
        raise ProjectAboutTooLong(limit=MAX_ABOUT)
    same = select(Project.id).where(func.lower(Project.name) == func.lower(name))
    taken = session.scalar(same.where(Project.id != project.id) if project else same)
    if taken is not None or name.lower() == general().name.lower():
        raise ProjectNameTaken(name=name)
    return name, about


def _free_key(session: Session, name: str) -> str:
    key = key_from(name)
    number, free = 1, key
    while free == "general" or session.scalar(select(Project.id).where(Project.key == free)):
        number += 1
        free = f"{key}_{number}"
    return free
