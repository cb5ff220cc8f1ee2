"""Files in forms: held from when they are chosen, given to the case when the form is sent."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core.model import Json
from core.people import Actor
from forms.errors import FormInvalid
from forms.files import is_accepted, pickers, references
from forms.schema import Component, Form
from work import attachments
from work.models.attachment import Attachment


def describe(
    session: Session, form: Form, clean: Json, *, instance_id: UUID | None, by: Actor
) -> list[UUID]:
    """Put into valid answers what is known of their files; the ids of those that `by` holds.

    A file counts when `by` has just given it, or when it is of the case already. Raises FormInvalid
    with a sentence for each field whose file is gone, not theirs, or of another kind.
    """
    wrong: dict[str, str] = {}
    held: list[UUID] = []
    for component, place, key in pickers(form, clean):
        rows = [session.get(Attachment, each) for each in references(component, place[key]) or ()]
        known = [row for row in rows if row is not None and _counts(row, instance_id, by)]
        sentence = _problem(component, known, len(rows))
        if sentence:
            wrong[".".join(component.path)] = sentence
        place[key] = [_described(row) for row in known]
        held += [row.id for row in known if row.instance_id is None]
    if wrong:
        raise FormInvalid(fields=wrong)
    return held


def give(
    session: Session, held: list[UUID], *, instance_id: UUID, task_id: UUID | None, by: Actor
) -> None:
    """Give files that `by` holds to the case."""
    attachments.bind(session, held, instance_id=instance_id, task_id=task_id, by=by)


def take_back(session: Session, given: Iterable[UUID]) -> None:
    """Let people hold files again that were given to a case with a form that was taken back."""
    for attachment_id in given:
        found = session.get(Attachment, attachment_id, with_for_update=True)
        if found is not None and not found.is_removed:
            found.instance_id = found.task_id = None
    session.flush()


def _counts(row: Attachment, instance_id: UUID | None, by: Actor) -> bool:
    if row.is_removed:
        return False
    if row.instance_id is None:
        return row.uploaded_by == by.name
    return row.instance_id == instance_id


def _problem(component: Component, known: list[Attachment], given: int) -> str | None:
    accept = component.settings.get("accept")
    if len(known) < given:
        return "A file is no longer there. Choose it again."
    if isinstance(accept, str) and not accept.startswith("="):
        for row in known:
            if not is_accepted(accept, row.name, _kind(row)):
                return f"“{row.name}” is of another kind than asked for: {accept}."
    return None


def _described(row: Attachment) -> dict[str, Any]:
    return {"id": str(row.id), "name": row.name, "mediaType": _kind(row), "size": row.size}


def _kind(row: Attachment) -> str:
    """The media type without parameters such as a character set."""
    return row.media_type.partition(";")[0].strip()
