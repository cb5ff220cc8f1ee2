"""Mails that the platform itself writes to people: stored with what caused them, sent after it.

    write ──commit, ring──▶ take ──SMTP──▶ settle

A mail is sent at least once: its Message-ID is the same for every attempt.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import clock, readers
from core.config import Config
from core.errors import BackOfficeError, Unavailable
from core.languages import Speech
from core.outbox import ring
from core.people import Person
from engine.connectors.email import send_email
from engine.connectors.errors import MailNotConfigured
from engine.models import ProcessInstance
from work.models import Mail

JOB = "work.mails.jobs.send_mail"
#: People that one mail goes to.
MAX_PEOPLE = 50
#: Mails that one sweep rings for.
BATCH = 50
#: A mail that was taken and not settled is sent again after this.
LEASE = timedelta(minutes=1)
#: A mail that was rung for and not taken is rung for again after this.
RING_AGAIN = timedelta(seconds=10)
MAX_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)


@dataclass(frozen=True)
class Letter:
    """A mail that is being sent."""

    id: UUID
    addresses: tuple[str, ...]
    subject: str
    body: str
    path: str | None


@dataclass(frozen=True)
class Text:
    """What a mail says."""

    subject: str
    body: str


def write_each(
    session: Session,
    people: Iterable[str],
    text_for: Callable[[Speech], Text],
    instance: ProcessInstance | None = None,
    *,
    path: str | None = None,
) -> list[Mail]:
    """Write to people by name, to each in their language and by their clock.

    One mail goes to all for whom it reads the same. Otherwise as `write`.
    """
    names = list(dict.fromkeys(people))[:MAX_PEOPLE]
    speeches = readers.speeches(session, names)
    together: dict[Text, list[str]] = {}
    for name in names:
        together.setdefault(text_for(speeches[name]), []).append(name)
    return [
        write(session, alike, text.subject, text.body, instance, path=path)
        for text, alike in together.items()
    ]


def write(
    session: Session,
    people: Iterable[str],
    subject: str,
    body: str,
    instance: ProcessInstance | None = None,
    *,
    path: str | None = None,
) -> Mail:
    """Write one mail to people by name; it goes out once this transaction has committed.

    It ends with the address of the case, or of another page at `path`.
    """
    now = clock.now()
    mail = Mail(
        people=list(dict.fromkeys(people))[:MAX_PEOPLE],
        subject=" ".join(subject.split()),
        body=body,
        instance_id=instance.id if instance is not None else None,
        path=f"/cases/{instance.id}" if instance is not None else path,
        ring_at=now + RING_AGAIN,
        not_before=now,
        created_at=now,
    )
    session.add(mail)
    session.flush()
    ring(session, JOB, mail.id)
    return mail


def has_due(session: Session) -> bool:
    """Whether `ring_due` would find anything."""
    return bool(session.scalar(select(exists().where(Mail.ring_at <= clock.now()))))


def ring_due(session: Session, limit: int = BATCH) -> None:
    """Ring for mails that nobody has taken, or that are to be tried again."""
    now = clock.now()
    query = select(Mail).where(Mail.ring_at <= now).order_by(Mail.ring_at).limit(limit)
    for mail in session.scalars(query.with_for_update(skip_locked=True)):
        mail.ring_at = now + RING_AGAIN
        ring(session, JOB, mail.id)
    session.flush()


def take(session: Session, mail_id: UUID) -> Letter | None:
    """Take a mail to send it; None when it is sent already, or somebody is at it."""
    now = clock.now()
    query = select(Mail).where(Mail.id == mail_id, Mail.state == "waiting")
    mail = session.scalar(query.with_for_update(skip_locked=True))
    if mail is None or mail.not_before > now or (mail.lease_until and mail.lease_until > now):
        return None
    mail.attempts += 1
    mail.lease_until = mail.ring_at = now + LEASE
    names = Person.name.in_(mail.people), Person.deactivated_at.is_(None)
    found = session.scalars(select(Person.email).where(*names).order_by(Person.name))
    addresses = tuple(each for each in found if each)
    if not addresses:
        mail.state, mail.ring_at = "failed", None
        mail.error = "None of these people has a mail address."
        return None
    session.flush()
    return Letter(mail.id, addresses, mail.subject, mail.body, mail.path)


def send(letter: Letter, config: Config) -> BackOfficeError | None:
    """Hand a mail to the mail server, outside of any transaction; what went wrong."""
    body = letter.body
    if letter.path is not None:
        body = f"{body.rstrip()}\n\n{config.public_url}{letter.path}\n"
    request = {"to": list(letter.addresses), "subject": letter.subject, "body": body}
    try:
        send_email(request, key=str(letter.id), config=config)
    except BackOfficeError as error:
        return error
    return None


def settle(session: Session, mail_id: UUID, problem: BackOfficeError | None) -> None:
    """Store how sending went: what may pass is tried again, longer and longer after."""
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None or mail.state != "waiting":
        return
    now = clock.now()
    if problem is None:
        mail.state, mail.sent_at, mail.ring_at, mail.error = "sent", now, None, None
        return
    mail.lease_until = None
    mail.error = str(problem)[:1_000]
    passes = isinstance(problem, Unavailable) and not isinstance(problem, MailNotConfigured)
    if passes and mail.attempts < MAX_ATTEMPTS:
        wait = min(FIRST_WAIT * 2 ** (mail.attempts - 1), LONGEST_WAIT)
        mail.not_before = mail.ring_at = now + wait
    else:
        mail.state, mail.ring_at = "failed", None
