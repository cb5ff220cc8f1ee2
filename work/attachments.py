"""Files of cases: taking them in, giving them out, and letting go of what nothing needs any more.

    upload = attachments.take_in(stream, name, config)          # no transaction: disk, scanner
    with transaction() as session:
        attachments.attach(session, upload, instance_id=…, task_id=…, by=…)

A form whose case does not exist yet holds its files (`hold`), and binds them when it is sent
(`bind`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.config import Config
from core.errors import Conflict, Forbidden, NotFound
from core.file_types import plain_name, type_of
from core.files import Store, store_of
from core.people import Actor, Role
from core.permissions import allow
from engine import instances, user_tasks
from engine.errors import UserTaskNotFound
from work.models.attachment import Attachment
from work.scanning import scan

#: Files that one case may have.
MAX_FILES = 200
#: How long a file is held for a form that nobody sends.
HELD_FOR = timedelta(days=2)
#: Contents younger than this are left alone: their rows may not be committed yet.
YOUNG = timedelta(hours=1)
BATCH = 200


class AttachmentNotFound(NotFound):
    """There is no such file, or you may not see it."""


class AttachmentRemoved(NotFound):
    """This file was removed."""


class TooManyFiles(Conflict):
    """This case has {limit} files already; remove one first."""


class NotYourFile(Forbidden):
    """Only who added a file, or an operator, may remove it."""


@dataclass(frozen=True)
class Upload:
    """A file that was taken in, checked and scanned; it belongs to nothing yet."""

    name: str
    media_type: str
    size: int
    digest: str
    is_scanned: bool


def take_in(stream: IO[bytes], name: str | None, config: Config) -> Upload:
    """Keep what was sent, outside of any transaction.

    Raises FileTooLarge, FileEmpty, FileTypeRefused, FileInfected, ScannerSilent; what was refused
    and is not wanted by anybody else is deleted by the next `sweep`.
    """
    store, shown = store_of(config), plain_name(name)
    content = store.keep(stream, limit=config.max_file_bytes)
    path = store.path(content.digest)
    media_type = type_of(path, shown)
    if config.scanner:
        scan(path, shown, config.scanner)
    return Upload(shown, media_type, content.size, content.digest, bool(config.scanner))


def attach(
    session: Session,
    upload: Upload,
    *,
    instance_id: UUID,
    task_id: UUID | None = None,
    field: str | None = None,
    by: Actor,
) -> Attachment:
    """Add a file to a case, or to one of its tasks. Raises InstanceNotFound, UserTaskNotFound."""
    allow(by, "case.note")
    _require_seen(session, instance_id, task_id, by)
    count = select(func.count()).where(
        Attachment.instance_id == instance_id, Attachment.removed_at.is_(None)
    )
    if (session.scalar(count) or 0) >= MAX_FILES:
        raise TooManyFiles(limit=MAX_FILES)
    return _add(session, upload, instance_id, task_id, field, by)


def hold(session: Session, upload: Upload, *, field: str | None = None, by: Actor) -> Attachment:
    """Keep a file for a form that starts a case, until it is sent: for two days at most."""
    return _add(session, upload, None, None, field, by)


def bind(
    session: Session,
    ids: Iterable[UUID],
    *,
    instance_id: UUID,
    task_id: UUID | None = None,
    by: Actor,
) -> None:
    """Give files that `by` holds to a case. Raises AttachmentNotFound for any other."""
    for attachment_id in ids:
        found = session.get(Attachment, attachment_id, with_for_update=True)
        if found is None or found.uploaded_by != by.name or found.is_removed:
            raise AttachmentNotFound
        if found.instance_id not in (None, instance_id):
            raise AttachmentNotFound
        found.instance_id, found.task_id = instance_id, found.task_id or task_id
    session.flush()


def of_case(session: Session, instance_id: UUID, *, by: Actor) -> list[Attachment]:
    """The files of a case that are there, oldest first. Raises InstanceNotFound."""
    instances.get(session, instance_id, by=by)
    query = select(Attachment).where(
        Attachment.instance_id == instance_id, Attachment.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(Attachment.id).limit(MAX_FILES)))


def get(session: Session, attachment_id: UUID, *, by: Actor) -> Attachment:
    """One file that `by` may see: of a case they see, or one they hold.

    Raises AttachmentNotFound, AttachmentRemoved.
    """
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise AttachmentNotFound
    try:
        if found.instance_id is not None:
            instances.get(session, found.instance_id, by=by)
        elif found.uploaded_by != by.name:
            raise AttachmentNotFound
    except (NotFound, Forbidden):
        raise AttachmentNotFound from None
    if found.is_removed:
        raise AttachmentRemoved
    return found


def remove(session: Session, attachment_id: UUID, *, by: Actor) -> Attachment:
    """Take a file away; who added it, or an operator. That it was there stays known."""
    found = get(session, attachment_id, by=by)
    allow(by, "case.note")
    if found.uploaded_by != by.name and not by.has(Role.OPERATOR):
        raise NotYourFile
    found.removed_at, found.removed_by, found.digest = clock.now(), by.name, None
    session.flush()
    return found


def forget_held(session: Session) -> int:
    """Delete the rows of files whose form was never sent; how many."""
    old = Attachment.uploaded_at < clock.now() - HELD_FOR
    query = select(Attachment).where(Attachment.instance_id.is_(None), old).limit(BATCH)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    for each in found:
        session.delete(each)
    session.flush()
    return len(found)


def unwanted(session: Session, digests: Iterable[str]) -> list[str]:
    """Those of some contents that no row refers to."""
    wanted = list(digests)
    used = set(session.scalars(select(Attachment.digest).where(Attachment.digest.in_(wanted))))
    return [digest for digest in wanted if digest not in used]


def kept_in(store: Store) -> list[str]:
    """Digests of all contents in the store."""
    if not store.folder.is_dir():
        return []
    folders = (each for each in store.folder.iterdir() if each.is_dir() and len(each.name) == 2)
    return [path.name for folder in folders for path in folder.iterdir() if len(path.name) == 64]


def _require_seen(session: Session, instance_id: UUID, task_id: UUID | None, by: Actor) -> None:
    if task_id is None:
        instances.get(session, instance_id, by=by)
        return
    if user_tasks.get(session, task_id, by=by).instance_id != instance_id:
        raise UserTaskNotFound(task_id=str(task_id))


def _add(
    session: Session,
    upload: Upload,
    instance_id: UUID | None,
    task_id: UUID | None,
    field: str | None,
    by: Actor,
) -> Attachment:
    made = Attachment(
        instance_id=instance_id,
        task_id=task_id,
        field=field,
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        digest=upload.digest,
        is_scanned=upload.is_scanned,
        uploaded_at=clock.now(),
        uploaded_by=by.name,
        removed_at=None,
        removed_by=None,
    )
    session.add(made)
    session.flush()
    return made
