"""What a browser remembers of how somebody likes the pages: theme, row height, language.

A language is remembered twice: `language` was chosen on this browser while nobody was signed in,
and is for all who have chosen none; `last_language` is that of whoever signed in here last, for the
pages around signing in.
"""

from flask import Response, current_app

from core.config import Config

A_YEAR = 365 * 24 * 3600
LANGUAGE, LAST_LANGUAGE = "language", "last_language"
#: The choice of a theme or a language to choose none.
AUTO = "auto"


def remember(response: Response, name: str, value: str) -> Response:
    """Keep a choice in a cookie of that name, as scripts do themselves (lib/page.js)."""
    config: Config = current_app.extensions["config"]
    response.set_cookie(name, value, max_age=A_YEAR, secure=config.secure_cookies, samesite="Lax")
    return response


def forget(response: Response, name: str) -> Response:
    """Take back a choice: the cookie of that name goes."""
    response.delete_cookie(name)
    return response


def remember_language(response: Response, value: str, *, is_own: bool) -> Response:
    """Keep the language that was chosen: somebody's own, or that of this browser.

    AUTO takes back both. Who is signed in keeps their own with their person, see core/readers.py.
    """
    if is_own and value != AUTO:
        return remember(response, LAST_LANGUAGE, value)
    forget(response, LAST_LANGUAGE)
    return forget(response, LANGUAGE) if value == AUTO else remember(response, LANGUAGE, value)


def remember_last_language(response: Response, own: str | None) -> Response:
    """Keep the language of whoever signs in, or that they have chosen none."""
    return remember(response, LAST_LANGUAGE, own) if own else forget(response, LAST_LANGUAGE)
