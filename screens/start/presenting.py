"""What the pages for starting a case show, as finished values."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine import definitions
from engine.bpmn.model import Element
from engine.models import Definition


@dataclass(frozen=True)
class Choice:
    """A process that can be started by hand."""

    key: str
    name: str
    about: str
    how: str
    has_form: bool
    url: str

    def matches(self, text: str) -> bool:
        """Whether each typed word is somewhere in its words."""
        words = f"{self.name} {self.about} {self.key}".casefold()
        return all(part in words for part in text.casefold().split())


@dataclass(frozen=True)
class Starting:
    """The process on its start page."""

    name: str
    about: str
    url: str


def choice(session: Session, definition: Definition) -> Choice | None:
    """A process as a choice; None when nobody can start it by hand."""
    begins = by_hand(session, definition)
    if not begins:
        return None
    has_form = any(start.settings.form for start in begins)
    return Choice(
        definition.key,
        definition.name,
        _about(session, definition),
        str(_("Begins with a form")) if has_form else str(_("Begins at once")),
        has_form,
        url_for("start.new", key=definition.key),
    )


def starting(session: Session, definition: Definition) -> Starting:
    """A process for its start page."""
    url = url_for("start.new", key=definition.key)
    return Starting(definition.name, _about(session, definition), url)


def starts(session: Session, definition: Definition) -> list[tuple[str, str]]:
    """The start events to choose from."""
    return [(start.id, start.name or start.id) for start in by_hand(session, definition)]


def by_hand(session: Session, definition: Definition) -> list[Element]:
    """The start events that wait for nothing: messages, timers and signals start by themselves."""
    model = definitions.program(session, definition).model
    return [start for start in model.starts if start.event is None]


def _about(session: Session, definition: Definition) -> str:
    return definitions.program(session, definition).model.documentation or ""
