"""Mails over SMTP: plain text, to a few people, never with a header that a variable smuggled in.

inputs    to (text or list), subject, body, cc, reply_to
response  {messageId, recipients}
"""

import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from core import clock
from core.config import Config
from engine.connectors.errors import (
    MailNotConfigured,
    MailRefused,
    MailUnavailable,
    MailUnconfirmed,
    RequestInvalid,
)

TIMEOUT_SECONDS = 15.0
MAX_RECIPIENTS = 50
MAX_BODY_LENGTH = 200_000
MAX_SUBJECT_LENGTH = 500
_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\"\\\x00-\x1f]{1,64}@[^@\s,;:<>()\[\]\"\\\x00-\x1f]{1,255}")


def send_email(request: Mapping[str, Any], *, key: str, config: Config) -> dict[str, Any]:
    """Send one mail. Its Message-ID is the same for every attempt, so that copies can be told."""
    if not config.smtp_url:
        raise MailNotConfigured
    recipients = _addresses(request, "to")
    copies = _addresses(request, "cc")
    if not recipients or len(recipients) + len(copies) > MAX_RECIPIENTS:
        raise RequestInvalid(reason=f"a mail goes to 1 to {MAX_RECIPIENTS} people")
    message = _message(request, recipients, copies, key, config)
    is_sent = False
    try:
        with _connected(urlsplit(config.smtp_url)) as server:
            is_sent = True
            server.send_message(message, config.mail_from, [*recipients, *copies])
    except smtplib.SMTPRecipientsRefused as error:
        _refuse(*next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        _refuse(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        kind = MailUnconfirmed if is_sent else MailUnavailable
        raise kind(reason=str(error) or type(error).__name__) from None
    return {"messageId": message["Message-ID"], "recipients": [*recipients, *copies]}


def _message(
    request: Mapping[str, Any],
    recipients: list[str],
    copies: list[str],
    key: str,
    config: Config,
) -> EmailMessage:
    body, subject = str(request.get("body") or ""), str(request.get("subject") or "")
    if len(body) > MAX_BODY_LENGTH or len(subject) > MAX_SUBJECT_LENGTH:
        raise RequestInvalid(reason="subject or body is too long")
    if any(each in subject for each in "\r\n\0"):
        raise RequestInvalid(reason="a subject has one line")
    message = EmailMessage(policy=SMTP)
    message["From"] = config.mail_from
    message["To"] = ", ".join(recipients)
    if copies:
        message["Cc"] = ", ".join(copies)
    replies = _addresses(request, "reply_to")
    if replies:
        message["Reply-To"] = ", ".join(replies)
    message["Subject"] = subject
    message["Date"] = clock.now()
    message["Message-ID"] = f"<{key}@back-office>"
    message.set_content(body)
    return message


def _addresses(request: Mapping[str, Any], name: str) -> list[str]:
    given = request.get(name) or []
    listed = given if isinstance(given, list) else str(given).split(",")
    addresses = [str(each).strip() for each in listed if str(each).strip()]
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise RequestInvalid(reason=f"{address!r} is no mail address")
    return addresses


def _connected(url: SplitResult) -> smtplib.SMTP:
    host, is_secure = url.hostname or "localhost", url.scheme == "smtps"
    server: smtplib.SMTP
    if is_secure:
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, url.port or 25, timeout=TIMEOUT_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if url.username:
            if not is_secure:
                # A password never travels in the clear.
                server.starttls(context=ssl.create_default_context())
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _refuse(code: int, reason: bytes | str) -> None:
    """SMTP's own distinction: 4xx may pass, 5xx will not."""
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    if 400 <= code < 500:
        raise MailUnavailable(reason=f"{code} {text}")
    raise MailRefused(reason=f"{code} {text}")
