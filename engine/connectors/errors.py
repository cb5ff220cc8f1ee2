"""What can go wrong with a call: it may pass (Unavailable), or it will not (Invalid)."""

from core.errors import Invalid, Unavailable


class ConnectorUnknown(Invalid):
    """There is no connector {name}; there are: {names}."""


class RequestInvalid(Invalid):
    """The call cannot be made: {reason}"""


class AddressRefused(Invalid):
    """{host} may not be called: {reason}"""


class PartnerUnreachable(Unavailable):
    """{host} cannot be reached: {reason}"""


class PartnerFailed(Unavailable):
    """{host} answered {status}; it may work later."""


class PartnerRefused(Invalid):
    """{host} answered {status}."""


class AnswerTooLarge(Invalid):
    """The answer of {host} has more than {limit} bytes."""


class MailNotConfigured(Unavailable):
    """No mail server is configured (BACKOFFICE_SMTP_URL)."""


class MailRefused(Invalid):
    """The mail server refused the mail: {reason}"""


class MailUnavailable(Unavailable):
    """The mail server cannot take the mail now: {reason}"""
