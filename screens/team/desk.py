"""At the desk: what is offered, being away, handing back, and letting a task rest."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core import clock, dates
from core.db import transaction
from core.errors import Conflict, Invalid
from engine.models import UserTask
from web.person import current_actor
from web.policies import policy
from work.team import delegation, offers, presence

bp = Blueprint("desk", __name__, url_prefix="/desk")

#: When a day of work begins for tasks that come back.
MORNING = time(8)


@bp.post("")
@policy("task.take")
def tell() -> ResponseReturnValue:
    """The desk is open: what is offered to it now."""
    with transaction() as session:
        return _fragment(session)


@bp.post("/away")
@policy("task.take")
def update_away() -> ResponseReturnValue:
    """Take nothing for a while, or take work again."""
    me = current_actor()
    with transaction() as session:
        if request.form.get("away") == "on":
            presence.leave(session, by=me)
        else:
            presence.come_back(session, by=me)
    return redirect(url_for("inbox.index"), 303)


@bp.post("/offers/<uuid:offer_id>")
@policy("task.take")
def answer(offer_id: UUID) -> ResponseReturnValue:
    """Accept what is offered and open it, or say why not."""
    me = current_actor()
    try:
        with transaction() as session:
            if "accept" in request.form:
                given = offers.accept(session, offer_id, by=me)
                return redirect(url_for("task.show", task_id=given.task.id), 303)
            offers.reject(session, offer_id, request.form.get("reason", ""), by=me)
    except (Conflict, Invalid) as error:
        flash(str(error), "warning")
    else:
        flash(_("It goes to somebody else."), "done")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/user-tasks/<uuid:task_id>/return")
@policy("task.take")
def hand_back(task_id: UUID) -> ResponseReturnValue:
    """Hand a task back to who passed it on."""
    with transaction() as session:
        delegation.hand_back(
            session, task_id, note=request.form.get("note", ""), by=current_actor()
        )
    flash(_("Handed back."), "done")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/user-tasks/<uuid:task_id>/follow-up")
@policy("task.see")
def follow_up(task_id: UUID) -> ResponseReturnValue:
    """Let a task rest until the morning of a day, or bring it back at once."""
    me = current_actor()
    try:
        with transaction() as session:
            if "end" in request.form:
                delegation.end_follow_up(session, task_id, by=me)
            else:
                note = request.form.get("note", "")
                delegation.follow_up(session, task_id, _morning(), note=note, by=me)
    except Invalid as error:
        flash(str(error), "warning")
    else:
        flash(
            _("Done. It comes back by itself.") if "end" not in request.form else _("It is back.")
        )
    return redirect(url_for("task.show", task_id=task_id), 303)


def _morning() -> datetime:
    day = dates.day(request.form.get("day", ""))
    zone = ZoneInfo(str(get_timezone() or "UTC"))
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _fragment(session: Session) -> str:
    me = current_actor()
    if not offers.are_made_to(session, me):
        return render_template("team/desk.html", is_offered_work=False)
    row = presence.seen(session, by=me)
    offer = offers.current(session, by=me)
    return render_template(
        "team/desk.html",
        is_offered_work=True,
        away=row.away_since is not None,
        away_reason=row.away_reason,
        offer=offer,
        task=session.get(UserTask, offer.task_id) if offer else None,
        now=clock.now(),
        seconds=presence.HEARTBEAT_SECONDS // 2,
    )
