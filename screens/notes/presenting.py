"""Comments and files of a case, as finished values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for
from flask_babel import format_decimal
from markupsafe import Markup
from sqlalchemy.orm import Session

from core import permissions
from core.people import Actor, Role
from core.readers import shown_names
from work import attachments, comments
from work.models.attachment import Attachment
from work.models.comment import Comment


@dataclass(frozen=True)
class CommentView:
    """One comment, with those it names marked."""

    id: UUID
    text: Markup
    plain: str
    by: str
    at: datetime


@dataclass(frozen=True)
class FileView:
    """One file that can be fetched."""

    id: UUID
    name: str
    url: str
    size: str
    by: str
    at: datetime
    is_scanned: bool
    may_remove: bool


@dataclass(frozen=True)
class Notes:
    """What people have put beside a case."""

    comments: Sequence[CommentView]
    files: Sequence[FileView]
    add_comment_url: str
    add_file_url: str
    may_add: bool
    #: The task at which they are shown, if any.
    task_id: UUID | None = None


def notes(session: Session, instance_id: UUID, me: Actor, *, task_id: UUID | None = None) -> Notes:
    """The comments and files of a case that `me` may see."""
    said = comments.of_case(session, instance_id, by=me)
    files = attachments.of_case(session, instance_id, by=me)
    people = {each.by for each in said} | {each.uploaded_by for each in files}
    people |= {name for each in said for name in each.mentions}
    names = shown_names(session, people)
    return Notes(
        [_comment(each, names) for each in said],
        [_file(each, me, names) for each in files],
        url_for("notes.comment", instance_id=instance_id),
        url_for("notes.add_file", instance_id=instance_id),
        permissions.may(me, "case.note"),
        task_id,
    )


def marked(text: str, mentions: Iterable[str], names: dict[str, str]) -> Markup:
    """The text with each person it tells shown by their name."""
    shown = Markup("").join(
        Markup("{}<br>").format(line) if last else Markup("{}").format(line)
        for line, last in _lines(text)
    )
    for name in sorted(mentions, key=len, reverse=True):
        mark = Markup('<span class="mention">{}</span>').format(names.get(name, name))
        shown = shown.replace(Markup("@{}").format(name), mark)
    return shown


def _lines(text: str) -> list[tuple[str, bool]]:
    lines = text.splitlines()
    return [(line, number < len(lines) - 1) for number, line in enumerate(lines)]


def _comment(comment: Comment, names: dict[str, str]) -> CommentView:
    text = marked(comment.text, comment.mentions, names)
    by = names.get(comment.by, comment.by)
    return CommentView(comment.id, text, comment.text, by, comment.at)


def _file(file: Attachment, me: Actor, names: dict[str, str]) -> FileView:
    return FileView(
        file.id,
        file.name,
        url_for("notes.file", attachment_id=file.id),
        in_bytes(file.size),
        names.get(file.uploaded_by, file.uploaded_by),
        file.uploaded_at,
        file.is_scanned,
        file.uploaded_by == me.name or me.has(Role.OPERATOR),
    )


def in_bytes(size: int) -> str:
    """How large something is, in the reader's way: "1.2 MB"."""
    if size < 1000:
        return f"{size} B"
    unit, amount = ("kB", size / 1000) if size < 1_000_000 else ("MB", size / 1_000_000)
    return f"{format_decimal(round(amount, 1))} {unit}"
