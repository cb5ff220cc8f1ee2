"""List, make and revoke API tokens; a new one is shown once."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.db import reading, transaction
from core.errors import Invalid, NotFound
from core.people import Actor, ApiToken, NameInvalid, Role, make_token
from screens.people import access
from screens.people.form import split_names
from web.person import current_actor
from web.policies import policy

bp = Blueprint("tokens", __name__, url_prefix="/tokens", template_folder="templates")

#: Days that a token may live; 0 is for ever.
LIFETIMES = (30, 90, 365, 0)
MAX_SHOWN = 200


class TokenNotFound(NotFound):
    """There is no such token."""


@bp.get("")
@policy("people.manage")
def index() -> ResponseReturnValue:
    """All tokens, the newest first; never a secret."""
    with reading() as session:
        query = select(ApiToken).order_by(ApiToken.id.desc()).limit(MAX_SHOWN)
        return render_template("tokens/index.html", tokens=list(session.scalars(query)))


@bp.get("/new")
@policy("people.manage")
def new() -> ResponseReturnValue:
    """The form for a new token."""
    return _form({}, {})


@bp.post("")
@policy("people.manage")
def create() -> ResponseReturnValue:
    """Make a token and show its secret, this once."""
    form = request.form
    typed = {
        "name": form.get("name", "").strip(),
        "roles": form.getlist("roles"),
        "groups": form.getlist("groups"),
        "new_groups": form.get("new_groups", ""),
        "lifetime": form.get("lifetime", "90"),
    }
    try:
        with transaction() as session:
            token, secret = make_token(
                session,
                typed["name"],
                roles=required_roles(typed["roles"]),
                groups=[*typed["groups"], *split_names(typed["new_groups"])],
                expires_at=expiry(typed["lifetime"]),
                by=current_actor(),
            )
    except NameInvalid:
        sentence = _("1 to 80 letters and digits, with . _ - @ and spaces in between.")
        return _form(typed, {"name": sentence}), 422
    except Invalid as error:
        return _form(typed, {"roles": str(error)}), 422
    return render_template("tokens/made.html", token=token, secret=secret), 201


@bp.post("/<uuid:token_id>/revocation")
@policy("people.manage")
def create_revocation(token_id: UUID) -> ResponseReturnValue:
    """End a token, at once and for ever."""
    with transaction() as session:
        token = revoke(session, token_id, by=current_actor())
    flash(_("%(name)s is revoked.", name=token.name), "done")
    return redirect(url_for("tokens.index"), 303)


def revoke(session: Session, token_id: UUID, *, by: Actor) -> ApiToken:
    """End a token; ending it again changes nothing. Raises TokenNotFound."""
    token = session.get(ApiToken, token_id)
    if token is None:
        raise TokenNotFound
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = clock.now(), by.name
    session.flush()
    return token


def required_roles(roles: list[str]) -> list[str]:
    """At least one: a token without a role could do nothing."""
    if not roles:
        raise Invalid(_("Choose at least one role."))
    return roles


def expiry(lifetime: str) -> datetime | None:
    """When a token made now with this choice ends; None for never."""
    if lifetime not in {str(days) for days in LIFETIMES}:
        raise Invalid(_("Choose how long the token lives."))
    return clock.now() + timedelta(days=int(lifetime)) if int(lifetime) else None


def _form(typed: dict[str, object], errors: dict[str, str]) -> str:
    with reading() as session:
        return render_template(
            "tokens/form.html",
            typed=typed,
            errors=errors,
            roles=list(Role),
            groups=access.groups(session),
            lifetimes=LIFETIMES,
        )
