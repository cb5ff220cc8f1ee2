"""What a browser remembers of how somebody likes the pages: theme, row height, language."""

from flask import Response, current_app

from core.config import Config

A_YEAR = 365 * 24 * 3600


def remember(response: Response, name: str, value: str) -> Response:
    """Keep a choice in a cookie of that name, as scripts do themselves (lib/page.js)."""
    config: Config = current_app.extensions["config"]
    response.set_cookie(name, value, max_age=A_YEAR, secure=config.secure_cookies, samesite="Lax")
    return response
