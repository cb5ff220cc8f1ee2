"""The links to one task, for those who may give it to somebody outside."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from core import clock
from core.config import Config
from core.db import reading, transaction
from core.errors import Conflict, Invalid
from engine import guest_access, guest_links, user_tasks
from engine.models import GuestLink
from screens.cases.names import case_name, read_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("links", __name__)

#: Days to choose from.
LIFETIMES = (1, 3, 7, 14, 30, 90)


@dataclass(frozen=True)
class LinkView:
    """One link as its makers see it."""

    id: UUID
    label: str
    #: The whole address, while it works.
    url: str
    badge: str
    state_words: str
    is_open: bool
    is_reusable: bool
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None


@bp.get("/user-tasks/<uuid:task_id>/guest-links")
@policy("task.see")
def index(task_id: UUID) -> ResponseReturnValue:
    """The links to a task, and the form for a new one."""
    return _page(task_id)


@bp.post("/user-tasks/<uuid:task_id>/guest-links")
@policy("task.see")
def create(task_id: UUID) -> ResponseReturnValue:
    """Make a link."""
    days = request.form.get("days", "")
    try:
        with transaction() as session:
            guest_access.make(
                session,
                task_id,
                lifetime=timedelta(days=int(days) if days.isdecimal() else 0),
                label=request.form.get("label", "").strip(),
                is_reusable="reusable" in request.form,
                by=current_actor(),
            )
    except (Invalid, Conflict) as error:
        return _page(task_id, str(error)), 422
    flash(_("The link is ready. Copy it into your mail."), "done")
    return redirect(url_for(".index", task_id=task_id), 303)


@bp.post("/user-tasks/<uuid:task_id>/guest-links/<uuid:link_id>/revocation")
@policy("task.see")
def revoke(task_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Withdraw a link."""
    with transaction() as session:
        guest_access.revoke(session, link_id, by=current_actor())
    flash(_("Withdrawn. The link no longer works."), "done")
    return redirect(url_for(".index", task_id=task_id), 303)


def _page(task_id: UUID, problem: str = "") -> str:
    me = current_actor()
    with reading() as session:
        task = user_tasks.get(session, task_id, by=me)
        found = guest_access.of_task(session, task, by=me)
        names = read_names(session, {link.created_by for link in found})
        return render_template(
            "guest/links.html",
            task_name=task.name,
            task_url=url_for("task.show", task_id=task.id),
            task_id=task.id,
            case=case_name(task.business_key, task.instance_id),
            may_make=task.is_open and guest_access.has_form(session, task),
            links=[_view(link, names.person(link.created_by)) for link in found],
            lifetimes=LIFETIMES,
            problem=problem,
        )


def _view(link: GuestLink, maker: str) -> LinkView:
    state = link.state(clock.now())
    config: Config = current_app.extensions["config"]
    words = {
        "open": ("person", _("Waits for an answer")),
        "used": ("done", _("Answered")),
        "revoked": ("paused", _("Withdrawn")),
        "expired": ("late", _("Expired")),
    }
    badge, said = words[state]
    return LinkView(
        id=link.id,
        label=link.label,
        url=guest_links.url_of(link.id, config) if state == "open" else "",
        badge=badge,
        state_words=said,
        is_open=state == "open",
        is_reusable=link.is_reusable,
        created_at=link.created_at,
        created_by=_("The process") if link.created_by == "system" else maker,
        expires_at=link.expires_at,
        used_at=link.used_at,
    )
