"""What the frame around every page needs: rail, theme, row height, the person."""

import zlib
from collections.abc import Iterable
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from jinja2 import StrictUndefined

from core import clock
from core.config import Config
from core.people import Actor
from web import navigation
from web.csp import COLOR_SCHEME
from web.person import actor_or_none

HUES = 8
ROLES = {
    "associate": _l("associate"),
    "team_leader": _l("team leader"),
    "analyst": _l("analyst"),
    "integrator": _l("integrator"),
    "operator": _l("operator"),
    "administrator": _l("administrator"),
}


def chosen_theme() -> str:
    """`light`, `dark` or `auto`, as remembered in the cookie `theme`."""
    return _choice("theme", ("auto", "light", "dark"))


def shown_theme() -> str:
    """The theme to render: with `auto`, the one the browser hints at (scripts follow it live)."""
    chosen = chosen_theme()
    if chosen != "auto":
        return chosen
    hint = request.headers.get(COLOR_SCHEME, "").strip('"')
    return "dark" if hint == "dark" else "light"


def chosen_density() -> str:
    """`compact` or `comfortable` rows, as remembered in the cookie `density`."""
    return _choice("density", ("compact", "comfortable"))


def frame() -> dict[str, Any]:
    """The names that every template may use."""
    actor: Actor | None = actor_or_none()
    found = navigation.places(actor) if actor else []
    config: Config = current_app.extensions["config"]
    return {
        "me": actor,
        "signed_in": g.get("signed_in"),
        "unread": g.get("unread", 0),
        "places": found,
        "rail": navigation.grouped(found),
        "bottom_bar": found[: navigation.BOTTOM_BAR],
        "theme": shown_theme(),
        "theme_choice": chosen_theme(),
        "density": chosen_density(),
        "demo": config.demo,
        "now": clock.now(),
    }


def address_with(**changes: object) -> str:
    """The present address with other parameters; None takes one away."""
    parameters = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = [str(value)]
    return url_for(request.endpoint or "", **(request.view_args or {}), **parameters)  # type: ignore[arg-type]


def initials(name: str) -> str:
    """One or two letters for a disc: "Ada Lovelace" is AL, "ada" is A."""
    words = [word for word in name.replace(".", " ").replace("_", " ").split() if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def role_names(roles: Iterable[str]) -> str:
    """What somebody is here, in words: "associate, team leader"."""
    return ", ".join(sorted(str(ROLES.get(role, role)) for role in roles))


def hue(name: str) -> int:
    """Which of the disc colours a name has; the same one everywhere."""
    return zlib.crc32(name.encode()) % HUES


def _choice(name: str, choices: tuple[str, ...]) -> str:
    chosen = request.cookies.get(name, "")
    return chosen if chosen in choices else choices[0]


def init_app(app: Flask) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.filters.update(initials=initials, hue=hue)
    app.jinja_env.globals.update(address_with=address_with, role_names=role_names)
    app.context_processor(frame)
