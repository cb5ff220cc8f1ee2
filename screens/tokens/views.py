"""List, make and revoke API tokens; a new one is shown once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core import clock
from core.db import reading, transaction
from core.errors import Invalid, NotFound
from core.people import Actor, ApiToken, NameInvalid, Role, make_token
from screens.people import access
from web.person import current_actor
from web.policies import policy

bp = Blueprint("tokens", __name__, url_prefix="/tokens", template_folder="templates")

#: Days that a token may live; 0 is for ever.
LIFETIMES = (30, 90, 365, 0)
MAX_SHOWN = 200


@dataclass(frozen=True)
class TokenForm:
    """The fields as typed."""

    name: str = ""
    roles: list[str] = field(default_factory=lambda: [Role.INTEGRATOR.value])
    groups: list[str] = field(default_factory=list)
    lifetime: str = "90"

    @classmethod
    def from_request(cls, values: MultiDict[str, str]) -> Self:
        """What was sent."""
        return cls(
            name=values.get("name", "").strip(),
            roles=values.getlist("roles"),
            groups=values.getlist("groups"),
            lifetime=values.get("lifetime", cls.lifetime),
        )


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
    return _form(TokenForm(), {})


@bp.post("")
@policy("people.manage")
def create() -> ResponseReturnValue:
    """Make a token and show its secret, this once."""
    form = TokenForm.from_request(request.form)
    try:
        with transaction() as session:
            token, secret = make_token(
                session,
                form.name,
                roles=required_roles(form.roles),
                groups=form.groups,
                expires_at=expiry(form.lifetime),
                by=current_actor(),
            )
    except NameInvalid:
        sentence = _("1 to 80 letters and digits, with . _ - @ and spaces in between.")
        return _form(form, {"name": sentence}), 422
    except Invalid as error:
        return _form(form, {"roles": str(error)}), 422
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


def _form(form: TokenForm, errors: dict[str, str]) -> str:
    with reading() as session:
        return render_template(
            "tokens/form.html",
            form=form,
            errors=errors,
            roles=list(Role),
            groups=access.groups(session),
            lifetimes=LIFETIMES,
        )
