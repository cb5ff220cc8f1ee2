"""The root address, and the choices that pages remember."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from core import readers
from core.db import transaction
from core.errors import Invalid
from core.languages import NAMES
from web import choices
from web.addresses import local_path
from web.navigation import home
from web.person import actor_or_none, current_actor
from web.policies import policy

bp = Blueprint("home", __name__)

CHOICES = {
    "theme": ("light", "dark", choices.AUTO),
    "density": ("compact", "comfortable"),
    "language": (*NAMES, choices.AUTO),
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
    """Remember theme, row height or language on this browser; a language is the person's, too."""
    actor = actor_or_none()
    back = local_path(request.referrer) or ("/" if actor else "/sign-in")
    chosen = {name: value for name in CHOICES if (value := request.form.get(name)) is not None}
    for name, value in chosen.items():
        if value not in CHOICES[name]:
            raise UnknownChoice(name=name)
    response = redirect(back, 303)
    if language := chosen.pop("language", None):
        if actor is not None:
            own = None if language == choices.AUTO else language
            with transaction() as session:
                readers.choose(session, own, by=actor)
        choices.remember_language(response, language, is_own=actor is not None)
    for name, value in chosen.items():
        choices.remember(response, name, value)
    return response
