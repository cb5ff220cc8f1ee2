"""Half-filled forms of tasks: saved while one types, restored on any device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core.db import transaction
from core.people import Actor
from core.values import to_json
from engine.models import UserTask
from screens.cases.presenting import Fact
from screens.cases.values import in_words, shown
from screens.task.answers import answers_of
from web.person import current_actor
from web.policies import policy
from work import drafts
from work.models.form_draft import FormDraft

bp = Blueprint("drafts", __name__)


@dataclass(frozen=True)
class DraftView:
    """What was typed before and not sent."""

    answers: Mapping[str, Any]
    revision: int
    saved_at: datetime
    words: str
    #: Whether the form goes on from it; else it is shown beside, since it can no longer be sent.
    goes_on: bool
    facts: tuple[Fact, ...] = ()


@bp.put("/<uuid:task_id>/draft")
@policy("task.take")
def save(task_id: UUID) -> ResponseReturnValue:
    """Keep `{"answers": {…}, "revision": n}`; the script of the form sends it after each pause."""
    body = request.get_json()
    answers, revision = body.get("answers"), body.get("revision")
    if not isinstance(answers, dict) or not isinstance(revision, int | None):
        return jsonify(error="DraftInvalid", message=_("This is no draft."), context={}), 422
    me = current_actor()
    with transaction() as session:
        draft, task = drafts.save(session, task_id, answers, revision=revision, by=me)
        return jsonify(
            revision=draft.revision,
            savedAt=draft.saved_at.isoformat(),
            words=str(_("Saved at %(time)s", time=format_time(draft.saved_at, "short"))),
            trouble=trouble(task, me),
        )


@bp.post("/<uuid:task_id>/draft")
@policy("task.take")
def save_and_stay(task_id: UUID) -> ResponseReturnValue:
    """The same from a page without scripts."""
    me = current_actor()
    answers = answers_of(task_id, me)
    with transaction() as session:
        drafts.save(session, task_id, answers, by=me)
    flash(_("Saved. You can go on later, on any device."), "done")
    return redirect(url_for("task.show", task_id=task_id), 303)


@bp.post("/<uuid:task_id>/draft/removal")
@policy("task.take")
def discard(task_id: UUID) -> ResponseReturnValue:
    """Let go of what was typed."""
    with transaction() as session:
        drafts.drop(session, task_id, by=current_actor())
    flash(_("What you had typed is gone; the form shows what the case knows."), "info")
    return redirect(url_for("task.show", task_id=task_id), 303)


def restored(
    session: Session, task: UserTask, values: Mapping[str, Any], me: Actor
) -> DraftView | None:
    """What this person has typed into a task and not sent; `values` is what the case knows."""
    draft = drafts.of(session, task.id, by=me)
    return None if draft is None else _view(draft, task, to_json(values), me)


def trouble(task: UserTask, me: Actor) -> str:
    """Why what is typed now cannot be sent any more; empty while it can."""
    if task.state == "completed":
        return str(_("Somebody completed this task meanwhile. What you typed is kept here."))
    if task.state == "cancelled":
        return str(_("This task is no longer needed. What you typed is kept here."))
    if task.assignee not in (None, me.name):
        return str(_("Somebody else has this task now. What you typed is kept here."))
    return ""


def _view(draft: FormDraft, task: UserTask, known: Mapping[str, Any], me: Actor) -> DraftView:
    time = format_time(draft.saved_at, "short")
    reason = trouble(task, me)
    if not reason:
        words = str(_("This is what you had typed by %(time)s; it is not sent yet.", time=time))
        return DraftView(draft.answers, draft.revision, draft.saved_at, words, goes_on=True)
    facts = tuple(
        Fact(in_words(name), shown=shown(name, value))
        for name, value in draft.answers.items()
        if value not in (None, "", known.get(name))
    )
    return DraftView(draft.answers, draft.revision, draft.saved_at, reason, False, facts)
