"""A mail a day with what somebody was told and has not read, at the hour they chose; or none.

Each notification is mailed once: one that was read before is left out, and a day without anything
new has no mail.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor, is_active
from work import mails
from work.models import Digest, Notification

#: Notifications that one mail tells, the newest; the others are counted.
MAX_TOLD = 50
#: Mails that one turn writes.
BATCH = 50
PAGE = "/notifications"
#: What each kind of notification says in a mail.
WORDS = {
    "mention": "{who} mentioned you in {case}",
    "design_mention": "{who} mentioned you in the drawing of {case}",
    "assigned": "{who} gave you {what} of {case}",
    "undone": "{who} undid that you completed {what} of {case}",
    "looked": "{who} looked at your days",
    "cover": "You stand in for {who} until {until}",
    "at_risk": "{what} of {case} is at risk",
    "breach": "{what} of {case} is late",
}
OTHER = "Something changed in {case}"


class HourInvalid(Invalid):
    """The mail of the day comes at a full hour, 0 to 23, in a time zone that exists."""


def of(session: Session, *, by: Actor) -> Digest | None:
    """What `by` has chosen; None: never anything, and gets no mail."""
    return session.get(Digest, by.name)


def choose(session: Session, hour: int | None, zone: str, *, by: Actor) -> Digest:
    """Get a mail a day at an hour, or none with None. Raises HourInvalid."""
    if (hour is not None and not 0 <= hour <= 23) or zone not in available_timezones():
        raise HourInvalid
    now = clock.now()
    digest = session.get(Digest, by.name, with_for_update=True)
    if digest is None:
        digest = Digest(person=by.name)
        session.add(digest)
    digest.hour, digest.zone, digest.changed_at = hour, zone, now
    digest.next_at = None if hour is None else following(hour, zone, now)
    session.flush()
    return digest


def following(hour: int, zone: str, after: datetime) -> datetime:
    """The next time that clocks of a zone show an hour, also on days that are set back or on."""
    local = after.astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        found = datetime(day.year, day.month, day.day, hour, tzinfo=local.tzinfo)
        # An hour that is skipped comes an hour later; one that comes twice counts once.
        moment = found.astimezone(ZoneInfo("UTC"))
        if moment > after:
            return moment
        day += timedelta(days=1)


def has_due(session: Session) -> bool:
    """Whether `send` would find anything."""
    return bool(session.scalar(select(exists().where(Digest.next_at <= clock.now()))))


def send(session: Session) -> int:
    """Write the mails whose hour has come; how many people were looked at."""
    now = clock.now()
    query = select(Digest).where(Digest.next_at <= now).order_by(Digest.next_at).limit(BATCH)
    due = list(session.scalars(query.with_for_update(skip_locked=True)))
    for digest in due:
        assert digest.hour is not None
        digest.next_at = following(digest.hour, digest.zone, now)
        if is_active(session, digest.person, now):
            _mail(session, digest.person, now)
    session.flush()
    return len(due)


def _mail(session: Session, person: str, now: datetime) -> None:
    query = select(Notification).where(
        Notification.person == person,
        Notification.read_at.is_(None),
        Notification.mailed_at.is_(None),
    )
    rows = list(session.scalars(query.order_by(Notification.id.desc())))
    if not rows:
        return
    for row in rows:
        row.mailed_at = now
    count = len(rows)
    subject = "1 thing is new" if count == 1 else f"{count} things are new"
    mails.write(session, [person], subject, _body(rows), path=PAGE)


def _body(rows: Sequence[Notification]) -> str:
    lines = []
    for row in rows[:MAX_TOLD]:
        details = row.details or {}
        words = {
            "who": row.by or "The platform",
            "case": details.get("case") or "a case",
            "what": details.get("task", ""),
            "until": details.get("until", ""),
        }
        lines.append("- " + WORDS.get(row.kind, OTHER).format_map(words))
        if details.get("text"):
            lines.append("  " + " ".join(str(details["text"]).split()))
    if len(rows) > MAX_TOLD:
        lines.append(f"- and {len(rows) - MAX_TOLD} more")
    return "\n".join(lines) + "\n"
