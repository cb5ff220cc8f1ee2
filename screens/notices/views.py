"""Notifications: read them, follow one to its place, ask how many are new."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core.db import reading, transaction
from core.errors import NotFound
from screens.cases.names import shown_people
from screens.notices.presenting import notice, place_of
from web.person import current_actor
from web.policies import policy
from work import notifications
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
        people = shown_people(session, {each.by for each in rows if each.by})
        return render_template("notices/index.html", told=[notice(e, people) for e in rows])


@bp.get("/unread")
@policy("signed_in")
def unread() -> ResponseReturnValue:
    """How many are new, and the newest of them: an open page shows it."""
    me = current_actor()
    with reading() as session:
        rows = [each for each in notifications.of(session, me.name, 1) if each.read_at is None]
        people = shown_people(session, {each.by for each in rows if each.by})
        newest = [notice(each, people) for each in rows]
        return jsonify(
            count=notifications.unread(session, me.name),
            newest=[
                {"id": str(e.id), "words": e.words, "text": e.text, "url": e.url} for e in newest
            ],
        )


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
