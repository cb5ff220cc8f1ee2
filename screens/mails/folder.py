"""Reads the `.eml` files that the demo's mail server keeps; their names sort by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import nh3

from core.errors import NotFound

MAX_BYTES = 1_000_000
MAX_TEXT = 100_000


class MailNotFound(NotFound):
    """There is no such mail; the oldest ones make room for new ones."""


@dataclass(frozen=True)
class Mail:
    """What the page shows of one mail. `html` is cleaned; `text` is plain."""

    id: UUID
    subject: str
    sender: str
    to: str
    at: datetime
    text: str
    html: str
    attachments: tuple[str, ...]

    @property
    def preview(self) -> str:
        return " ".join(self.text.split())[:160]


def newest(folder: Path, *, limit: int, after: UUID | None = None) -> tuple[list[Mail], str | None]:
    """One page of mails, the newest first, and where the next begins."""
    names = [name for name in _names(folder) if after is None or name < str(after)]
    mails = [mail for name in names[:limit] if (mail := _read(folder / f"{name}.eml"))]
    return mails, names[limit - 1] if len(names) > limit else None


def count(folder: Path) -> int:
    return len(list(_names(folder)))


def get(folder: Path, mail_id: UUID) -> Mail:
    """One mail. Raises MailNotFound."""
    mail = _read(folder / f"{mail_id}.eml")
    if mail is None:
        raise MailNotFound
    return mail


def _names(folder: Path) -> list[str]:
    return sorted((path.stem for path in folder.glob("*.eml")), reverse=True)


def _read(path: Path) -> Mail | None:
    try:
        raw = path.read_bytes()[:MAX_BYTES]
        mail_id, changed_at = UUID(path.stem), path.stat().st_mtime
    except (FileNotFoundError, ValueError):
        # The mail server deletes old files while we look; other files are not ours.
        return None
    message = message_from_bytes(raw, policy=default)
    plain, html = _body(message, "plain"), _body(message, "html")
    return Mail(
        id=mail_id,
        subject=str(message["subject"] or ""),
        sender=str(message["from"] or ""),
        to=str(message["to"] or ""),
        at=datetime.fromtimestamp(changed_at, UTC),
        text=plain or nh3.clean(html, tags=set()),
        html=nh3.clean(html) if html else "",
        attachments=tuple(_attachments(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())[:MAX_TEXT]
    except (LookupError, ValueError):
        # An unknown character set: show what can be shown.
        raw = part.get_payload(decode=True)
        return raw.decode("latin-1")[:MAX_TEXT] if isinstance(raw, bytes) else ""


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments():
        yield part.get_filename() or part.get_content_type()
