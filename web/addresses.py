"""Where a page may send a browser: only back into this installation."""

from urllib.parse import urlsplit

from flask import request


def local_path(address: str | None) -> str | None:
    """Path and query of an address on this host, else None: never an open redirect."""
    if not address or "\\" in address or any(ord(letter) < 32 for letter in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_here = parts.netloc == request.host if parts.netloc else not address.startswith("//")
    if not is_here or parts.scheme not in ("", "http", "https"):
        return None
    if not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
