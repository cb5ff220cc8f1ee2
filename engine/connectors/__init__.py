"""What a service task can call. A connector is one function, in a file of its own."""

from collections.abc import Mapping
from typing import Any, Protocol

from core.config import Config
from engine.connectors.email import send_email
from engine.connectors.errors import ConnectorUnknown
from engine.connectors.guest_link import give_guest_link
from engine.connectors.http import call_http
from engine.connectors.python import run_python

__all__ = ["CONNECTORS", "Connector", "ConnectorUnknown", "find"]


class Connector(Protocol):
    """Does one call and returns the response that outputs and error maps read, as JSON.

    `key` is the same for every attempt at one element execution. Raises Unavailable for what may
    pass, Invalid for what will not; `response` in its context is what error maps see.
    """

    def __call__(self, request: Mapping[str, Any], *, key: str, config: Config) -> Any: ...


CONNECTORS: Mapping[str, Connector] = {
    "http": call_http,
    "email": send_email,
    "python": run_python,
    "guest_link": give_guest_link,
}


def find(name: str) -> Connector:
    """The connector of that name. Raises ConnectorUnknown."""
    try:
        return CONNECTORS[name]
    except KeyError:
        raise ConnectorUnknown(name=name, names=", ".join(CONNECTORS)) from None
