"""Views of My work that follow a person to any device, and that a team can share."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.people import Actor, Role
from core.permissions import allow
from work.models.saved_view import SavedView

MAX_NAME_LENGTH = 60
#: Views that one person may keep.
MAX_VIEWS = 30
#: Views of others that somebody is shown.
MAX_SHARED = 50


class ViewInvalid(Invalid):
    """A view has a name of 1 to {limit} characters."""


class TooManyViews(Conflict):
    """You keep {limit} views already; remove one first."""


class ViewNotFound(NotFound):
    """There is no such view."""


class NotYourGroup(Forbidden):
    """You can share a view with your own groups only."""


def of(session: Session, by: Actor) -> list[SavedView]:
    """The views `by` keeps, then those that are shared with their groups, each by name."""
    mine = SavedView.owner == by.name
    shared = SavedView.group_name.in_(sorted(by.groups))
    query = select(SavedView).where(or_(mine, shared)).limit(MAX_VIEWS + MAX_SHARED)
    found = session.scalars(query)
    return sorted(found, key=lambda view: (view.owner != by.name, view.name.casefold()))


def save(
    session: Session, name: str, asked: Mapping[str, str], *, group: str | None = None, by: Actor
) -> SavedView:
    """Keep a view; one of the same name is replaced. With a group, its people have it too.

    Raises ViewInvalid, TooManyViews, NotYourGroup.
    """
    allow(by, "task.see")
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME_LENGTH:
        raise ViewInvalid(limit=MAX_NAME_LENGTH)
    if group is not None and group not in by.groups and not by.has(Role.ADMINISTRATOR):
        raise NotYourGroup(group=group)
    mine = SavedView.owner == by.name
    view = session.scalar(select(SavedView).where(mine, SavedView.name == name))
    if view is None:
        if (session.scalar(select(func.count()).where(mine)) or 0) >= MAX_VIEWS:
            raise TooManyViews(limit=MAX_VIEWS)
        view = SavedView(owner=by.name, name=name)
        session.add(view)
    view.asked, view.group_name, view.made_at = dict(asked), group, clock.now()
    session.flush()
    return view


def remove(session: Session, view_id: UUID, *, by: Actor) -> None:
    """Let go of a view of one's own; a team leader, also of one shared with their group."""
    view = session.get(SavedView, view_id)
    if view is None or not _may_remove(view, by):
        raise ViewNotFound
    session.delete(view)
    session.flush()


def _may_remove(view: SavedView, by: Actor) -> bool:
    leads = by.has(Role.TEAM_LEADER) and view.group_name in by.groups
    return view.owner == by.name or leads
