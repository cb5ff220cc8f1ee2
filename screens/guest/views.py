"""What guests see: the form behind a link or a public form, and a word of thanks.

These pages look at no cookie: whoever has the address may answer the form, and nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.config import Config
from core.db import reading, transaction
from core.errors import BackOfficeError, Invalid
from core.model import Json
from core.values import from_json
from forms.errors import FormInvalid
from screens.guest import guard, limits, links, words
from screens.task import plain_form
from screens.task.presenting import form_view
from screens.task.refusals import Refused, read_answers, sent_version
from web.errors import status_of
from web.policies import policy
from work import guests
from work.guests import GuestForm

bp = Blueprint("guest", __name__, template_folder="templates")
bp.register_blueprint(links.bp)


@bp.get("/guest/<token>")
@policy("public")
def show(token: str) -> ResponseReturnValue:
    """The form behind a link."""
    limits.require_look()
    return _page(lambda: _linked(token), token)


@bp.post("/guest/<token>")
@policy("public")
def create(token: str) -> ResponseReturnValue:
    """Answer the form behind a link; nothing typed is lost when that is refused."""
    return _send(token, lambda: _linked(token), token)


@bp.post("/guest/<token>/progress")
@policy("public")
def keep(token: str) -> ResponseReturnValue:
    """Keep what was typed so far."""
    request.max_content_length = limits.MAX_BODY_BYTES
    limits.require_look()
    sent = from_json(request.get_data())
    if not isinstance(sent, dict) or not isinstance(sent.get("answers"), dict):
        raise Invalid(_("The answers did not arrive as a form sends them."))
    step = sent.get("step")
    with transaction() as session:
        key = _config().secret_key
        guests.keep(session, token, key, sent["answers"], step if isinstance(step, int) else 0)
    return "", 204


@bp.get("/guest/<token>/thanks")
@policy("public")
def thanks(token: str) -> ResponseReturnValue:
    """After a form was sent."""
    return _thanks()


@bp.get("/guest/start/<key>")
@policy("public")
def new(key: str) -> ResponseReturnValue:
    """The start form of a process that is open to everybody."""
    limits.require_look()
    return _page(lambda: _public(key), None, key=key)


@bp.post("/guest/start/<key>")
@policy("public")
def create_case(key: str) -> ResponseReturnValue:
    """Start a case by a public form."""
    return _send(None, lambda: _public(key), key)


@bp.get("/guest/start/<key>/thanks")
@policy("public")
def started(key: str) -> ResponseReturnValue:
    """After a public form was sent."""
    return _thanks()


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address is the key: it goes neither to other sites nor into a search engine."""
    if request.path.startswith("/guest/"):
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Cache-Control"] = "no-store"
    return response


def _linked(token: str) -> GuestForm:
    with reading() as session:
        return guests.shown(session, token, _config().secret_key)


def _public(key: str) -> GuestForm:
    with reading() as session:
        return guests.public_form(session, key)


def _send(token: str | None, find: Callable[[], GuestForm], name: str) -> ResponseReturnValue:
    """Take what was sent by a link (`token`), or to the public form of the process `name`."""
    request.max_content_length = limits.MAX_BODY_BYTES
    key = None if token else name
    try:
        seen = find()
        answers = _answers(seen)
    except BackOfficeError as error:
        return _refusal(error)
    if {"add_row", "remove_row"} & set(request.form):
        return _page(find, token, Refused(answers, {}), key=key)
    try:
        limits.require_send(name)
        version = sent_version()
        if token:
            if "save" in request.form:
                return _kept(token, answers, find)
            with transaction() as session:
                guests.answer(session, token, _config().secret_key, answers, version=version)
            return redirect(url_for(".thanks", token=token), 303)
        if not _is_human(name):
            sentence = _("That was faster than people are. Look it over, then send it again.")
            return _page(find, None, Refused(answers, {}, sentence, 422), key=key)
        with transaction() as session:
            guests.start_publicly(session, name, answers, version=version)
        return redirect(url_for(".started", key=name), 303)
    except FormInvalid as error:
        fields = error.context["fields"]
        return _page(find, token, Refused(answers, fields, status=422), key=key)
    except BackOfficeError as error:
        if words.of(error):
            return _refusal(error)
        return _page(find, token, Refused(answers, {}, str(error), status_of(error)), key=key)


def _kept(token: str, answers: Json, find: Callable[[], GuestForm]) -> ResponseReturnValue:
    step = request.form.get("step", "0")
    with transaction() as session:
        number = int(step) if step.isdecimal() else 0
        guests.keep(session, token, _config().secret_key, answers, number)
    return _page(find, token, note=_("Saved. Come back by the same link to go on."))


def _is_human(key: str) -> bool:
    stamped, trap = request.form.get(guard.STAMP, ""), request.form.get(guard.TRAP, "")
    return guard.is_human(stamped, trap, key, _config().secret_key)


def _answers(seen: GuestForm) -> Json:
    """What was typed: JSON from form-js, or the plain controls of a page without scripts."""
    written = request.form.get("answers")
    if written:
        return read_answers(written)
    return plain_form.answers(seen.form, seen.values, request.form)


def _page(
    find: Callable[[], GuestForm],
    token: str | None,
    refused: Refused | None = None,
    *,
    key: str | None = None,
    note: str = "",
) -> ResponseReturnValue:
    try:
        seen = find()
    except BackOfficeError as error:
        return _refusal(error)
    typed: Mapping[str, Any] = {**seen.values, **refused.answers} if refused else seen.values
    page = render_template(
        "guest/form.html",
        me=None,
        signed_in=None,
        title=seen.title,
        instructions=seen.instructions,
        form=form_view(
            seen.form,
            typed,
            refused.fields if refused else None,
            version=seen.version,
            step=seen.step,
            progress_url=url_for(".keep", token=token) if token else "",
            upload_url=url_for("uploads.create_for_guest", token=token) if token else "",
        ),
        action=url_for(".create", token=token) if token else url_for(".create_case", key=key),
        problem=refused.sentence if refused else "",
        note=note,
        stamp=guard.stamp(key, _config().secret_key) if key else "",
        trap=guard.TRAP,
    )
    return page, refused.status if refused else 200


def _refusal(error: BackOfficeError) -> ResponseReturnValue:
    """A page instead of the form; what is no matter of links goes to the error pages."""
    closed = words.of(error)
    if closed is None:
        raise error
    return render_template(
        "guest/closed.html", me=None, signed_in=None, closed=closed
    ), closed.status


def _thanks() -> ResponseReturnValue:
    return render_template("guest/thanks.html", me=None, signed_in=None)


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
