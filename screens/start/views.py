"""Starting a case by hand: choose a process, answer its start form."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading, transaction
from core.errors import BackOfficeError, NotFound
from core.model import Json
from core.people import Actor
from engine import definitions
from engine.models import Definition
from forms import validate
from forms.errors import FormInvalid
from screens.start import presenting
from screens.task import plain_form
from screens.task.presenting import form_view
from screens.task.refusals import Refused, read_answers, sent_version
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work import completion

bp = Blueprint("start", __name__, url_prefix="/start", template_folder="templates")

MAX_PROCESSES = 200
MAX_KEY_LENGTH = 200


@bp.get("")
@policy("instance.start")
def index() -> ResponseReturnValue:
    """The processes that this person may start."""
    me, text = current_actor(), request.args.get("q", "").strip()
    with reading() as session:
        found = definitions.find(session, latest=True, limit=MAX_PROCESSES)
        choices = [
            presenting.choice(session, definition)
            for definition in found
            if permissions.may(me, "instance.start", definition)
        ]
    shown = [each for each in choices if each and each.matches(text)]
    shown.sort(key=lambda each: each.name.casefold())
    return render_template("start/index.html", choices=shown, text=text)


@bp.get("/<key>")
@policy("instance.start")
def new(key: str) -> ResponseReturnValue:
    """The start form of a process, or just the button."""
    return _page(key)


@bp.post("/<key>")
@policy("instance.start")
def create(key: str) -> ResponseReturnValue:
    """Start a case with what was typed; nothing typed is lost when that is refused."""
    me, element = current_actor(), request.form.get("element") or None
    business_key = request.form.get("business_key", "").strip()[:MAX_KEY_LENGTH] or None
    answers = _answers(key, element)
    if {"add_row", "remove_row"} & set(request.form):
        return _page(key, Refused(answers, {}))
    try:
        with transaction() as session:
            instance = completion.start(
                session,
                _latest(session, key, me).id,
                answers,
                business_key=business_key,
                element=element,
                version=sent_version(),
                by=me,
            )
            instance_id = instance.id
    except NotFound:
        raise
    except FormInvalid as error:
        return _page(key, Refused(answers, error.context["fields"], status=422))
    except BackOfficeError as error:
        return _page(key, Refused(answers, {}, str(error), status_of(error)))
    flash(_("Started."), "done")
    return redirect(url_for("cases.show", instance_id=instance_id), 303)


def _page(key: str, refused: Refused | None = None) -> ResponseReturnValue:
    me, element = current_actor(), request.values.get("element") or None
    with reading() as session:
        definition = _latest(session, key, me)
        form = completion.start_form(session, definition.id, element)
        shown = None
        if form is not None:
            values = validate.initial(form, {})
            typed = {**values, **refused.answers} if refused else values
            version = completion.start_form_version(session, definition.id, element)
            shown = form_view(form, typed, refused.fields if refused else None, version=version)
        page = render_template(
            "start/new.html",
            process=presenting.starting(session, definition),
            starts=presenting.starts(session, definition),
            element=element,
            business_key=request.form.get("business_key", ""),
            form=shown,
            problem=refused.sentence if refused else "",
        )
    return page, refused.status if refused else 200


def _answers(key: str, element: str | None) -> Json:
    """What was typed: JSON from form-js, or the plain controls of a page without scripts."""
    written = request.form.get("answers")
    if written:
        return read_answers(written)
    with reading() as session:
        definition = _latest(session, key, current_actor())
        form = completion.start_form(session, definition.id, element)
        if form is None:
            return {}
        return plain_form.answers(form, validate.initial(form, {}), request.form)


def _latest(session: Session, key: str, me: Actor) -> Definition:
    """The newest version. Raises DefinitionNotFound, NotAllowed."""
    definition = definitions.latest(session, "process", key)
    permissions.allow(me, "instance.start", definition)
    return definition
