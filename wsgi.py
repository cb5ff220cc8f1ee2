"""Builds the application: the one place where the parts are wired together."""

import os

from flask import Flask

import api
import designer
import screens
import web
from backoffice.bell import Bell
from core import db as database
from core import failpoints
from core.config import Config
from web import races


def create_app(config: Config) -> Flask:
    """An application for one installation. Makes no connection before the first request."""
    app = Flask(
        "back_office", static_folder=None, template_folder=None, root_path=os.path.dirname(__file__)
    )
    app.extensions["config"] = config
    app.extensions["ringer"] = Bell(config.redis_url).ring
    database.init_app(app, config)
    web.init_app(app, config)
    api.init_app(app)
    screens.init_app(app)
    designer.init_app(app)
    races.init_app(app)
    return app


def from_environment() -> Flask:
    """The application that a WSGI server runs: `gunicorn "wsgi:from_environment()"`."""
    config = Config.from_environment(os.environ)
    failpoints.arm(config.failpoints)
    return create_app(config)
