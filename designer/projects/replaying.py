"""Real cases of a project's processes, played again on all of its drafts before a deployment."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.people import Actor
from designer.projects import listing, running
from designer.projects.running import Ready
from work.replay import Report, replay
from work.replay.cases import DEFAULT_CASES

#: What replaying the cases of all processes of a project together may take.
SECONDS = 25.0


@dataclass(frozen=True)
class Replayed:
    """The cases of one process. `report` is None where the process cannot be played at all."""

    key: str
    name: str
    report: Report | None
    obstacle: str = ""


def of_project(
    session: Session, project_id: UUID, *, limit: int = DEFAULT_CASES, by: Actor
) -> Iterator[Replayed]:
    """The newest cases of each process that a deployment of the project would change.

    `limit` of each. What one process leaves of its share of SECONDS, those after it have too; the
    reports tell which did not come to their end. Raises what `work.replay.replay` raises.
    """
    deadline = time.monotonic() + SECONDS
    changed = _changed(session, project_id, by=by)
    for number, ready in enumerate(changed):
        share = (deadline - time.monotonic()) / (len(changed) - number)
        yield _replayed(session, ready, limit, time.monotonic() + share, by=by)


def _changed(session: Session, project_id: UUID, *, by: Actor) -> list[Ready]:
    """The processes with a version that are played with something drawn and not deployed."""
    files = listing.of_project(session, project_id, by=by)
    drawn = {listing.text_of(session, file) for file in files if file.is_changed}
    if not drawn:
        return []
    deployed = {file.key for file in files if file.kind == "process" and file.latest}
    return [
        ready
        for ready in running.of_project(session, project_id, by=by)
        if ready.key in deployed and (ready.files is None or running.plays(ready, drawn))
    ]


def _replayed(
    session: Session, ready: Ready, limit: int, deadline: float, *, by: Actor
) -> Replayed:
    if ready.files is None:
        return Replayed(ready.key, ready.name, None, ready.obstacle)
    files = ready.files.package()
    report = replay(session, ready.key, files, limit=limit, deadline=deadline, by=by)
    return Replayed(ready.key, ready.name, report)
