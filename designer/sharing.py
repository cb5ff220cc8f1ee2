"""Showing a draft to somebody without an account: signed links that expire and can be revoked.

The address holds the link's id and a signature of it with the installation's key: the database
alone opens nothing, and an id that somebody guesses neither.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, permissions, signed_ids
from core.errors import Conflict, Invalid, NotFound
from core.people import Actor, Person
from designer import drafts
from designer.models import Draft
from designer.share_models import ShareLink

#: Days that a link may work, as they are offered.
DAYS = (1, 7, 30, 90)
#: Open links that one draft may have.
MAX_OPEN = 20
MAX_LISTED = 100
KIND = "share-link"


class ShareLinkNotFound(NotFound):
    """This link does not work, or not any more. Ask whoever gave it to you for a new one."""


class ShareLinkLifetime(Invalid):
    """A link works for one of {days} days."""


class TooManyShareLinks(Conflict):
    """There are {limit} open links to this draft already: revoke some first."""


def token_of(link_id: UUID, secret_key: str) -> str:
    """What stands in the address: 64 characters."""
    return signed_ids.sign(link_id, KIND, secret_key)


def of_draft(session: Session, draft: Draft) -> list[ShareLink]:
    """The links to a draft, the newest first."""
    query = select(ShareLink).where(ShareLink.draft_id == draft.id)
    return list(session.scalars(query.order_by(ShareLink.id.desc()).limit(MAX_LISTED)))


def share(session: Session, draft_id: UUID, days: int, *, by: Actor) -> ShareLink:
    """A link to a draft. Raises DraftNotFound, ShareLinkLifetime and TooManyShareLinks."""
    draft = drafts.get(session, draft_id, by=by, lock=True)
    if days not in DAYS:
        raise ShareLinkLifetime(days=", ".join(str(each) for each in DAYS))
    at = clock.now()
    if sum(link.is_open(at) for link in of_draft(session, draft)) >= MAX_OPEN:
        raise TooManyShareLinks(limit=MAX_OPEN)
    link = ShareLink(
        draft_id=draft.id,
        created_at=at,
        created_by=by.name,
        expires_at=at + timedelta(days=days),
    )
    session.add(link)
    session.flush()
    return link


def revoke(session: Session, link_id: UUID, *, by: Actor) -> ShareLink:
    """Close a link; every analyst may. Raises ShareLinkNotFound."""
    link = session.get(ShareLink, link_id, with_for_update=True)
    if link is None or not permissions.may(by, "design"):
        raise ShareLinkNotFound
    link.revoke(by.name, clock.now())
    return link


def shown(session: Session, token: str, secret_key: str) -> Draft:
    """The draft that a link shows. Raises ShareLinkNotFound for every reason alike.

    A link ends with its maker's right to draw: who has left shows nobody anything any more.
    """
    link_id = signed_ids.read(token, KIND, secret_key)
    link = session.get(ShareLink, link_id) if link_id is not None else None
    if link is None or not link.is_open(clock.now()):
        raise ShareLinkNotFound
    maker = session.scalar(
        select(Person).where(Person.name == link.created_by, Person.deactivated_at.is_(None))
    )
    if maker is None or not permissions.may(maker.as_actor(), "design"):
        raise ShareLinkNotFound
    return drafts.get(session, link.draft_id, by=maker.as_actor())
