"""What an element may refer to, for the pickers of the properties panel."""

import json
from collections.abc import Iterable
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.feel.builtins import BUILTINS
from core.model import Json
from core.people import Actor, Group
from designer import connectors, drafts
from designer.contents import decision_names
from engine import definitions
from web.wording import say_each

MAX_ENTRIES = 200


def contents(session: Session, *, by: Actor) -> Json:
    """Forms, decisions, processes and connectors by key and name; names of groups and functions."""
    found, problems = connectors.offered(current_app.extensions["config"].data_dir)
    return {
        "forms": forms(session, by=by),
        "decisions": _decisions(session, by=by),
        "processes": _processes(session),
        "connectors": [_said(connector) for connector in found],
        "connector_problems": problems,
        "functions": sorted(BUILTINS),
        "groups": list(session.scalars(select(Group.name).order_by(Group.name).limit(MAX_ENTRIES))),
    }


def _said(connector: Json) -> Json:
    """A connector's description in the reader's language, where it is one of ours."""
    return {
        **connector,
        **_words(connector, "name", "description"),
        "inputs": [
            {**each, **_words(each, "label", "description")} for each in connector["inputs"]
        ],
    }


def _words(part: Json, *names: str) -> dict[str, str]:
    return say_each({name: part[name] for name in names if name in part})


def forms(session: Session, *, by: Actor) -> list[Json]:
    """Deployed forms and the person's drafts; a draft hides the version it goes on from."""
    found: dict[str, Json] = {}
    for definition in definitions.find(session, kind="form", latest=True, limit=MAX_ENTRIES):
        text = definitions.content(session, definition.id).decode()
        url = url_for("designer.show_version", definition_id=definition.id)
        found[definition.key] = _form(definition.key, definition.name, text, url)
    for draft in reversed(drafts.of_person(session, "form", by=by)):
        url = url_for("designer.edit", draft_id=draft.id)
        found[draft.key] = _form(draft.key, draft.name, draft.content, url)
    return _sorted(found.values())


def _form(key: str, name: str, text: str, url: str) -> Json:
    return {"key": key, "name": name, "url": url, "keys": keys_of(text)}


def keys_of(text: str) -> list[str]:
    """The variables a form writes: its fields' keys, outermost part."""
    try:
        schema = json.loads(text)
    except ValueError:
        return []
    return sorted({key.split(".")[0] for key in _keys(schema) if key})


def _keys(component: Any) -> list[str]:
    """Keys of a component and of what it holds; a list or table is one variable."""
    if not isinstance(component, dict):
        return []
    own = component.get("key") or component.get("path")
    if isinstance(own, str) and own:
        return [own]
    inner = component.get("components")
    return [key for each in inner for key in _keys(each)] if isinstance(inner, list) else []


def _decisions(session: Session, *, by: Actor) -> list[Json]:
    """Deployed decisions and those of the person's drafts, each with the way to its editor."""
    found: dict[str, Json] = {}
    for definition in definitions.find(session, kind="decision", latest=True, limit=MAX_ENTRIES):
        url = url_for("designer.show_version", definition_id=definition.id)
        found[definition.key] = _named(definition.key, definition.name, url)
    for draft in reversed(drafts.of_person(session, "decision", by=by)):
        url = url_for("designer.edit", draft_id=draft.id)
        for key, name in decision_names(draft.content).items():
            found[key] = _named(key, name, url)
    return _sorted(found.values())


def _processes(session: Session) -> list[Json]:
    found = definitions.find(session, kind="process", latest=True, limit=MAX_ENTRIES)
    return _sorted({"key": each.key, "name": each.name} for each in found)


def _named(key: str, name: str, url: str) -> Json:
    return {"key": key, "name": name, "url": url}


def _sorted(entries: Iterable[Json]) -> list[Json]:
    return sorted(entries, key=lambda entry: str(entry["name"]).lower())
