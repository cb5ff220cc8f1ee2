"""The address of a form that somebody outside answers, for the mail that follows.

inputs    element, lifetime, label, reusable (the link is made with the call: engine/guest_links.py)
response  {url, expiresAt}
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.config import Config
from engine.connectors.errors import RequestInvalid
from engine.guest_links import url_of


def give_guest_link(request: Mapping[str, Any], *, key: str, config: Config) -> dict[str, Any]:
    """The address of the link that was made when the step was reached; the same each time."""
    try:
        link_id = UUID(str(request.get("link_id")))
    except ValueError:
        raise RequestInvalid(reason="it names no link") from None
    return {"url": url_of(link_id, config), "expiresAt": request.get("expires_at")}
