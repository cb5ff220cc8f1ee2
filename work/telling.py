"""Notifications in words: the same on pages and in mails, whatever language they are in."""

from collections.abc import Callable, Mapping
from datetime import date

from core.languages import N_, Gettext
from core.people import SYSTEM
from work.models import Notification

#: What each kind says. `who` caused it, `case` is its business key, `what` the task.
WORDS: Mapping[str, str] = {
    "mention": N_("%(who)s mentioned you in %(case)s"),
    "design_mention": N_("%(who)s mentioned you in the drawing of %(case)s"),
    "assigned": N_("%(who)s gave you %(what)s of %(case)s"),
    "undone": N_("%(who)s undid that you completed %(what)s of %(case)s"),
    "looked": N_("%(who)s looked at your days"),
    "cover": N_("You stand in for %(who)s until %(until)s"),
    "at_risk": N_("%(what)s of %(case)s is at risk"),
    "breach": N_("%(what)s of %(case)s is late"),
}
OTHER = N_("Something changed in %(case)s")
#: Who did it where nobody is named.
PLATFORM = N_("The platform")


def sentence(
    row: Notification, people: Mapping[str, str], gettext: Gettext, day: Callable[[date], str]
) -> str:
    """What a notification says; `people` are names as shown, `day` writes a date."""
    details = row.details or {}
    until = details.get("until")
    return gettext(
        WORDS.get(row.kind, OTHER),
        who=_who(row, people, gettext),
        case=details.get("case") or (f"…{row.instance_id.hex[-8:]}" if row.instance_id else ""),
        what=details.get("task", ""),
        until=day(date.fromisoformat(until)) if until else "",
    )


def _who(row: Notification, people: Mapping[str, str], gettext: Gettext) -> str:
    if row.by is None or row.by == SYSTEM.name:
        return gettext(PLATFORM)
    return people.get(row.by, row.by)
