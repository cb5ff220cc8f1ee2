"""Notifications in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from flask_babel import format_date, gettext

from work import telling
from work.models.notification import Notification

ICONS = {
    "mention": "message",
    "design_mention": "message",
    "assigned": "user-share",
    "undone": "arrow-back-up",
    "looked": "eye",
    "cover": "users-group",
    "at_risk": "clock",
    "breach": "alert-triangle",
}


@dataclass(frozen=True)
class Notice:
    """One notification."""

    id: UUID
    words: str
    text: str
    icon: str
    url: str
    at: datetime
    is_new: bool


def notice(row: Notification, people: Mapping[str, str]) -> Notice:
    """A notification as its person reads it; `people` are names as shown."""
    return Notice(
        row.id,
        telling.sentence(row, people, gettext, _day),
        str((row.details or {}).get("text", "")),
        ICONS.get(row.kind, "bell"),
        url_for("notices.follow", notification_id=row.id),
        row.at,
        row.read_at is None,
    )


def _day(day: date) -> str:
    return str(format_date(day, "medium"))


def place_of(row: Notification) -> str:
    """Where a notification leads."""
    if row.kind == "cover":
        return url_for("inbox.index")
    if row.task_id is not None:
        anchor = "notes" if row.kind == "mention" else None
        return url_for("task.show", task_id=row.task_id, _anchor=anchor)
    if row.instance_id is not None:
        return url_for("cases.show", instance_id=row.instance_id, _anchor="notes")
    if row.kind == "design_mention":
        return url_for("designer_comments.show", comment_id=row.details["comment"])
    return url_for("notices.index")
