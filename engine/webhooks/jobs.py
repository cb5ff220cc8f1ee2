"""What workers and the scheduler do for webhooks. Each takes one id and is safe to run twice."""

import logging
from uuid import UUID

from core import clock, readers, wording
from core.db import config, reading, transaction
from core.errors import BackOfficeError, Unavailable
from core.languages import Speech
from engine.connectors.email import send_email
from engine.connectors.errors import MailNotConfigured
from engine.connectors.webhook import post_once
from engine.models import Webhook
from engine.webhooks import deliveries
from engine.webhooks.deliveries import Call, Outcome

log = logging.getLogger(__name__)

#: Batches that one turn of `forget` deletes, so that nothing waits for it.
BATCHES = 20


def deliver(delivery_id: str) -> None:
    """Tell one event. No transaction is open while the receiver is called."""
    with transaction() as session:
        call = deliveries.take(session, UUID(delivery_id), config().secret_key)
    if call is None:
        return
    outcome = _perform(call)
    with transaction() as session:
        if not deliveries.settle(session, call, outcome):
            log.warning(
                "the answer to a webhook came after its lease",
                extra={"delivery_id": delivery_id, "webhook_id": str(call.webhook_id)},
            )


def sweep() -> None:
    """Ring for what is due, free leases that ran out. Looks first, keeping nobody waiting."""
    with reading() as session:
        if not deliveries.has_due(session):
            return
    for step in (deliveries.free_expired, deliveries.ring_due, deliveries.ring_untold):
        with transaction() as session:
            step(session)


def forget() -> None:
    """Delete deliveries that are kept no longer, a batch at a time."""
    for _ in range(BATCHES):
        with transaction() as session:
            if not deliveries.forget(session):
                return


def tell(webhook_id: str) -> None:
    """Mail the keeper of a webhook that was suspended for failing."""
    with reading() as session:
        webhook = session.get(Webhook, UUID(webhook_id))
        if webhook is None or webhook.tell_at is None:
            return
        mail = _mail(webhook, readers.speech_at(session, webhook.contact or ""))
        reason = f"{webhook.url}: {webhook.reason}"
        key = f"webhook-{webhook.id}-{webhook.changed_at.timestamp():.0f}"
    log.error("a webhook was suspended: %s", reason, extra={"webhook_id": webhook_id})
    try:
        if mail["to"]:
            send_email(mail, key=key, config=config())
    except MailNotConfigured:
        log.warning("no mail server is configured; nobody is told", exc_info=True)
    except Unavailable:
        log.warning("the mail is tried again later", exc_info=True)
        return
    except BackOfficeError:
        log.exception("the mail was refused")
    with transaction() as session:
        told = session.get(Webhook, UUID(webhook_id), with_for_update=True)
        if told is not None:
            told.tell_at = None


def _perform(call: Call) -> Outcome:
    try:
        status = post_once(call.url, call.headers, call.body, config())
    except BackOfficeError as error:
        return Outcome(None, str(error))
    except Exception as error:  # A bug in here must not leave the delivery leased.
        log.exception("calling webhook %s failed", call.webhook_id)
        return Outcome(None, f"{type(error).__name__}: {error}")
    good = 200 <= status < 300
    return Outcome(status, None if good else f"The receiver answered {status}.")


def _mail(webhook: Webhook, speech: Speech) -> dict[str, str]:
    since = clock.now() if webhook.changed_at is None else webhook.changed_at
    gettext, address = speech.gettext, f"{config().public_url}/webhooks/{webhook.id}"
    parts = (
        gettext("Back Office no longer calls %(url)s.", url=webhook.url),
        wording.say(webhook.reason or "", speech.language),
        gettext("Suspended since %(moment)s.", moment=speech.moment(since))
        + " "
        + gettext("Its events are kept and sent once it is resumed: %(address)s", address=address),
    )
    return {
        "to": webhook.contact or "",
        "subject": gettext("Webhook suspended: %(name)s", name=webhook.name or webhook.url),
        "body": "\n\n".join(filter(None, parts)) + "\n",
    }
