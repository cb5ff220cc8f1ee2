"""Watches each request: an id for its log lines, how long it took, and a span of its trace."""

import logging
import re
import time
from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, g, request

from core import logs, metrics, tracing
from core.ids import new_id

log = logging.getLogger(__name__)

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
#: Asked every few seconds by machines: their spans and log lines would drown the others.
QUIET = ("/health", "/ready", "/metrics", "/static/")


def begin() -> None:
    """Before anything else looks at the request."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ID.fullmatch(given) else str(new_id())
    g.began = time.perf_counter()
    g.watched = ExitStack()
    g.watched.enter_context(logs.about(request_id=g.request_id))
    if not request.path.startswith(QUIET):
        g.watched.enter_context(
            tracing.span(
                f"{request.method} {route()}",
                parent=request.headers.get(tracing.HEADER),
                kind="server",
                **{"http.request.method": request.method, "http.route": route()},
                request_id=g.request_id,
            )
        )


def answered(response: Response) -> Response:
    """Tell the caller the id, and count."""
    if "began" not in g:
        return response
    seconds = time.perf_counter() - g.began
    response.headers[HEADER] = g.request_id
    tracing.note(**{"http.response.status_code": response.status_code})
    metrics.observe(
        "request_seconds",
        seconds,
        method=request.method if request.url_rule else "ANY",
        route=route(),
        status=response.status_code,
    )
    if not request.path.startswith(QUIET):
        log.info(
            "%s %s %s",
            request.method,
            request.path,
            response.status_code,
            extra={"seconds": round(seconds, 4)},
        )
    return response


def end(_error: BaseException | None) -> None:
    """After the request, however it ended."""
    watched: Any = g.pop("watched", None)
    if watched is not None:
        watched.close()


def route() -> str:
    """The pattern of the address, such as `/cases/<uuid:instance_id>`: there are few of them."""
    return request.url_rule.rule if request.url_rule is not None else "unknown"


def init_app(app: Flask) -> None:
    """Watch every request."""
    app.before_request(begin)
    app.after_request(answered)
    app.teardown_request(end)
