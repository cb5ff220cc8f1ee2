"""Mails that the platform writes: sent over real SMTP, tried again, never lost."""

import socket
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.outbox import take_rings
from core.people import add_person
from engine.connectors.errors import MailRefused
from tests.engine.connectors.test_email import Mailbox
from work import mails


@pytest.fixture
def mailbox():
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


@pytest.fixture
def people(session, root):
    add_person(session, "lea", roles=["team_leader"], email="lea@example.org", by=root)
    add_person(session, "max", roles=["associate"], by=root)


def send(session: Any, config: Any, mail: Any) -> None:
    letter = mails.take(session, mail.id)
    assert letter is not None
    mails.settle(session, mail.id, mails.send(letter, config))


def test_a_mail_is_rung_for_and_reaches_those_who_have_an_address(
    session, config, people, mailbox, clock_at
):
    mail = mails.write(session, ["lea", "max"], "Late:\nSettle", "It is late.")
    assert take_rings(session) == [(mails.JOB, str(mail.id))]

    send(session, replace(config, smtp_url=mailbox.url), mail)

    ((_, recipients, message),) = mailbox.mails
    assert recipients == ["lea@example.org"]
    assert (message["Subject"], message.get_content().strip()) == ("Late: Settle", "It is late.")
    assert message["Message-ID"] == f"<{mail.id}@back-office>"
    assert (mail.state, mail.ring_at) == ("sent", None)
    assert mails.take(session, mail.id) is None


def test_while_the_server_is_away_a_mail_is_tried_again_longer_and_longer_after(
    session, config, people, mailbox, clock_at
):
    mailbox.answer_to_data = "451 later"
    settings = replace(config, smtp_url=mailbox.url)
    mail = mails.write(session, ["lea"], "Late", "It is late.")
    send(session, settings, mail)
    assert (mail.state, mail.not_before) == ("waiting", clock_at(seconds=30))

    clock_at(seconds=10)
    assert mails.take(session, mail.id) is None
    clock_at(seconds=31)
    take_rings(session)
    assert mails.has_due(session)
    mails.ring_due(session)
    assert take_rings(session) == [(mails.JOB, str(mail.id))]
    assert not mails.has_due(session)
    mailbox.answer_to_data = "250 OK"
    send(session, settings, mail)

    assert (mail.state, mail.attempts, mail.error) == ("sent", 2, None)


def test_a_worker_that_died_with_a_mail_is_replaced_by_another(session, people, clock_at):
    mail = mails.write(session, ["lea"], "Late", "It is late.")
    assert mails.take(session, mail.id) is not None
    assert mails.take(session, mail.id) is None

    clock_at(seconds=61)

    assert mails.take(session, mail.id) is not None


def test_what_no_server_takes_is_given_up_with_the_reason(session, config, people, clock_at):
    mail = mails.write(session, ["lea"], "Late", "It is late.")
    send(session, config, mail)
    assert (mail.state, mail.error) == (
        "failed",
        "No mail server is configured (BACKOFFICE_SMTP_URL).",
    )

    refused = mails.write(session, ["lea"], "Late", "It is late.")
    assert mails.take(session, refused.id)
    mails.settle(session, refused.id, MailRefused(reason="550 no"))
    assert refused.state == "failed"

    nobody = mails.write(session, ["max"], "Late", "It is late.")
    assert mails.take(session, nobody.id) is None
    assert (nobody.state, nobody.error) == (
        "failed",
        "None of these people has a mail address.",
    )
