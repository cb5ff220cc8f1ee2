"""From a draft to a deployed version: what would be deployed, and the deployment itself."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

import forms
from core import clock
from core.errors import Invalid
from core.people import Actor
from designer import drafts, packages
from designer.models import Draft, ReleaseNote
from engine import definitions, deployments
from engine.models import Definition

MAX_MESSAGE = 500


class MessageTooLong(Invalid):
    """A message may have {limit} characters."""


@dataclass(frozen=True)
class Standing:
    """Where a draft stands. `is_behind`: somebody deployed since it began."""

    latest: Definition | None
    is_behind: bool
    next_version: int


@dataclass(frozen=True)
class Plan(Standing):
    """What deploying a draft would do."""

    parts: list[packages.Part]
    #: Whether the draft or something that goes along differs from what is deployed.
    is_changed: bool


def standing(session: Session, draft: Draft) -> Standing:
    """Where a draft stands beside what is deployed under its key; its text is not read."""
    latest = definitions.find_latest(session, draft.kind, draft.key)
    return Standing(
        latest=latest,
        is_behind=latest is not None and latest.id != draft.base_definition_id,
        next_version=latest.version + 1 if latest else 1,
    )


def plan(session: Session, draft: Draft, *, by: Actor) -> Plan:
    """What a deployment of this draft would hold. Raises when the draft cannot be read."""
    parts = packages.assemble(session, draft.kind, draft.content, by=by)
    stands = standing(session, draft)
    return Plan(
        latest=stands.latest,
        is_behind=stands.is_behind,
        next_version=stands.next_version,
        parts=parts,
        is_changed=any(_is_new(session, part) for part in parts),
    )


def deploy(session: Session, draft_id: UUID, message: str, *, by: Actor) -> Definition:
    """Deploy a draft with what goes along; the drafts then stand on the new versions.

    Raises ModelRefused with every problem; nothing is deployed then.
    """
    if len(message) > MAX_MESSAGE:
        raise MessageTooLong(limit=MAX_MESSAGE)
    draft = drafts.get(session, draft_id, by=by, lock=True)
    parts = packages.assemble(session, draft.kind, draft.content, by=by)
    deployments.deploy(session, packages.files(parts), by=by, check_form=forms.check)
    for part in parts:
        rebase(session, part)
    deployed = definitions.latest(session, draft.kind, draft.key)
    draft.base_definition_id = deployed.id
    if message.strip():
        note(session, deployed, message.strip(), by=by)
    return deployed


def notes(session: Session, found: list[Definition]) -> dict[UUID, ReleaseNote]:
    """What was said about versions, by definition id."""
    ids = [definition.id for definition in found]
    rows = session.scalars(select(ReleaseNote).where(ReleaseNote.definition_id.in_(ids)))
    return {note.definition_id: note for note in rows}


def note(session: Session, definition: Definition, message: str, *, by: Actor) -> None:
    """Say something about a version; it replaces what was said before."""
    said = session.get(ReleaseNote, definition.id)
    if said is None:
        said = ReleaseNote(definition_id=definition.id, message=message)
        session.add(said)
    said.message, said.created_by, said.created_at = message, by.name, clock.now()


def rebase(session: Session, part: packages.Part) -> None:
    """Let the draft that a part was taken from stand on what is deployed now."""
    draft = session.get(Draft, part.draft_id) if part.draft_id is not None else None
    if draft is not None:
        draft.base_definition_id = definitions.latest(session, part.kind, part.key).id


def note_of(part: packages.Part) -> str:
    """Where a part of the package comes from, in words."""
    return {
        "main": _("this draft"),
        "draft": _("your draft of it"),
        "project": _("the draft of it in this project"),
        "deployed": _("as deployed last"),
    }[part.origin]


def _is_new(session: Session, part: packages.Part) -> bool:
    if part.origin == "deployed":
        return False
    latest = definitions.find_latest(session, part.kind, part.key)
    return latest is None or definitions.content(session, latest.id) != part.content.encode()
