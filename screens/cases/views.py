"""Cases: search them, open one, and what can be done with it as a whole."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid
from core.people import Actor
from core.values import to_json
from engine import incidents, instances
from engine.models import Incident, ProcessInstance
from screens.cases import presenting
from screens.cases.asking import PAGE_SIZE, STATES, Asked
from screens.cases.names import element_name, labels, read_names
from screens.cases.variables import VariableForm, patch_to
from screens.cases.waiting import in_lists, waiting
from screens.clocks.presenting import clock_views
from screens.incidents.presenting import incident_view
from screens.notes.presenting import notes
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work.sla import finding

bp = Blueprint("cases", __name__, url_prefix="/cases", template_folder="templates")


#: Log entries that a case page tells at once.
STORY = 300
MAX_INCIDENTS = 50


class NoReason(Invalid):
    """Say why."""


@bp.get("")
@policy("instance.see")
def index() -> ResponseReturnValue:
    """Cases that the person may see, newest first."""
    me, asked = current_actor(), Asked.from_address(request.args)
    with reading() as session:
        found = _find(session, asked, me)
        shown = found[:PAGE_SIZE]
        names = read_names(session)
        known = labels(session, shown)
        waits = in_lists(session, [instance.id for instance in shown])
        return render_template(
            "cases/index.html",
            asked=asked,
            rows=[
                presenting.case_row(each, names, known[each.id], waits[each.id]) for each in shown
            ],
            next=str(shown[-1].id) if len(found) > PAGE_SIZE else None,
            processes=list(names.processes.items()),
            visited=element_name(session, asked.process, asked.version, asked.element),
            states=list(STATES.items()),
            may_start=permissions.may(me, "instance.start"),
        )


@bp.get("/<uuid:instance_id>")
@policy("instance.see")
def show(instance_id: UUID) -> ResponseReturnValue:
    """One case: where it stands, what happened, what it knows."""
    me = current_actor()
    with reading() as session:
        instance = instances.get(session, instance_id, by=me)
        history = presenting.history(session, instance, limit=STORY)
        open_incidents = _incidents(session, instance, me)
        beside = notes(session, instance_id, me)
        names = read_names(
            session,
            history.people
            | {instance.started_by, instance.suspended_by, instance.cancelled_by}
            | presenting.assignees(session, instance),
        )
        return render_template(
            "cases/show.html",
            case=presenting.case_view(instance, me, names),
            picture=presenting.picture(session, instance, history, open_incidents),
            days=history.story(session, names, beside),
            notes=beside,
            more_url=_more(instance, history),
            waits=waiting(session, instance, me, names),
            clocks=clock_views(finding.of_case(session, instance.id)),
            labels=presenting.labelled_facts(session, instance),
            variables=presenting.variables(session, instance, history, names),
            incidents=[incident_view(each, me, names) for each in open_incidents],
            here=url_for(".show", instance_id=instance_id),
        )


@bp.get("/<uuid:instance_id>/story")
@policy("instance.see")
def story(instance_id: UUID) -> ResponseReturnValue:
    """The story of a long case, page by page."""
    asked = Asked.from_address(request.args)
    with reading() as session:
        instance = instances.get(session, instance_id, by=current_actor())
        history = presenting.history(session, instance, limit=STORY, after=asked.after)
        names = read_names(session, history.people | {instance.started_by})
        return render_template(
            "cases/story.html",
            case=presenting.case_view(instance, current_actor(), names),
            days=history.story(session, names),
            more_url=_more(instance, history),
        )


@bp.post("/<uuid:instance_id>/suspension")
@policy("instance.suspend")
def suspend(instance_id: UUID) -> ResponseReturnValue:
    """Let nothing go on until it is resumed."""
    try:
        with transaction() as session:
            instances.suspend(session, instance_id, _why(), by=current_actor())
    except (Invalid, Conflict) as error:
        return _refused(instance_id, "suspend", error)
    return _done(instance_id, _("Suspended. Nothing goes on until somebody resumes it."))


@bp.post("/<uuid:instance_id>/resumption")
@policy("instance.suspend")
def resume(instance_id: UUID) -> ResponseReturnValue:
    """Go on after a suspension."""
    try:
        with transaction() as session:
            instances.resume(session, instance_id, _why(), by=current_actor())
    except (Invalid, Conflict) as error:
        return _refused(instance_id, "resume", error)
    return _done(instance_id, _("Resumed."))


@bp.post("/<uuid:instance_id>/cancellation")
@policy("instance.cancel")
def cancel(instance_id: UUID) -> ResponseReturnValue:
    """End a case before its end."""
    try:
        with transaction() as session:
            instances.cancel(session, instance_id, _why(), by=current_actor())
    except (Invalid, Conflict) as error:
        return _refused(instance_id, "cancel", error)
    return _done(instance_id, _("Cancelled."))


@bp.get("/<uuid:instance_id>/variables")
@policy("variables.change")
def edit_variable(instance_id: UUID) -> ResponseReturnValue:
    """The form for one variable, or for a new one."""
    name = request.args.get("name", "")
    with reading() as session:
        instance = instances.get(session, instance_id, by=current_actor())
        values = to_json(instances.variables(session, instance))
        form = VariableForm.of(name, values[name]) if name in values else VariableForm(name)
        return _variable_page(session, instance, form)


@bp.post("/<uuid:instance_id>/variables")
@policy("variables.change")
def update_variable(instance_id: UUID) -> ResponseReturnValue:
    """Give a variable another value; refused, with what was typed, when it changed meanwhile."""
    form = VariableForm.from_request(request.form)
    try:
        with transaction() as session:
            instance = instances.get_for_update(session, instance_id)
            before = to_json(instances.variables(session, instance))
            form.require_unchanged(before)
            patch = {form.name: patch_to(before.get(form.name), form.value())}
            instances.set_variables(session, instance_id, patch, by=current_actor())
    except (Invalid, Conflict) as error:
        with reading() as session:
            instance = instances.get(session, instance_id, by=current_actor())
            return _variable_page(session, instance, form, str(error)), status_of(error)
    return _done(instance_id, _("%(name)s is changed.", name=form.name))


def _variable_page(
    session: Session, instance: ProcessInstance, form: VariableForm, problem: str = ""
) -> str:
    return render_template(
        "cases/variable.html",
        case=presenting.case_view(instance, current_actor(), read_names(session)),
        form=form,
        problem=problem,
    )


def _refused(instance_id: UUID, what: str, error: BackOfficeError) -> ResponseReturnValue:
    """Ask again, with the reason that was typed."""
    with reading() as session:
        instance = instances.get(session, instance_id, by=current_actor())
        page = render_template(
            "cases/asked_again.html",
            case=presenting.case_view(instance, current_actor(), read_names(session)),
            what=what,
            reason=_reason(),
            problem=str(error),
        )
    return page, status_of(error)


def _find(session: Session, asked: Asked, me: Actor) -> list[ProcessInstance]:
    state = asked.state if asked.state in presenting.STATES else None
    return instances.find(
        session,
        by=me,
        key=asked.process or None,
        state=state,
        is_open=asked.state == "open",
        with_incidents=asked.state == "incidents",
        having=[asked.variable] if asked.variable else [],
        text=None if asked.variable else asked.text or None,
        version=asked.version,
        visited=asked.visited,
        after=asked.after,
        limit=PAGE_SIZE + 1,
    )


def _incidents(session: Session, instance: ProcessInstance, me: Actor) -> list[Incident]:
    if not permissions.may(me, "incident.see"):
        return []
    return incidents.find(session, by=me, instance_id=instance.id, limit=MAX_INCIDENTS)


def _more(instance: ProcessInstance, history: presenting.History) -> str | None:
    if history.next is None:
        return None
    return url_for(".story", instance_id=instance.id, after=history.next)


def _why() -> str:
    """The reason, which the log keeps. Raises NoReason."""
    reason = _reason()
    if not reason:
        raise NoReason
    return reason


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _done(instance_id: UUID, words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for(".show", instance_id=instance_id), 303)
