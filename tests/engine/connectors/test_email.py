"""Mails: to a real little SMTP server, without smuggled headers."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from core.config import Config
from engine.connectors import email
from engine.connectors.email import send_email
from engine.connectors.errors import (
    MailNotConfigured,
    MailRefused,
    MailUnavailable,
    RequestInvalid,
)


class Mailbox:
    """Takes mails, unless told what to answer instead."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, server, session, envelope):
        if self.answer_to_data.startswith("250"):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            self.mails.append((envelope.mail_from, envelope.rcpt_tos, parsed))
        return self.answer_to_data


@pytest.fixture
def mailbox() -> Iterator[Any]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


@pytest.fixture
def settings(tmp_path, mailbox) -> Config:
    return Config(
        data_dir=tmp_path,
        database_url="sqlite://",
        secret_key="test",
        smtp_url=mailbox.url,
        mail_from="Back Office <office@example.org>",
    )


MAIL = {"to": "ada@example.org", "subject": "Willkommen, Jürgen", "body": "Grüße\nvon uns"}


def test_a_mail_arrives_as_it_was_written(mailbox, settings):
    request = {**MAIL, "cc": ["bob@example.org"], "reply_to": "team@example.org"}

    response = send_email(request, key="key-1", config=settings)

    [(sender, recipients, mail)] = mailbox.mails
    assert sender == "office@example.org"
    assert recipients == ["ada@example.org", "bob@example.org"]
    assert (mail["subject"], mail["to"], mail["cc"]) == (
        "Willkommen, Jürgen",
        "ada@example.org",
        "bob@example.org",
    )
    assert mail["reply-to"] == "team@example.org"
    assert mail["message-id"] == response["messageId"] == "<key-1@back-office>"
    assert mail.get_content().replace("\r\n", "\n") == "Grüße\nvon uns\n"


@pytest.mark.parametrize(
    "request_",
    [
        {"to": ""},
        {"to": "nobody"},
        {"to": "a@example.org\r\nBcc: evil@example.org"},
        {"to": ["a@example.org"] * 51},
        {"to": "<a@example.org>"},
        {"subject": "Hello\r\nBcc: evil@example.org"},
        {"subject": "x" * 501},
        {"body": "x" * 200_001},
        {"reply_to": "a@b\nX: y"},
    ],
)
def test_a_mail_that_makes_no_sense_is_refused(mailbox, settings, request_):
    with pytest.raises(RequestInvalid):
        send_email({**MAIL, **request_}, key="k", config=settings)

    assert mailbox.mails == []


@pytest.mark.parametrize(
    ("answer", "error"), [("550 no such user", MailRefused), ("450 later", MailUnavailable)]
)
def test_what_the_server_says_about_a_recipient_counts(mailbox, settings, answer, error):
    mailbox.answer_to_recipient = answer

    with pytest.raises(error, match=answer):
        send_email(MAIL, key="k", config=settings)


@pytest.mark.parametrize(
    ("answer", "error"), [("554 spam", MailRefused), ("452 full", MailUnavailable)]
)
def test_what_the_server_says_about_a_mail_counts(mailbox, settings, answer, error):
    mailbox.answer_to_data = answer

    with pytest.raises(error, match=answer):
        send_email(MAIL, key="k", config=settings)


def test_a_server_that_is_not_there_may_be_there_later(settings):
    with pytest.raises(MailUnavailable):
        send_email(MAIL, key="k", config=replace(settings, smtp_url="smtp://127.0.0.1:9"))


def test_without_a_server_mail_is_unavailable(settings):
    with pytest.raises(MailNotConfigured):
        send_email(MAIL, key="k", config=replace(settings, smtp_url=""))


def test_a_password_never_travels_in_the_clear(mailbox, settings):
    with_password = replace(settings, smtp_url=mailbox.url.replace("://", "://me:secret@"))

    with pytest.raises(MailUnavailable):
        send_email(MAIL, key="k", config=with_password)

    assert email.TIMEOUT_SECONDS < 60
