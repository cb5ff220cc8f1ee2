"""What can go wrong with a call: it may pass (Unavailable), or it will not (Invalid)."""

from core.errors import Invalid, Unavailable


class NotDone:
    """What failed like that has surely had no effect: calling again cannot do it twice."""


class ConnectorUnknown(Invalid):
    """There is no connector {name}; there are: {names}."""


class RequestInvalid(Invalid):
    """The call cannot be made: {reason}"""


class AddressRefused(Invalid):
    """{host} may not be called: {reason}"""


class PartnerUnreachable(NotDone, Unavailable):
    """{host} cannot be reached: {reason}"""


class PartnerSilent(Unavailable):
    """{host} was asked and did not answer: {reason}"""


class PartnerFailed(Unavailable):
    """{host} answered {status}; it may work later."""


class PartnerBusy(NotDone, PartnerFailed):
    """{host} answered {status}; it asks to come later."""


class PartnerRefused(Invalid):
    """{host} answered {status}."""


class AnswerTooLarge(Invalid):
    """The answer of {host} has more than {limit} bytes."""


class MailNotConfigured(NotDone, Unavailable):
    """No mail server is configured (BACKOFFICE_SMTP_URL)."""


class MailRefused(Invalid):
    """The mail server refused the mail: {reason}"""


class MailUnavailable(NotDone, Unavailable):
    """The mail server cannot take the mail now: {reason}"""


class MailUnconfirmed(Unavailable):
    """The mail server did not say that it took the mail: {reason}"""
