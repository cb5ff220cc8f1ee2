"""A mail a day with what somebody was told and has not read, at the hour they chose; or none.

Each notification is mailed once: one that was read before is left out, and a day without anything
new has no mail.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock, readers
from core.errors import Invalid
from core.languages import Speech
from core.people import Actor, is_active
from work import mails, telling
from work.models import Digest, Notification

#: Notifications that one mail tells, the newest; the others are counted.
MAX_TOLD = 50
#: Mails that one turn writes.
BATCH = 50
PAGE = "/notifications"


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
    people = readers.shown_names(session, {each.by for each in rows if each.by})
    mails.write_each(session, [person], lambda speech: _text(rows, people, speech), path=PAGE)


def _text(rows: Sequence[Notification], people: Mapping[str, str], speech: Speech) -> mails.Text:
    subject = speech.ngettext("%(num)s thing is new", "%(num)s things are new", len(rows))
    lines = []
    for row in rows[:MAX_TOLD]:
        lines.append("- " + telling.sentence(row, people, speech.gettext, speech.day))
        if text := (row.details or {}).get("text"):
            lines.append("  " + " ".join(str(text).split()))
    left = len(rows) - MAX_TOLD
    if left > 0:
        lines.append("- " + speech.gettext("and %(count)s more", count=left))
    return mails.Text(subject, "\n".join(lines) + "\n")
