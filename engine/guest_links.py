"""Links for guests as rows and addresses; `engine.guest_access` says who makes and uses them.

A link is `/guest/<token>`. The token is the link's id and a signature of it with the installation's
key, so the database alone opens nothing; the row says how long and how often the link works.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, feel, signed_ids
from core.config import Config
from core.errors import Conflict, Invalid, NotFound
from engine.models import GuestLink, ProcessInstance

#: How long a link works when nobody says so, and at most.
USUAL_LIFETIME = timedelta(days=14)
MAX_LIFETIME = timedelta(days=366)
#: Open links that one case or one start form may have.
MAX_OPEN = 100
MAX_LABEL_LENGTH = 200
KIND = "guest-link"


class GuestLinkNotFound(NotFound):
    """There is no such link, or it is not yours to see."""


class GuestLinkLifetime(Invalid):
    """A link works for a minute to {days} days."""


class GuestLinkLabel(Invalid):
    """The name of whom a link is for has at most {limit} characters."""


class GuestStepUnknown(Invalid):
    """There is no step “{element}” with a form that a guest could answer."""


class TooManyGuestLinks(Conflict):
    """There are {limit} open links already; withdraw some first."""


def token_of(link_id: UUID, secret_key: str) -> str:
    """What stands in the address: the id with its signature, 64 characters."""
    return signed_ids.sign(link_id, KIND, secret_key)


def url_of(link_id: UUID, config: Config) -> str:
    """The whole address of a link."""
    return f"{config.public_url}/guest/{token_of(link_id, config.secret_key)}"


def id_in(token: str, secret_key: str) -> UUID:
    """The id in a token that we signed. Raises GuestLinkNotFound."""
    link_id = signed_ids.read(token, KIND, secret_key)
    if link_id is None:
        raise GuestLinkNotFound
    return link_id


def add(
    session: Session,
    key: str,
    *,
    instance_id: UUID | None = None,
    element_id: str | None = None,
    task_id: UUID | None = None,
    lifetime: timedelta = USUAL_LIFETIME,
    label: str = "",
    is_reusable: bool = False,
    by: str,
) -> GuestLink:
    """Store a link. Raises GuestLinkLifetime, GuestLinkLabel, TooManyGuestLinks."""
    if not timedelta(minutes=1) <= lifetime <= MAX_LIFETIME:
        raise GuestLinkLifetime(days=MAX_LIFETIME.days)
    if len(label) > MAX_LABEL_LENGTH:
        raise GuestLinkLabel(limit=MAX_LABEL_LENGTH)
    now = clock.now()
    _require_few(session, key, instance_id)
    link = GuestLink(
        key=key,
        instance_id=instance_id,
        element_id=element_id,
        task_id=task_id,
        label=label,
        is_reusable=is_reusable,
        created_at=now,
        created_by=by,
        expires_at=now + lifetime,
    )
    session.add(link)
    session.flush()
    return link


def promise(
    session: Session,
    instance: ProcessInstance,
    request: Mapping[str, Any],
    steps: Collection[str],
) -> dict[str, Any]:
    """What the connector is told of a link that the process makes for one of its `steps`.

    `request` names the `element`, and may say `lifetime`, `label` and `reusable`. Raises Invalid.
    """
    element = str(request.get("element") or "")
    if element not in steps:
        raise GuestStepUnknown(element=element)
    link = add(
        session,
        instance.key,
        instance_id=instance.id,
        element_id=element,
        lifetime=_duration(request.get("lifetime")),
        label=str(request.get("label") or ""),
        is_reusable=request.get("reusable") in (True, "true"),
        by="system",
    )
    return {**request, "link_id": str(link.id), "expires_at": link.expires_at.isoformat()}


def _require_few(session: Session, key: str, instance_id: UUID | None) -> None:
    query = select(func.count()).where(
        GuestLink.key == key,
        GuestLink.instance_id == instance_id,
        GuestLink.revoked_at.is_(None),
        GuestLink.used_at.is_(None),
        GuestLink.expires_at > clock.now(),
    )
    if (session.scalar(query) or 0) >= MAX_OPEN:
        raise TooManyGuestLinks(limit=MAX_OPEN)


def _duration(written: Any) -> timedelta:
    if written in (None, ""):
        return USUAL_LIFETIME
    found = feel.parse_duration(str(written))
    if not isinstance(found, timedelta):
        raise GuestLinkLifetime(days=MAX_LIFETIME.days)
    return found
