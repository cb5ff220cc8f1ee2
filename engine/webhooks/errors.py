"""What can be wrong with webhooks."""

from core.errors import Conflict, Invalid, NotFound


class WebhookNotFound(NotFound):
    """There is no such webhook."""


class DeliveryNotFound(NotFound):
    """There is no such delivery; settled ones are kept for {days} days."""


class WebhookInvalid(Invalid):
    """The webhook cannot be made: {reason}"""


class WebhookNotActive(Conflict):
    """The webhook is {state}; resume it first."""


class DeliveryPending(Conflict):
    """This delivery is still on its way: it has not been given up."""


class TooManyWebhooks(Conflict):
    """There are {limit} webhooks already; remove one first."""
