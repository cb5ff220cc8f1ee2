"""Sending the mails that the platform writes: by workers, for a mail server may be slow."""

from uuid import UUID

from core.db import config, reading, transaction
from work import digests, mails


def send_mail(mail_id: str) -> None:
    """Send one mail, if it waits. No transaction is open while the mail server works."""
    with transaction() as session:
        letter = mails.take(session, UUID(mail_id))
    if letter is None:
        return
    problem = mails.send(letter, config())
    with transaction() as session:
        mails.settle(session, letter.id, problem)


def send_mails() -> None:
    """Ring for mails that are still there, or to be tried again: workers send them."""
    with reading() as session:
        is_due = mails.has_due(session)
    if is_due:
        with transaction() as session:
            mails.ring_due(session)


def write_digests() -> None:
    """Write the mails of the day whose hour has come."""
    with reading() as session:
        is_due = digests.has_due(session)
    while is_due:
        with transaction() as session:
            is_due = digests.send(session) == digests.BATCH
