"""The root address, and the choices that a page remembers in cookies."""

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue

from core.config import Config
from core.errors import Invalid
from core.languages import NAMES
from web.addresses import local_path
from web.navigation import home
from web.person import actor_or_none, current_actor
from web.policies import policy

bp = Blueprint("home", __name__)

A_YEAR = 365 * 24 * 3600
CHOICES = {
    "theme": ("light", "dark", "auto"),
    "density": ("compact", "comfortable"),
    "language": tuple(NAMES),
}


class UnknownChoice(Invalid):
    """There is no such choice of {name}."""


@bp.get("/")
@policy("signed_in")
def index() -> ResponseReturnValue:
    """To what the person's role does first."""
    return redirect(home(current_actor()), 302)


@bp.post("/preferences")
@policy("public")
def update_preferences() -> ResponseReturnValue:
    """Remember theme, row height or language on this browser, as scripts do themselves."""
    config: Config = current_app.extensions["config"]
    back = local_path(request.referrer) or ("/" if actor_or_none() else "/sign-in")
    response = redirect(back, 303)
    for name, choices in CHOICES.items():
        value = request.form.get(name)
        if value is None:
            continue
        if value not in choices:
            raise UnknownChoice(name=name)
        response.set_cookie(
            name, value, max_age=A_YEAR, secure=config.secure_cookies, samesite="Lax"
        )
    return response
