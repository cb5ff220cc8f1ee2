"""Which processes use a form: the way back from it to its tasks."""

from collections.abc import Iterable

from flask import url_for
from sqlalchemy.orm import Session

from core.errors import BackOfficeError
from core.model import Json
from core.people import Actor
from designer import contents, drafts
from engine import definitions
from engine.bpmn.model import ProcessModel

MAX_USERS = 50
MAX_PROCESSES = 200


def of_form(session: Session, key: str, *, by: Actor) -> list[Json]:
    """Processes that show the form: as deployed last, and one's drafts; `{name, url}` by name."""
    found: dict[str, Json] = {}
    for process in definitions.find(session, latest=True, limit=MAX_PROCESSES):
        if _is_bound(process.bindings, key):
            url = url_for("designer.show_version", definition_id=process.id)
            found[process.key] = {"name": process.name, "url": url}
    for draft in reversed(drafts.of_person(session, "process", by=by)):
        if key in draft.content and _shows(draft.content, key):
            url = url_for("designer.edit", draft_id=draft.id)
            found[draft.key] = {"name": draft.name, "url": url}
    return sorted(found.values(), key=lambda user: str(user["name"]).lower())[:MAX_USERS]


def models_of_form(session: Session, key: str, *, by: Actor) -> list[ProcessModel]:
    """The processes that show the form, as deployed last; a draft of one's own counts instead."""
    found: dict[str, ProcessModel] = {}
    for process in definitions.find(session, latest=True, limit=MAX_PROCESSES):
        if _is_bound(process.bindings, key):
            content = definitions.content(session, process.id).decode()
            found[process.key] = contents.main_process(content)
    for draft in reversed(drafts.of_person(session, "process", by=by)):
        if key in draft.content and _shows(draft.content, key):
            found[draft.key] = contents.main_process(draft.content)
    return list(found.values())[:MAX_USERS]


def _is_bound(names: Iterable[str], key: str) -> bool:
    return any(name.rpartition("@")[0] == f"form:{key}" for name in names)


def _shows(content: str, key: str) -> bool:
    try:
        found = contents.references(content)
    except BackOfficeError:
        return False
    return any(reference.kind == "form" and reference.key == key for reference in found)
