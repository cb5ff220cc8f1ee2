"""Comment on a case, add files to it, fetch and remove them."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core.db import config, reading, transaction
from core.errors import BackOfficeError, NotFound
from core.files import store_of
from web.addresses import local_path
from web.person import current_actor
from web.policies import policy
from work import attachments, comments

bp = Blueprint("notes", __name__, template_folder="templates")

#: Files that one request may bring.
MAX_AT_ONCE = 10
#: Nothing in a file of somebody else runs, whatever a browser takes it for.
SANDBOX = "sandbox; default-src 'none'"


@bp.post("/cases/<uuid:instance_id>/comments")
@policy("case.note")
def comment(instance_id: UUID) -> ResponseReturnValue:
    """Say something about the case, and tell those who are named with @."""
    text = request.form.get("text", "")
    with transaction() as session:
        added = comments.add(session, instance_id, text, task_id=_task(), by=current_actor())
    words = _("Noted.")
    if added.told:
        words = _("Noted, and told %(people)s.", people=", ".join(added.told))
    flash(words, "done")
    if added.left_out:
        left = ", ".join(added.left_out)
        flash(_("%(people)s may not see this case and was not told.", people=left), "warning")
    return _back(instance_id, "notes")


@bp.post("/cases/<uuid:instance_id>/files")
@policy("case.note")
def add_file(instance_id: UUID) -> ResponseReturnValue:
    """Add files to the case: each is checked and scanned before anybody can fetch it."""
    given = [each for each in request.files.getlist("file") if each.filename][:MAX_AT_ONCE]
    if not given:
        flash(_("Choose a file first."), "warning")
    me = current_actor()
    for each in given:
        try:
            upload = attachments.take_in(each.stream, each.filename, config())
            with transaction() as session:
                attachments.attach(session, upload, instance_id=instance_id, task_id=_task(), by=me)
        except NotFound:
            raise
        except BackOfficeError as error:
            flash(str(error), "error")
        else:
            flash(_("Added: %(name)s", name=upload.name), "done")
    return _back(instance_id, "files")


@bp.get("/files/<uuid:attachment_id>")
@policy("case.note")
def file(attachment_id: UUID) -> Response:
    """The content of a file, to be stored and never to be run."""
    with reading() as session:
        found = attachments.get(session, attachment_id, by=current_actor())
        name, media_type, digest = found.name, found.media_type, found.digest
    assert digest is not None
    store = store_of(config())
    store.open(digest).close()
    response = send_file(
        store.path(digest),
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=digest,
    )
    # Our types name their character set, which Flask would add once more.
    response.headers["Content-Type"] = media_type
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/files/<uuid:attachment_id>/removal")
@policy("case.note")
def remove_file(attachment_id: UUID) -> ResponseReturnValue:
    """Take a file away from its case."""
    with transaction() as session:
        removed = attachments.remove(session, attachment_id, by=current_actor())
        instance_id, name = removed.instance_id, removed.name
    flash(_("Removed: %(name)s", name=name), "done")
    if instance_id is None:
        return redirect(url_for("home.index"), 303)
    return _back(instance_id, "files")


def _task() -> UUID | None:
    return request.form.get("task", type=UUID)


def _back(instance_id: UUID, part: str) -> ResponseReturnValue:
    """To the page it was sent from: the task, or the case."""
    task, next_page = _task(), local_path(request.form.get("next"))
    if task is not None:
        return redirect(url_for("task.show", task_id=task, _anchor=part), 303)
    return redirect(next_page or url_for("cases.show", instance_id=instance_id, _anchor=part), 303)
