"""Puts together what all pages share; what needs a part of it alone loads no more."""

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_wtf.csrf import generate_csrf

from core.config import Config
from web import (
    assets,
    csp,
    csrf,
    errors,
    i18n,
    layout,
    live,
    markdown,
    policies,
    session,
    texts,
    unread,
    watching,
    wording,
)
from web.person import actor_or_none

bp = Blueprint("web", __name__, template_folder="templates")


@bp.get("/favicon.svg")
@policies.policy("public")
def favicon() -> Response:
    """The mark, for the tab of the browser."""
    response = Response(render_template("favicon.svg"), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@bp.get("/session")
@policies.policy("public")
def show_session() -> Response:
    """Who is signed in here by now, and the token for forms: pages ask before they send one."""
    actor = actor_or_none()
    response = jsonify(name=actor.name if actor else None, csrf_token=generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask, config: Config) -> None:
    """Wire the shared parts into the application."""
    app.register_blueprint(bp)
    watching.init_app(app)
    unread.init_app(app)
    session.init_app(app, config)
    csp.init_app(app, config)
    assets.init_app(app)
    i18n.init_app(app)
    texts.init_app(app)
    wording.init_app(app)
    markdown.init_app(app)
    csrf.init_app(app)
    policies.init_app(app)
    layout.init_app(app)
    live.init_app(app, config)
    errors.init_app(app)
