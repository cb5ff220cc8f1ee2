"""Files of cases, and files that are held for a form until it is sent."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from apiflask.fields import File
from flask import request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.answers import moment, reads, writes
from api.bodies import require_no_zero
from api.fields import Identifier, Integer, List, Moment, Nested, Shape, String
from core.db import config, reading
from core.errors import Invalid
from core.files import store_of
from core.model import Json
from web.person import current_actor
from web.policies import policy
from work import attachments
from work.attachments import Upload
from work.models import Attachment

bp = APIBlueprint("files", __name__, tag="Notes and files")

#: Nothing in a file of somebody else runs, whatever a browser takes it for.
SANDBOX = "sandbox; default-src 'none'"


class NotOneFile(Invalid):
    """Send one file as `multipart/form-data` in the field `file`."""


class OneFile(Shape):
    file = File(required=True)


class FileShape(Shape):
    id = Identifier()
    instance_id = Identifier(allow_none=True)
    user_task_id = Identifier(allow_none=True)
    name = String()
    media_type = String()
    size = Integer(metadata={"description": "Bytes."})
    uploaded_at = Moment()
    uploaded_by = String()


class FileList(Shape):
    items = List(Nested(FileShape), required=True)
    next = String(allow_none=True, required=True)


@bp.get("/process-instances/<uuid:instance_id>/files")
@policy("instance.see")
@bp.output(FileList)
@reads
def list_files(session: Session, instance_id: UUID) -> Json:
    """The files of a case, oldest first; at most 200."""
    found = attachments.of_case(session, instance_id, by=current_actor())
    return {"items": [to_json(each) for each in found], "next": None}


@bp.post("/process-instances/<uuid:instance_id>/files")
@policy("case.note")
@bp.input(OneFile, location="files", validation=False)
@bp.output(FileShape, 201)
def create_file(instance_id: UUID, files_data: Any = None) -> ResponseReturnValue:
    """Add a file to a case: its size and kind are checked, and it is scanned where that is set.

    413 when it is too large, 422 when it is of a kind that is refused.
    """
    return _attach(instance_id, _sent())


@bp.post("/files")
@policy("task.see")
@bp.input(OneFile, location="files", validation=False)
@bp.output(FileShape, 201)
def hold_file(files_data: Any = None) -> ResponseReturnValue:
    """Hold a file for a form: its `{id}` in the answers gives it to the case; two days at most."""
    return _hold(_sent())


@bp.get("/files/<uuid:file_id>")
@policy("case.note")
@bp.output(FileShape)
@reads
def get_file(session: Session, file_id: UUID) -> Json:
    """What is known of a file."""
    return to_json(attachments.get(session, file_id, by=current_actor()))


@bp.get("/files/<uuid:file_id>/content")
@policy("case.note")
@bp.doc(responses={200: "The bytes of the file."})
def get_content(file_id: UUID) -> ResponseReturnValue:
    """The file itself."""
    with reading() as session:
        found = attachments.get(session, file_id, by=current_actor())
        name, media_type, digest = found.name, found.media_type, found.digest
    assert digest is not None
    store = store_of(config())
    store.open(digest).close()
    response = send_file(
        store.path(digest), mimetype=media_type, as_attachment=True, download_name=name, etag=digest
    )
    # Our types name their character set, which Flask would add once more.
    response.headers["Content-Type"] = media_type
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@bp.delete("/files/<uuid:file_id>")
@policy("case.note")
@bp.output({}, 204)
@writes
def delete_file(session: Session, file_id: UUID) -> tuple[None, int]:
    """Take a file away; who added it, or an operator."""
    attachments.remove(session, file_id, by=current_actor())
    return None, 204


def to_json(file: Attachment) -> Json:
    return {
        "id": str(file.id),
        "instanceId": file.instance_id and str(file.instance_id),
        "userTaskId": file.task_id and str(file.task_id),
        "name": file.name,
        "mediaType": file.media_type,
        "size": file.size,
        "uploadedAt": moment(file.uploaded_at),
        "uploadedBy": file.uploaded_by,
    }


def _sent() -> Upload:
    """The file that was sent, taken in before any transaction: a scanner may be slow."""
    sent = request.files.getlist("file")
    if len(sent) != 1 or not sent[0].filename:
        raise NotOneFile
    require_no_zero(sent[0].filename)
    upload = attachments.take_in(sent[0].stream, sent[0].filename, config())
    # It may be read again, to tell a repeated request; it is closed with the request.
    sent[0].seek(0)
    return upload


@writes
def _attach(session: Session, instance_id: UUID, upload: Upload) -> tuple[Json, int]:
    made = attachments.attach(session, upload, instance_id=instance_id, by=current_actor())
    return to_json(made), 201


@writes
def _hold(session: Session, upload: Upload) -> tuple[Json, int]:
    return to_json(attachments.hold(session, upload, by=current_actor())), 201
