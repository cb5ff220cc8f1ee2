"""Headers that tell the browser what a page may load, and who may frame it.

Pages that embed an editor which inserts its own style elements say so:

    @bp.get("/designer/<key>")
    @loose_styles
    @policy("design")
    def edit(key): ...
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, current_app, request

from core.config import Config

P = ParamSpec("P")
R = TypeVar("R")

POLICY = (
    "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:"
)
TIGHTER = "; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
LOOSE_STYLES = "; style-src-elem 'self' 'unsafe-inline'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

COLOR_SCHEME = "Sec-CH-Prefers-Color-Scheme"

#: Names of this machine that need no setting.
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def loose_styles(view: Callable[P, R]) -> Callable[P, R]:
    """Allow `<style>` elements on one view: only pages with the FEEL editor need it."""
    view.loose_styles = True  # type: ignore[attr-defined]
    return view


def secure(response: Response) -> Response:
    """Add the headers that a view has not set itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy())
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        # What one person saw must not come out of the cache for the next one.
        response.headers.setdefault("Cache-Control", "no-store")
        # Browsers that can tell us light or dark do so before the first page is drawn.
        response.headers["Accept-CH"] = response.headers["Critical-CH"] = COLOR_SCHEME
    return response


def _policy() -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    loose = LOOSE_STYLES if getattr(view, "loose_styles", False) else ""
    return POLICY + loose + TIGHTER


def init_app(app: Flask, config: Config) -> None:
    app.config["TRUSTED_HOSTS"] = list(config.trusted_hosts) or LOOPBACK
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.after_request(secure)
