"""What guests do by their links: look at a form, keep what they typed so far, and answer it.

They see of a case what the form reaches and nothing else, and their answers are judged by the same
rules as everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotFound, TooLarge
from core.model import Json
from core.people import Actor, Role
from engine import definitions, guest_access
from engine.models import Definition, GuestLink
from engine.models.definition import PUBLIC
from forms import validate
from forms.reach import narrowed
from forms.schema import Form
from work import completion

#: Who starts a case by a public form.
ANYBODY = Actor("guest:public", frozenset({Role.ADMINISTRATOR}), kind="system")
#: Most that is kept of a form that is not sent yet, in bytes of JSON.
MAX_PROGRESS_BYTES = 200_000
MAX_STEP = 1_000


class NotPublic(NotFound):
    """There is no such form."""


class ProgressTooLarge(TooLarge):
    """This is too much to keep; send the form instead."""


@dataclass(frozen=True)
class GuestForm:
    """A form as a guest sees it."""

    #: What it is: the name of the step, or of the process that it starts.
    title: str
    form: Form
    #: The version of the form that is shown.
    version: UUID | None
    values: Json
    step: int
    #: Markdown above the form.
    instructions: str | None


def shown(session: Session, token: str, secret_key: str) -> GuestForm:
    """The form behind a link, with what its guest typed before.

    Raises GuestLinkNotFound, GuestLinkExpired, GuestLinkUsed, GuestLinkRevoked, GuestLinkEarly.
    """
    link = guest_access.opened(session, token, secret_key)
    found = _start(session, link) if link.instance_id is None else _step(session, link)
    kept = link.progress or {}
    values = {**found.values, **kept.get("answers", {})}
    return GuestForm(
        found.title, found.form, found.version, values, kept.get("step", 0), found.instructions
    )


def keep(
    session: Session, token: str, secret_key: str, answers: Mapping[str, Any], step: int
) -> None:
    """Keep what was typed so far, for the next visit. Raises as `shown`, and ProgressTooLarge."""
    link = guest_access.opened(session, token, secret_key, lock=True)
    kept = {"answers": dict(answers), "step": max(0, min(step, MAX_STEP))}
    if len(orjson.dumps(kept)) > MAX_PROGRESS_BYTES:
        raise ProgressTooLarge
    link.progress = kept
    session.flush()


def answer(
    session: Session,
    token: str,
    secret_key: str,
    answers: Json,
    *,
    version: UUID | None = None,
) -> GuestLink:
    """Answer the form behind a link; the case goes on, or begins.

    `version` is that of the form which was answered. Raises as `shown`, FormInvalid, FormOutdated.
    """
    link = guest_access.opened(session, token, secret_key, lock=True)
    if link.instance_id is None:
        definition = _latest(session, link.key)
        completion.start(session, definition.id, answers, version=version, by=link.actor)
    else:
        task = guest_access.task_of(session, link)
        completion.complete_for_guest(session, task.id, answers, version=version, by=link.actor)
    link.used_at, link.progress = clock.now(), None
    session.flush()
    return link


def public_form(session: Session, key: str) -> GuestForm:
    """The start form of a process that anybody may start. Raises NotPublic."""
    definition = _public(session, key)
    return _start_form(session, definition)


def start_publicly(
    session: Session, key: str, answers: Json, *, version: UUID | None = None
) -> UUID:
    """Start a case with the answers to a public form; its id. Raises NotPublic, FormInvalid."""
    definition = _public(session, key)
    return completion.start(session, definition.id, answers, version=version, by=ANYBODY).id


def is_public(definition: Definition) -> bool:
    """Whether anybody may start this process by its form."""
    return PUBLIC in definition.may_start


def _public(session: Session, key: str) -> Definition:
    definition = definitions.find_latest(session, "process", key)
    if definition is None or not is_public(definition):
        raise NotPublic
    if completion.start_form_version(session, definition.id) is None:
        raise NotPublic
    return definition


def _latest(session: Session, key: str) -> Definition:
    return definitions.latest(session, "process", key)


def _start(session: Session, link: GuestLink) -> GuestForm:
    return _start_form(session, _latest(session, link.key))


def _start_form(session: Session, definition: Definition) -> GuestForm:
    form = completion.start_form(session, definition.id)
    if form is None:
        raise guest_access.NoFormForGuests
    version = completion.start_form_version(session, definition.id)
    values = validate.initial(form, {})
    return GuestForm(definition.name, form, version, values, 0, None)


def _step(session: Session, link: GuestLink) -> GuestForm:
    task = guest_access.task_of(session, link)
    seen = completion.shown(session, task)
    if seen.form is None:
        raise guest_access.NoFormForGuests
    definition = definitions.get(session, task.definition_id)
    element = definitions.element(session, definition, task.element_id)
    return GuestForm(
        task.name,
        seen.form,
        seen.version,
        narrowed(seen.form, seen.values),
        0,
        element.settings.instructions if element else None,
    )
