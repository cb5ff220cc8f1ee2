"""The task page: read, fill in, complete, claim, release, hand over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.errors import BackOfficeError, NotFound
from core.people import Actor, Person
from core.permissions import may
from engine import definitions, guest_access, user_tasks
from engine.models import UserTask
from forms.errors import FormInvalid
from forms.schema import Form
from screens.cases import presenting as cases
from screens.cases.names import read_names
from screens.clocks.presenting import clock_views
from screens.notes.presenting import notes
from screens.task import drafts as draft_pages
from screens.task import presenting
from screens.task.answers import answers_of, results
from screens.task.drafts import DraftView
from screens.task.refusals import Refused, sent_version
from screens.task.undoing import seconds, undoable
from screens.team import standing
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work import assignment, completion, drafts, queues, related, sites, skills, undo
from work.sla import finding
from work.team import delegation

bp = Blueprint("task", __name__, url_prefix="/user-tasks", template_folder="templates")
bp.register_blueprint(draft_pages.bp)

#: How far the list of people to hand over to goes.
MAX_PEOPLE = 500
HISTORY = 200


@bp.get("/<uuid:task_id>")
@policy("task.see")
def show(task_id: UUID) -> ResponseReturnValue:
    """One task with its form; a closed one with what became of it."""
    return _page(task_id)


@bp.get("/<uuid:task_id>/state")
@policy("task.see")
def state(task_id: UUID) -> ResponseReturnValue:
    """Who has the task now, for a page that shows it: its words, and a key that changes with it."""
    me = current_actor()
    with reading() as session:
        task = user_tasks.get(session, task_id, by=me)
        names = read_names(session, [task.assignee, task.completed_by])
        return jsonify(state=presenting.state_key(task), words=presenting.news(task, me, names))


@bp.get("/<uuid:task_id>/completion")
@policy("task.see")
def completed(task_id: UUID) -> ResponseReturnValue:
    """Where a refused submission was shown: asked for again, it is the task."""
    return redirect(url_for(".show", task_id=task_id))


@bp.post("/<uuid:task_id>/completion")
@policy("task.take")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Complete a task with what was typed; nothing typed is lost when that is refused."""
    me = current_actor()
    answers = answers_of(task_id, me)
    if {"add_row", "remove_row", "add_result"} & set(request.form):
        return _page(task_id, Refused(answers, {}))
    try:
        with transaction() as session:
            completion.complete(session, task_id, answers, version=sent_version(), by=me)
            drafts.drop(session, task_id, by=me)
    except NotFound:
        raise
    except FormInvalid as error:
        return _page(task_id, Refused(answers, error.context["fields"], status=422))
    except BackOfficeError as error:
        return _page(task_id, Refused(answers, {}, str(error), status_of(error)))
    return redirect(url_for(".show", task_id=task_id), 303)


@bp.post("/<uuid:task_id>/completion/undoing")
@policy("task.see")
def undo_completion(task_id: UUID) -> ResponseReturnValue:
    """Take back that the task was completed; what was typed is there again."""
    try:
        with transaction() as session:
            undo.undo(session, task_id, by=current_actor())
    except NotFound:
        raise
    except BackOfficeError as error:
        flash(str(error), "error")
    else:
        flash(_("Undone. The task is open again, with what was typed."), "done")
    return redirect(url_for(".show", task_id=task_id), 303)


