"""Notifications in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import url_for
from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _l

from core.people import SYSTEM
from work.models.notification import Notification

#: What each kind says. `who` caused it, `case` is its business key, `what` the task.
WORDS: Mapping[str, LazyString] = {
    "mention": _l("%(who)s mentioned you in %(case)s"),
    "design_mention": _l("%(who)s mentioned you in the drawing of %(case)s"),
    "assigned": _l("%(who)s gave you %(what)s of %(case)s"),
    "undone": _l("%(who)s undid that you completed %(what)s of %(case)s"),
    "looked": _l("%(who)s looked at your days"),
    "cover": _l("You stand in for %(who)s until %(until)s"),
    "at_risk": _l("%(what)s of %(case)s is at risk"),
    "breach": _l("%(what)s of %(case)s is late"),
}
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
#: Words whose cause is the platform where nobody is named.
PLATFORM = _l("The platform")
OTHER = _l("Something changed in %(case)s")


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
    details = row.details or {}
    words = {
        "who": _who(row, people),
        "case": details.get("case") or (f"…{row.instance_id.hex[-8:]}" if row.instance_id else ""),
        "what": details.get("task", ""),
        "until": _day(details.get("until", "")),
    }
    return Notice(
        row.id,
        str(WORDS.get(row.kind, OTHER)) % words,
        str(details.get("text", "")),
        ICONS.get(row.kind, "bell"),
        url_for("notices.follow", notification_id=row.id),
        row.at,
        row.read_at is None,
    )


def _who(row: Notification, people: Mapping[str, str]) -> str:
    if row.by in (None, SYSTEM.name):
        return str(PLATFORM)
    return people.get(row.by, row.by)


def _day(text: str) -> str:
    return str(format_date(date.fromisoformat(text), "medium")) if text else ""


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
