"""Forged requests: every form carries a token that only our own pages know.

Scripts send it as the header `X-CSRFToken` (from `<meta name="csrf-token">`), forms as the hidden
field `csrf_token`. The API takes bearer tokens only and ignores cookies, so it needs none; nor do
the forms of guests, which are opened by their address and look at no cookie either.
"""

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()

WITHOUT_COOKIES = ("/api/", "/guest/")


def protect() -> None:
    """Check the token of a request that changes something, outside the API."""
    g.pop("csrf_token", None)
    if request.endpoint and not request.path.startswith(WITHOUT_COOKIES):
        csrf.protect()


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    # A token lives as long as its session: a form may stay open over lunch.
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.before_request(protect)
