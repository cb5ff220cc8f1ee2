"""Notifications: read them, follow one to its place, ask how many are new."""

from datetime import time
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, get_timezone
from flask_babel import gettext as _

from core.db import reading, transaction
from core.errors import NotFound
from core.people import get_person
from core.readers import shown_names
from screens.notices.presenting import notice, place_of
from web.person import current_actor
from web.policies import policy
from work import digests, notifications
from work.models.notification import Notification

bp = Blueprint("notices", __name__, url_prefix="/notifications", template_folder="templates")


class NoticeNotFound(NotFound):
    """There is no such notification."""


@bp.get("")
@policy("signed_in")
def index() -> ResponseReturnValue:
    """What this person was told, newest first."""
    with reading() as session:
        rows = notifications.of(session, current_actor().name)
        people = shown_names(session, {each.by for each in rows if each.by})
        digest = digests.of(session, by=current_actor())
        return render_template(
            "notices/index.html",
            told=[notice(each, people) for each in rows],
            hour=digest.hour if digest is not None else None,
            zone=str(get_timezone() or "UTC"),
            hours=[(hour, format_time(time(hour), "short")) for hour in range(24)],
            address=get_person(session, current_actor().name).email,
        )


@bp.get("/unread")
@policy("signed_in")
def unread() -> ResponseReturnValue:
    """How many are new, and the newest of them: an open page shows it."""
    me = current_actor()
    with reading() as session:
        rows = [each for each in notifications.of(session, me.name, 1) if each.read_at is None]
        people = shown_names(session, {each.by for each in rows if each.by})
        newest = [notice(each, people) for each in rows]
        return jsonify(
            count=notifications.unread(session, me.name),
            newest=[
                {"id": str(e.id), "words": e.words, "text": e.text, "url": e.url} for e in newest
            ],
        )


@bp.post("/digest")
@policy("signed_in")
def choose_digest() -> ResponseReturnValue:
    """Get a mail a day at an hour of one's own zone, or none."""
    hour = request.form.get("hour", type=int)
    zone = str(get_timezone() or "UTC")
    with transaction() as session:
        digests.choose(session, hour, zone, by=current_actor())
    words = _("No mails.") if hour is None else _("From now on a mail a day, if there is news.")
    flash(words, "done")
    return redirect(url_for(".index"), 303)


@bp.post("/reading")
@policy("signed_in")
def read_all() -> ResponseReturnValue:
    """All of them are known now."""
    with transaction() as session:
        notifications.read(session, by=current_actor())
    return redirect(url_for(".index"), 303)


@bp.get("/<uuid:notification_id>")
@policy("signed_in")
def follow(notification_id: UUID) -> ResponseReturnValue:
    """Go where one leads; it is known then."""
    me = current_actor()
    with transaction() as session:
        row = session.get(Notification, notification_id)
        if row is None or row.person != me.name:
            raise NoticeNotFound
        notifications.read(session, by=me, only=row.id)
        place = place_of(row)
    return redirect(place, 303)
