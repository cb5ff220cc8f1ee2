"""My work: what is done to all selected tasks at once, each in a transaction of its own."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext, to_utc
from sqlalchemy.orm import Session

from core import dates
from core.db import transaction
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import Actor
from engine import user_tasks
from engine.models import UserTask
from forms.errors import FormInvalid
from screens.inbox.asking import PAGE_SIZE
from web.addresses import local_path
from web.person import current_actor
from web.policies import policy
from work import assignment, completion, drafts
from work.team import leading
from work.team.leading import Changed

bp = Blueprint("bulk", __name__)


@bp.post("/claims")
@policy("task.take")
def claim() -> ResponseReturnValue:
    """Reserve the selected tasks for oneself; those that somebody else has stay theirs."""
    changed, refused = _each_selected(assignment.claim)
    _flash_done(ngettext("%(num)d task claimed.", "%(num)d tasks claimed.", changed), changed)
    return _back_with(refused)


@bp.post("/releases")
@policy("task.take")
def release() -> ResponseReturnValue:
    """Give the selected tasks back to their groups."""
    changed, refused = _each_selected(user_tasks.release)
    _flash_done(ngettext("%(num)d task released.", "%(num)d tasks released.", changed), changed)
    return _back_with(refused)


@bp.post("/assignments")
@policy("task.assign")
def assign() -> ResponseReturnValue:
    """Give the selected tasks to somebody."""
    person = request.form.get("person", "")
    hand_over = partial(_hand_over, person=person)
    changed, refused = _each_selected(hand_over)
    words = ngettext(
        "%(num)d task given to %(person)s.",
        "%(num)d tasks given to %(person)s.",
        changed,
        person=person,
    )
    _flash_done(words, changed)
    return _back_with(refused)


@bp.post("/completions")
@policy("task.take")
def complete() -> ResponseReturnValue:
    """Complete the selected tasks with what their forms show; who asks for more is left open."""
    changed, refused = _each_selected(_complete_as_it_is)
    _flash_done(ngettext("%(num)d task completed.", "%(num)d tasks completed.", changed), changed)
    if refused:
        words = ngettext(
            "%(num)d task stays open: its form asks for something, or it is not yours.",
            "%(num)d tasks stay open: their forms ask for something, or they are not yours.",
            refused,
        )
        flash(words, "warning")
    return _back_with(0)


@bp.post("/priorities")
@policy("task.assign")
def prioritise() -> ResponseReturnValue:
    """Weigh the selected tasks."""
    return _led(partial(leading.prioritise, priority=request.form.get("priority", "")))


@bp.post("/due-dates")
@policy("task.assign")
def date() -> ResponseReturnValue:
    """Give the selected tasks another due date, in the reader's zone; without one, none."""
    try:
        due_at = _moment(request.form.get("due_at", ""))
    except ValueError:
        flash(_("Write the date as the field shows it."), "error")
        return _back_with(0)
    except dates.DateOutOfReach as error:
        flash(str(error), "error")
        return _back_with(0)
    return _led(partial(leading.date, due_at=due_at))


@bp.post("/pins")
@policy("task.assign")
def pin() -> ResponseReturnValue:
    """Put the selected tasks before all others."""
    return _led(leading.pin)


@bp.post("/pins/removal")
@policy("task.assign")
def unpin() -> ResponseReturnValue:
    """Let the selected tasks find their own places again."""
    return _led(leading.unpin)


def _led(change: Callable[..., Changed]) -> ResponseReturnValue:
    """A team leader's act on all selected tasks, with the reason that they gave."""
    selected = request.form.getlist("task", type=UUID)[:PAGE_SIZE]
    try:
        with transaction() as session:
            why = request.form.get("why", "")
            changed = change(session, selected, why=why, by=current_actor())
    except Invalid as error:
        flash(str(error), "error")
        return _back_with(0)
    done = len(changed.done)
    _flash_done(ngettext("%(num)d task changed.", "%(num)d tasks changed.", done), done)
    return _back_with(len(changed.refused))


def _flash_done(words: str, count: int) -> None:
    if count:
        flash(words, "done")


def _moment(text: str) -> datetime | None:
    """What a field for a date and time sent. Raises ValueError, DateOutOfReach."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    dates.require_near(at)
    return to_utc(at).replace(tzinfo=UTC)


def _hand_over(session: Session, task_id: UUID, *, person: str, by: Actor) -> UserTask:
    return assignment.hand_over(session, task_id, person, by=by)


def _complete_as_it_is(session: Session, task_id: UUID, *, by: Actor) -> UserTask:
    task = user_tasks.get(session, task_id, by=by)
    if drafts.of(session, task_id, by=by) is not None:
        # Somebody has begun to answer: that is theirs to finish.
        raise FormInvalid(fields={})
    shown = completion.shown(session, task)
    answers = shown.values if shown.form else {}
    return completion.complete(session, task_id, answers, by=by)


def _each_selected(change: Callable[..., UserTask]) -> tuple[int, int]:
    """Change each selected task: how many were, and were not."""
    selected = request.form.getlist("task", type=UUID)[:PAGE_SIZE]
    refused = 0
    for task_id in selected:
        try:
            with transaction() as session:
                change(session, task_id, by=current_actor())
        except (NotFound, Forbidden, Conflict, Invalid):
            refused += 1
    return len(selected) - refused, refused


def _back_with(refused: int) -> ResponseReturnValue:
    if refused:
        words = ngettext(
            "%(num)d task stays as it is: somebody was faster, or it is not yours.",
            "%(num)d tasks stay as they are: somebody was faster, or they are not yours.",
            refused,
        )
        flash(words, "warning")
    return redirect(local_path(request.form.get("next")) or url_for("inbox.index"), 303)
