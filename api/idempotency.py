"""The same call twice has one effect: `Idempotency-Key` on every POST.

The answer is written in the same transaction as the effect, so there is both or neither. A refused
call changed nothing and is therefore not kept: it may be sent again under the same key.
"""

import hashlib
from collections.abc import Callable

import orjson
from flask import Response, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.auth import caller
from api.models import KEPT_FOR, StoredAnswer
from core import clock
from core.db import transaction
from core.errors import Conflict, Invalid

MAX_KEY = 255


class KeyInvalid(Invalid):
    """An Idempotency-Key has 1 to 255 printable ASCII characters."""


class KeyReused(Conflict):
    """This Idempotency-Key was used for another request; take a new one."""


class TwinAtWork(Conflict):
    """The same call is being answered at this moment; ask again."""


def key_of_request() -> str | None:
    """The key that the caller sent, None without one. Raises KeyInvalid."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return None
    if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise KeyInvalid
    return key


def once(key: str, run: Callable[[Session], Response]) -> Response:
    """Run, or answer what was answered before. Raises KeyReused."""
    try:
        with transaction() as session:
            return _known(session, key) or _run(session, key, run)
    except TwinAtWork:
        # It has committed by now, or this insert would still be waiting for it.
        with transaction() as session:
            return _known(session, key) or _run(session, key, run)


def _known(session: Session, key: str) -> Response | None:
    kept = session.get(StoredAnswer, (caller(), key))
    if kept is None:
        return None
    if kept.created_at < clock.now() - KEPT_FOR:
        session.delete(kept)
        session.flush()
        return None
    if kept.fingerprint != _fingerprint():
        raise KeyReused(key=key)
    response = Response(kept.body, kept.status, mimetype="application/json")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _run(session: Session, key: str, run: Callable[[Session], Response]) -> Response:
    now = clock.now()
    kept = StoredAnswer(
        owner=caller(), key=key, fingerprint=_fingerprint(), status=0, body="", created_at=now
    )
    session.add(kept)
    try:
        session.flush()
    except IntegrityError:
        raise TwinAtWork from None
    response = run(session)
    kept.status, kept.body = response.status_code, _without_secret(response)
    session.flush()
    return response


def _without_secret(response: Response) -> str:
    """The body to keep. What is shown once is not kept: the second answer says null."""
    body = response.get_data(as_text=True)
    if '"secret"' not in body:
        return body
    shown = orjson.loads(body)
    if isinstance(shown, dict) and "secret" in shown:
        shown["secret"] = None
    return orjson.dumps(shown).decode()


def _fingerprint() -> str:
    """A digest of what is asked, the same however JSON is spaced or multipart is bounded."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.files:
        uploads = request.files.items(multi=True)
        for name, upload in sorted(uploads, key=lambda item: item[1].filename or ""):
            content = hashlib.sha256(upload.read()).hexdigest()
            upload.seek(0)
            digest.update(f"{name} {upload.filename} {content}\n".encode())
    elif request.is_json and (data := request.get_data(cache=True)):
        digest.update(orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS))
    return digest.hexdigest()