@bp.post("/<uuid:task_id>/claim")
@policy("task.take")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Reserve the task for oneself."""
    return _change(task_id, assignment.claim, _("This task is yours now."))


@bp.post("/<uuid:task_id>/release")
@policy("task.see")
def release(task_id: UUID) -> ResponseReturnValue:
    """Give the task back to its groups."""
    return _change(task_id, user_tasks.release, _("Released. Others may take it now."))


@bp.post("/<uuid:task_id>/assignee")
@policy("task.see")
def hand_over(task_id: UUID) -> ResponseReturnValue:
    """Make somebody else the assignee; they may be unable to see it who gave it away."""
    person = request.form.get("person", "")
    with transaction() as session:
        note = request.form.get("note", "")
        delegation.delegate(session, task_id, person, note=note, by=current_actor())
    flash(_("Handed over to %(person)s.", person=person), "done")
    return redirect(url_for("inbox.index"), 303)


def _change(task_id: UUID, change: Callable[..., UserTask], words: str) -> ResponseReturnValue:
    with transaction() as session:
        change(session, task_id, by=current_actor())
    flash(words, "done")
    return redirect(url_for(".show", task_id=task_id), 303)


def _page(task_id: UUID, refused: Refused | None = None) -> ResponseReturnValue:
    me = current_actor()
    with reading() as session:
        task = user_tasks.get(session, task_id, by=me)
        instance = task.instance
        definition = definitions.get(session, task.definition_id)
        history = cases.history(session, instance, limit=HISTORY)
        names = read_names(session, history.people | {task.assignee, task.completed_by})
        view = presenting.task_view(
            task,
            me,
            names,
            sites=sites.of_task(session, task),
            skills=skills.of_task(session, task),
        )
        is_free = task.is_open and task.assignee is None
        elsewhere = sites.refusal(session, task, by=me) if is_free else ""
        view = replace(view, results=results(), may_claim=view.may_claim and not elsewhere)
        shown = completion.shown(session, task)
        beside = notes(session, instance.id, me, task_id=task.id)
        element = definitions.element(session, definition, task.element_id)
        given = queues.last_dispatch(session, task) if view.is_mine else None
        draft = draft_pages.restored(session, task, shown.values, me)
        page = render_template(
            "task/show.html",
            task=view,
            has_desk=may(me, "task.take"),
            why=given.sentence if given else "",
            clocks=clock_views(finding.of_task(session, task)) if task.is_open else [],
            form=_versioned(_form(shown.form, shown.values, view, refused, draft), shown.version),
            may_share=shown.form is not None and guest_access.may_share(task, me),
            draft=None if refused else draft,
            draft_revision=draft.revision if draft else 0,
            elsewhere=elsewhere,
            problem=refused.sentence if refused else "",
            unsaved=refused is not None,
            undoable=undoable(session, me) if task.is_open else None,
            undo_seconds=seconds(undo.left(session, task, by=me)),
            instructions=element.settings.instructions if element else None,
            case_facts=cases.facts(session, instance, names),
            picture=cases.picture(session, instance, history),
            days=history.story(session, names, beside),
            notes=beside,
            people=_others(session, task) if view.may_hand_over else [],
            standing=standing.of_task(session, task, me, names),
            upcoming=_next(session, task, me) if view.is_mine or not task.is_open else None,
            knowledge=element.documentation if element and task.is_open else None,
            related=[
                presenting.related_view(each, names)
                for each in related.cases(session, instance, by=me)
            ],
        )
    return page, refused.status if refused else 200


def _form(
    form: Form | None,
    values: Mapping[str, Any],
    view: presenting.TaskView,
    refused: Refused | None,
    draft: DraftView | None,
) -> presenting.FormView | None:
    if form is None:
        return None
    if refused is None and draft is not None and draft.goes_on:
        values = {**values, **draft.answers}
    if refused is None:
        return presenting.form_view(form, values, read_only=not view.may_complete)
    typed = {**values, **refused.answers}
    return presenting.form_view(form, typed, refused.fields, read_only=not view.may_complete)


def _versioned(
    form: presenting.FormView | None, version: UUID | None
) -> presenting.FormView | None:
    """The form with the version that it is, so that answers to an older one are noticed."""
    return None if form is None else replace(form, version=version)


def _others(session: Session, task: UserTask) -> list[tuple[str, str]]:
    """Whom the task can be handed to."""
    barred = {task.assignee, *task.excluded}
    query = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.display_name)
    people = session.scalars(query.limit(MAX_PEOPLE))
    return [(each.name, each.display_name) for each in people if each.name not in barred]


def _next(session: Session, task: UserTask, me: Actor) -> presenting.Upcoming | None:
    """The next task: one's own first, else one that waits in one's groups."""
    awake = user_tasks.not_resting()
    mine = user_tasks.find(session, by=me, mine=True, also=awake, order="due", limit=2)
    waiting = user_tasks.find(session, by=me, groups=True, also=awake, order="due", limit=2)
    return presenting.upcoming((*mine, *waiting), but=task.id)
