"""My work: views that a person keeps, and that their team may share."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core.db import transaction
from core.errors import BackOfficeError
from core.people import Actor, Role
from screens.inbox.asking import Asked
from web.addresses import local_path
from web.person import current_actor
from web.policies import policy
from work import saved_views

bp = Blueprint("saved", __name__)


@dataclass(frozen=True)
class SavedLink:
    """A kept view in the list of views."""

    id: UUID
    name: str
    url: str
    is_here: bool
    #: Who shares it; empty: it is one's own.
    shared_by: str
    group: str
    may_remove: bool


def links(session: Session, asked: Asked, me: Actor) -> list[SavedLink]:
    """The views this person has, with the one that is open."""
    here = asked.address()
    return [
        SavedLink(
            id=view.id,
            name=view.name,
            url=url_for("inbox.index", **view.asked),
            is_here=view.asked == here,
            shared_by="" if view.owner == me.name else view.owner,
            group=view.group_name or "",
            may_remove=view.owner == me.name
            or (me.has(Role.TEAM_LEADER) and view.group_name in me.groups),
        )
        for view in saved_views.of(session, me)
    ]


@bp.post("/views")
@policy("task.take")
def save() -> ResponseReturnValue:
    """Keep what the page shows under a name."""
    here = local_path(request.form.get("next")) or url_for("inbox.index")
    asked = Asked.from_address(dict(parse_qsl(urlsplit(here).query)))
    # A choice that must be made has no empty value, in browsers; "-" is nobody else.
    name, group = request.form.get("name", ""), request.form.get("group", "").strip("-") or None
    try:
        with transaction() as session:
            saved_views.save(session, name, asked.address(), group=group, by=current_actor())
    except BackOfficeError as error:
        flash(str(error), "error")
    else:
        flash(_("Kept: %(name)s", name=name.strip()), "done")
    return redirect(here, 303)


@bp.post("/views/<uuid:view_id>/removal")
@policy("task.take")
def remove(view_id: UUID) -> ResponseReturnValue:
    """Let go of a view."""
    with transaction() as session:
        saved_views.remove(session, view_id, by=current_actor())
    flash(_("The view is gone; the tasks are where they were."), "done")
    return redirect(local_path(request.form.get("next")) or url_for("inbox.index"), 303)
