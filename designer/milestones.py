"""States of a draft to come back to: kept by hand, and before anything replaces its text."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid, NotFound
from core.people import Actor
from designer import contents, drafts
from designer.models import Draft
from designer.together_models import Milestone
from engine import definitions

#: Of one draft; the oldest go.
MAX_KEPT = 100
MAX_MESSAGE = 500


class MilestoneNotFound(NotFound):
    """There is no such milestone of this draft."""


class MilestoneUnnamed(Invalid):
    """Say in 1 to {limit} characters what this state is."""


class OtherKind(Invalid):
    """This is no earlier state of the draft: it holds something else."""


def of_draft(session: Session, draft: Draft) -> list[Milestone]:
    """The milestones of a draft, the newest first."""
    query = select(Milestone).where(Milestone.draft_id == draft.id)
    return list(session.scalars(query.order_by(Milestone.id.desc()).limit(MAX_KEPT)))


def get(session: Session, draft: Draft, milestone_id: UUID) -> Milestone:
    """One milestone of a draft. Raises MilestoneNotFound."""
    found = session.get(Milestone, milestone_id)
    if found is None or found.draft_id != draft.id:
        raise MilestoneNotFound(milestone_id=str(milestone_id))
    return found


def keep(session: Session, draft: Draft, content: str, message: str, *, by: str) -> Milestone:
    """Keep a text beside a draft. Raises MilestoneUnnamed, and what reading the text raises."""
    message = message.strip()
    if not 0 < len(message) <= MAX_MESSAGE:
        raise MilestoneUnnamed(limit=MAX_MESSAGE)
    if len(content.encode()) > contents.MAX_BYTES:
        contents.identify(draft.kind, content)
    kept = Milestone(
        draft_id=draft.id,
        message=message,
        content=content,
        created_at=clock.now(),
        created_by=by,
    )
    session.add(kept)
    session.flush()
    _forget_oldest(session, draft)
    return kept


def take_over(session: Session, draft_id: UUID, content: str, *, by: Actor) -> Draft:
    """Let a text replace what somebody else saved meanwhile; theirs stays as a milestone."""
    draft = drafts.get(session, draft_id, by=by, lock=True)
    said = _("Before %(person)s took over", person=by.name)
    _replace(session, draft, content, said, by=by)
    return draft


def restore(session: Session, draft_id: UUID, milestone_id: UUID, *, by: Actor) -> Draft:
    """Go back to a milestone; what the draft holds now becomes one."""
    draft = drafts.get(session, draft_id, by=by, lock=True)
    milestone = get(session, draft, milestone_id)
    said = _("Before going back to “%(message)s”", message=milestone.message[:400])
    _replace(session, draft, milestone.content, said, by=by)
    return draft


def restore_version(session: Session, draft_id: UUID, definition_id: UUID, *, by: Actor) -> Draft:
    """Go back to what was deployed as a version; what the draft holds now becomes a milestone.

    Raises DraftNotFound, DefinitionNotFound and OtherKind.
    """
    draft = drafts.get(session, draft_id, by=by, lock=True)
    definition = definitions.get(session, definition_id)
    content = definitions.content(session, definition.id).decode()
    if definition.kind != draft.kind or contents.identify(draft.kind, content).key != draft.key:
        raise OtherKind
    said = _("Before going back to version %(number)s", number=definition.version)
    _replace(session, draft, content, said, by=by)
    return draft


def _replace(session: Session, draft: Draft, content: str, said: str, *, by: Actor) -> None:
    if content == draft.content:
        return
    keep(session, draft, draft.content, said, by=draft.drawn_by)
    drafts.save(session, draft.id, content, draft.revision, by=by)


def _forget_oldest(session: Session, draft: Draft) -> None:
    ids = [milestone.id for milestone in of_draft(session, draft)]
    if len(ids) == MAX_KEPT:
        older = delete(Milestone).where(Milestone.draft_id == draft.id, Milestone.id < ids[-1])
        session.execute(older)
