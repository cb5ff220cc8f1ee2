"""Around each endpoint: one transaction, and its result as JSON."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

import orjson
from flask import Response
from sqlalchemy.orm import Session

from api import idempotency
from core.db import reading, transaction

View = Callable[..., Any]


def _within(block: Callable[[], AbstractContextManager[Session]]) -> Callable[[View], View]:
    def wrap(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Response:
            def in_session(session: Session) -> Response:
                return answer(view(session, *args, **kwargs))

            key = idempotency.key_of_request()
            if key is not None:
                return idempotency.once(key, in_session)
            with block() as session:
                return in_session(session)

        return run

    return wrap


#: Give the view a session that is committed after it. A POST with a key runs only once.
writes = _within(transaction)

#: Give the view a session that only reads. A POST with a key keeps its answer all the same.
reads = _within(reading)


def answer(result: Any) -> Response:
    """What a view returned, a payload or `(payload, status)`, as a response."""
    if isinstance(result, Response):
        return result
    payload, status = result if isinstance(result, tuple) else (result, 200)
    if status == 204:
        return Response(status=204)
    return Response(orjson.dumps(payload), status, mimetype="application/json")


def moment(at: Any) -> str | None:
    """A moment in JSON: ISO 8601 in UTC."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")
