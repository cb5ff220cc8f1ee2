"""Builds the application: the one place where the parts are wired together."""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import api.wiring
import designer
import screens
import web.wiring
from backoffice import background
from core import failpoints, logs, tracing
from core.config import Config, unknown_settings
from web import races


def create_app(config: Config) -> Flask:
    """An application for one installation. Makes no connection before the first request."""
    app = background.create_app(config)
    web.wiring.init_app(app, config)
    api.wiring.init_app(app)
    screens.init_app(app)
    designer.init_app(app)
    races.init_app(app)
    if config.trusted_proxies:
        # The Host header comes as the caller sent it; a proxy tells address and scheme only.
        many = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=many, x_proto=many, x_host=0)  # type: ignore[method-assign]
    return app


def from_environment() -> Flask:
    """The application that a WSGI server runs: `gunicorn "wsgi:from_environment()"`."""
    config = Config.from_environment(os.environ)
    logs.set_up(config)
    logs.warn_of(unknown_settings(os.environ))
    failpoints.arm(config.failpoints)
    tracing.set_up(config, "web")
    app = create_app(config)
    app.before_request(app.extensions["flusher"].start)
    return app
