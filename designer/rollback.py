"""Going back: an earlier version becomes the next one, with the files it was deployed with."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import forms
from core.errors import Conflict
from core.people import Actor
from designer import releases
from engine import definitions, deployments
from engine.models import Definition, ProcessInstance


class AlreadyLatest(Conflict):
    """Version {version} is the latest already."""


def roll_back(session: Session, definition_id: UUID, *, by: Actor) -> Definition:
    """Deploy an earlier version again; running cases stay on theirs.

    What was bound to its deployment goes along as it was. Raises DefinitionNotFound, AlreadyLatest
    and ModelRefused.
    """
    definition = definitions.get(session, definition_id)
    latest = definitions.latest(session, definition.kind, definition.key)
    if latest.id == definition.id:
        raise AlreadyLatest(version=definition.version)
    files = {
        each.file: definitions.content(session, each.id) for each in _package(session, definition)
    }
    deployments.deploy(session, files, by=by, check_form=forms.check)
    deployed = definitions.latest(session, definition.kind, definition.key)
    if deployed.id != latest.id:
        said = _("Back to version %(number)s", number=definition.version)
        releases.note(session, deployed, said, by=by)
    return deployed


def running(session: Session, key: str) -> list[tuple[int, int]]:
    """Version and number of its cases that have not ended, newest version first."""
    query = select(ProcessInstance.version, func.count()).where(
        ProcessInstance.key == key, ProcessInstance.ended_at.is_(None)
    )
    rows = session.execute(
        query.group_by(ProcessInstance.version).order_by(ProcessInstance.version.desc())
    )
    return [(version, count) for version, count in rows]


def _package(session: Session, definition: Definition) -> list[Definition]:
    """The version and what its references to its own deployment were fixed to."""
    found = {definition.id: definition}
    queue = [definition]
    while queue:
        for name, fixed in queue.pop().bindings.items():
            if fixed and name.endswith("@deployment") and UUID(fixed) not in found:
                found[UUID(fixed)] = definitions.get(session, UUID(fixed))
                queue.append(found[UUID(fixed)])
    return list(found.values())
