"""List groups with their people, add one, give one a better title."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.errors import Conflict, Invalid, NotFound
from core.people import Group, Membership, NameInvalid, Person, get_group
from web.policies import policy

bp = Blueprint("groups", __name__, url_prefix="/groups", template_folder="templates")

MAX_TITLE = 120


class GroupExists(Conflict):
    """There is already a group {name}."""


class GroupNotFound(NotFound):
    """There is no group {name}."""


@bp.get("")
@policy("people.manage")
def index() -> ResponseReturnValue:
    """All groups with the people in them."""
    return _page()


@bp.post("")
@policy("people.manage")
def create() -> ResponseReturnValue:
    """Add a group."""
    name = request.form.get("name", "").strip()
    try:
        with transaction() as session:
            add(session, name, request.form.get("title", "").strip()[:MAX_TITLE])
    except GroupExists:
        return _page(name, {"name": _("There is already a group with this name.")}), 409
    except NameInvalid:
        sentence = _("1 to 80 letters and digits, with . _ - @ and spaces in between.")
        return _page(name, {"name": sentence}), 422
    flash(_("The group is there. Add people to it on their pages."), "done")
    return redirect(url_for("groups.index"), 303)


@bp.post("/<name>/title")
@policy("people.manage")
def update_title(name: str) -> ResponseReturnValue:
    """Call a group something else on the screens; its name in the models stays."""
    title = request.form.get("title", "").strip()
    if not title or len(title) > MAX_TITLE:
        raise Invalid(_("A title has 1 to %(most)s characters.", most=MAX_TITLE))
    with transaction() as session:
        group = find(session, name)
        if group is None:
            raise GroupNotFound(name=name)
        group.title = title
    flash(_("Saved."), "done")
    return redirect(url_for("groups.index"), 303)


def add(session: Session, name: str, title: str) -> Group:
    """A new group. Raises GroupExists, NameInvalid."""
    if find(session, name) is not None:
        raise GroupExists(name=name)
    group = get_group(session, name)
    group.title = title or group.title
    return group


def find(session: Session, name: str) -> Group | None:
    return session.scalar(select(Group).where(Group.name == name))


def members(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Active people by group name: (name, display name)."""
    rows = session.execute(
        select(Group.name, Person.name, Person.display_name)
        .join(Membership, Membership.group_id == Group.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.display_name)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for group, name, display_name in rows:
        found.setdefault(group, []).append((name, display_name))
    return found


def _page(name: str = "", errors: dict[str, str] | None = None) -> str:
    with reading() as session:
        return render_template(
            "groups/index.html",
            groups=list(session.scalars(select(Group).order_by(Group.name))),
            members=members(session),
            name=name,
            errors=errors or {},
        )
