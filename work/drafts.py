"""Half-filled forms: kept for each person and task until it is completed or they let go of it.

A task that somebody else takes, or that closes, leaves the draft where it is: its text can still be
read, and is forgotten a month later.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, TooLarge
from core.people import Actor
from core.permissions import allow
from engine import user_tasks
from engine.models import UserTask
from work.models.form_draft import FormDraft

MAX_BYTES = 500_000
#: How long drafts of tasks are kept that their person does not touch again.
KEPT_FOR = timedelta(days=30)
BATCH = 500


class DraftTooLarge(TooLarge):
    """What was typed is too long to be kept as a draft."""


class DraftElsewhere(Conflict):
    """This form was filled in in another window as well, at {saved_at}."""


def of(session: Session, task_id: UUID, *, by: Actor) -> FormDraft | None:
    """What `by` has typed into a task and not sent."""
    return session.get(FormDraft, (task_id, by.name))


def save(
    session: Session,
    task_id: UUID,
    answers: Mapping[str, Any],
    *,
    revision: int | None = None,
    by: Actor,
) -> tuple[FormDraft, UserTask]:
    """Keep what `by` has typed, also when the task was taken or closed meanwhile.

    `revision` is that of the draft this one goes on from, 0 for none, None to replace whatever is
    there. Raises DraftElsewhere when another window has saved since, and DraftTooLarge.
    """
    allow(by, "task.take")
    task = user_tasks.get(session, task_id, by=by)
    if len(orjson.dumps(answers)) > MAX_BYTES:
        raise DraftTooLarge(limit=MAX_BYTES)
    query = select(FormDraft).where(*_its(task_id, by.name))
    draft = session.scalar(query.with_for_update())
    if draft is None:
        return _make(session, task_id, answers, by), task
    if revision is not None and revision != draft.revision:
        raise DraftElsewhere(saved_at=draft.saved_at.isoformat(), revision=draft.revision)
    draft.answers, draft.saved_at = dict(answers), clock.now()
    draft.revision += 1
    session.flush()
    return draft, task


def bring_back(session: Session, task_id: UUID, person: str, answers: Mapping[str, Any]) -> None:
    """Let somebody go on with what they had sent, now that it was taken back."""
    if len(orjson.dumps(answers)) > MAX_BYTES:
        return
    draft = session.get(FormDraft, (task_id, person), with_for_update=True)
    if draft is None:
        draft = FormDraft(task_id=task_id, person=person, revision=0)
        session.add(draft)
    draft.answers, draft.saved_at = dict(answers), clock.now()
    draft.revision += 1
    session.flush()


def drop(session: Session, task_id: UUID, *, by: Actor) -> None:
    """Forget what `by` has typed: it was sent, or they let go of it."""
    session.execute(delete(FormDraft).where(*_its(task_id, by.name)))


def forget(session: Session) -> int:
    """Delete drafts that nobody has touched for a month; how many."""
    cutoff = clock.now() - KEPT_FOR
    old = select(FormDraft.task_id, FormDraft.person).where(FormDraft.saved_at < cutoff)
    rows = session.execute(old.limit(BATCH)).all()
    for task_id, person in rows:
        session.execute(delete(FormDraft).where(*_its(task_id, person)))
    return len(rows)


def _its(task_id: UUID, person: str) -> tuple[ColumnElement[bool], ...]:
    return (FormDraft.task_id == task_id, FormDraft.person == person)


def _make(session: Session, task_id: UUID, answers: Mapping[str, Any], by: Actor) -> FormDraft:
    now = clock.now()
    draft = FormDraft(
        task_id=task_id, person=by.name, answers=dict(answers), revision=1, saved_at=now
    )
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        # Another window was faster by a moment.
        raise DraftElsewhere(saved_at=now.isoformat(), revision=1) from None
    return draft
