"""Pages of share links: made and revoked by analysts, followed by whoever has one."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock
from core.config import Config
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid, TooMany
from designer import drafts, sharing, tables
from designer.projects import keeping
from forms import classes
from web.names import people_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("designer_sharing", __name__, template_folder="templates")

WINDOW_SECONDS = 60
#: Shared drafts that one address may look at within a window.
LOOKS = 60


class TooManyLooks(TooMany):
    """That was too often. Wait {retry_after} seconds, then try again."""


@bp.get("/designer/drafts/<uuid:draft_id>/sharing")
@policy("design")
def index(draft_id: UUID) -> ResponseReturnValue:
    """The links to a draft."""
    at = clock.now()
    with reading() as session:
        actor = current_actor()
        draft = drafts.get(session, draft_id, by=actor)
        links = sharing.of_draft(session, draft)
        return render_template(
            "designer/sharing.html",
            draft=draft,
            project=keeping.holding(session, draft.kind, draft.key, by=actor),
            days=sharing.DAYS,
            links=[
                (link, link.is_open(at), _address(link.id) if link.is_open(at) else "")
                for link in links
            ],
            people=people_names(session, [link.created_by for link in links]),
        )


@bp.post("/designer/drafts/<uuid:draft_id>/sharing")
@policy("design")
def share(draft_id: UUID) -> ResponseReturnValue:
    """A new link that works for `days`."""
    days = request.form.get("days", "")
    try:
        with transaction() as session:
            number = int(days) if days.isdecimal() else 0
            sharing.share(session, draft_id, number, by=current_actor())
    except (Invalid, Conflict) as error:
        flash(str(error), "error")
    else:
        flash(_("The link is made. Whoever has it sees this draft, without signing in."), "done")
    return redirect(url_for(".index", draft_id=draft_id), 303)


@bp.post("/designer/share-links/<uuid:link_id>/revocation")
@policy("design")
def revoke(link_id: UUID) -> ResponseReturnValue:
    """Close a link."""
    with transaction() as session:
        draft_id = sharing.revoke(session, link_id, by=current_actor()).draft_id
    flash(_("The link is revoked: it shows nothing any more."), "done")
    return redirect(url_for(".index", draft_id=draft_id), 303)


@bp.get("/shared/<token>")
@policy("public")
def show(token: str) -> ResponseReturnValue:
    """The draft behind a link, to look at. Neither cases nor comments nor people are shown."""
    now = int(clock.now().timestamp())
    count = current_app.extensions["rate_counter"].count
    if count(f"shared:{request.remote_addr}", now // WINDOW_SECONDS) > LOOKS:
        raise TooManyLooks(limit=LOOKS, retry_after=WINDOW_SECONDS - now % WINDOW_SECONDS)
    with reading() as session:
        draft = sharing.shown(session, token, _config().secret_key)
        page = render_template(
            "designer/shared.html", draft=draft, content=_readable(draft.kind, draft.content)
        )
    return page, {
        "Cache-Control": "private, no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }


def _readable(kind: str, content: str) -> Any:
    """A text as the page shows it; None while it is in the middle of being drawn."""
    try:
        if kind == "form":
            return _without_defaults(json.loads(content))
        return tables.of(content) if kind == "decision" else content
    except (ValueError, BackOfficeError):
        return None


def _without_defaults(component: Any) -> Any:
    """A form whose personal and secret fields come without what they are filled with at first."""
    if not isinstance(component, dict):
        return component
    properties = component.get("properties")
    is_masked = isinstance(properties, dict) and properties.get("class") in classes.CLASSES
    kept = {key: each for key, each in component.items() if not is_masked or key != "defaultValue"}
    inner = kept.get("components")
    if isinstance(inner, list):
        kept["components"] = [_without_defaults(each) for each in inner]
    return kept


def _address(link_id: UUID) -> str:
    token = sharing.token_of(link_id, _config().secret_key)
    return f"{_config().public_url}{url_for('.show', token=token)}"


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
