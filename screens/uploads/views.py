"""Takes files while a form is filled in, so that sending it is quick and loses nothing."""

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from core.config import Config
from core.db import reading, transaction
from core.errors import Invalid
from core.people import Actor
from engine import guest_access
from screens.guest import limits
from web.person import current_actor
from web.policies import policy
from work import attachments

bp = Blueprint("uploads", __name__)

#: What a file's request is larger than the file, in bytes.
AROUND = 100_000


class NoFileSent(Invalid):
    """No file arrived. Choose it again."""


@bp.post("/form-files")
@policy("task.see")
def create() -> ResponseReturnValue:
    """Keep a file that was chosen in a form, until the form is sent."""
    return _kept(current_actor())


@bp.post("/guest/<token>/files")
@policy("public")
def create_for_guest(token: str) -> ResponseReturnValue:
    """The same for the guest of a link."""
    limits.require_look()
    with reading() as session:
        actor = guest_access.opened(session, token, _config().secret_key).actor
    return _kept(actor)


def _kept(by: Actor) -> ResponseReturnValue:
    config = _config()
    request.max_content_length = config.max_file_bytes + AROUND
    file = request.files.get("file")
    if file is None:
        raise NoFileSent
    upload = attachments.take_in(file.stream, file.filename, config)
    with transaction() as session:
        row = attachments.hold(session, upload, field=request.form.get("field"), by=by)
        answer = {
            "id": str(row.id),
            "name": row.name,
            "mediaType": row.media_type,
            "size": row.size,
        }
    return jsonify(answer), 201


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
