"""Built scripts, styles and icons: `asset("app.js")` is the address of the file built last.

`static/build.mjs` puts a content hash into each file's name and lists the names in manifest.json,
so a browser may keep every file for a year.
"""

import gzip
import json
import logging
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory, url_for
from markupsafe import Markup

from web.policies import policy

DIST = Path(__file__).parent.parent / "static" / "dist"
A_YEAR = 365 * 24 * 3600

log = logging.getLogger(__name__)

bp = Blueprint("assets", __name__, url_prefix="/static")


@bp.get("/<path:name>")
@policy("public")
def file(name: str) -> Response:
    """A built file. Only names with a content hash may be kept."""
    if name in _manifest(_built_at()).values() and "gzip" in request.accept_encodings:
        response = Response(_gzipped(DIST / name), mimetype=mimetypes.guess_type(name)[0])
        response.headers["Content-Encoding"] = "gzip"
        response.cache_control.public, response.cache_control.max_age = True, A_YEAR
    else:
        is_hashed = re.search(r"-[A-Z0-9]{8}\.", name)
        response = send_from_directory(DIST, name, max_age=A_YEAR if is_hashed else None)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def asset(name: str) -> str:
    """The address of `app.js`, `inbox.css`, … as built last."""
    return url_for("assets.file", name=_manifest(_built_at()).get(name, name))


def has_asset(name: str) -> bool:
    """Whether an entry has that file: not every script brings a style sheet."""
    return name in _manifest(_built_at())


def icon(name: str, label: str = "") -> Markup:
    """An inline Tabler icon from static/src/icons.json; decoration unless it has a label."""
    return _icon(name, label, _built_at())


def _built_at() -> int:
    try:
        return (DIST / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=64)
def _gzipped(path: Path) -> bytes:
    # The name holds a hash of the content, so what is kept can never be old.
    return gzip.compress(path.read_bytes())


@lru_cache(maxsize=2)
def _manifest(built_at: int) -> dict[str, str]:
    if not built_at:
        return {}
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return manifest


@lru_cache(maxsize=512)
def _icon(name: str, label: str, built_at: int) -> Markup:
    path = DIST / "icons" / f"{name}.svg"
    if not path.exists():
        log.warning("icon %s is not built; is it in static/src/icons.json?", name)
        return Markup('<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"></svg>')
    # Only the drawing is kept: size, colour and stroke come from the style sheet.
    drawing = re.sub(r"<!--.*?-->|</?svg.*?>", "", path.read_text(), flags=re.DOTALL)
    role = Markup('role="img" aria-label="{}"').format(label) if label else 'aria-hidden="true"'
    # Both parts are our own: the label was escaped just now, the drawing is a file of the build.
    return Markup(f'<svg class="icon" viewBox="0 0 24 24" {role}>{drawing.strip()}</svg>')  # noqa: S704


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
    app.jinja_env.globals.update(asset=asset, has_asset=has_asset, icon=icon)
