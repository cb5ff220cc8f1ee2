"""Where a page may send a browser: only back into this installation."""

from urllib.parse import urlsplit

from flask import request


def local_path(address: str | None) -> str | None:
    """Path and query of an address on this host, else None: never an open redirect."""
    if not address or "\\" in address or any(ord(letter) < 32 for letter in address):
        return None
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != request.host:
        return None
    if parts.scheme not in ("", "http", "https") or not parts.path.startswith("/"):
        return None
    if parts.path.startswith("//"):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
