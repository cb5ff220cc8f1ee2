"""Failures as JSON: `{error, message, context}` in the status that fits."""

import logging
from dataclasses import asdict, is_dataclass
from typing import Any

import orjson
from apiflask import HTTPError
from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from api.fields import camel_case
from core.errors import BackOfficeError, Invalid
from core.outages import SUSPECTS, outage_of
from core.values import to_json
from web.errors import RETRY_AFTER_SECONDS, ChangedMeanwhile, status_of, unexpected

log = logging.getLogger(__name__)


class BodyInvalid(Invalid):
    """Some fields of the request are not valid."""


def problem(error: BackOfficeError) -> Response:
    """The answer to a call that failed in a way the caller can understand."""
    status = status_of(error)
    context = {camel_case(name): _plain(value) for name, value in error.context.items()}
    body = {"error": type(error).__name__, "message": str(error), "context": to_json(context)}
    response = Response(orjson.dumps(body), status, mimetype="application/json")
    if status in (429, 503):
        seconds = error.context.get("retry_after", RETRY_AFTER_SECONDS)
        response.headers["Retry-After"] = str(seconds)
    return response


def invalid(error: HTTPError) -> Response:
    """A body or query that does not fit its schema: every field with its sentence."""
    return problem(BodyInvalid(fields=dict(_sentences("", error.detail))))


def outage(error: Exception) -> ResponseReturnValue:
    """The database cannot do what was asked, and says why; what it does not say is a bug."""
    found = outage_of(error)
    if found is None:
        return unexpected(error)
    log.warning("%s", found, exc_info=error)
    return problem(found)


def stale(error: StaleDataError) -> Response:
    return problem(ChangedMeanwhile())


def http(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses inside of a view: too large, not understood."""
    status = 422 if error.code in (400, 415) else error.code or 500
    if status < 400:
        return error
    body = {"error": type(error).__name__, "message": error.description or "", "context": {}}
    return Response(orjson.dumps(body), status, mimetype="application/json")


def challenge(response: Response) -> Response:
    """Say how to authenticate whenever that is what was missing."""
    if response.status_code == 401 and request.path.startswith("/api/"):
        response.headers["WWW-Authenticate"] = 'Bearer realm="Back Office"'
    return response


def _plain(value: Any) -> Any:
    """Values of ours inside a context, such as the problems of a file, as plain objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _sentences(path: str, messages: Any) -> list[tuple[str, str]]:
    """Marshmallow's nested messages, flat: `variables.name` → a sentence."""
    if isinstance(messages, dict):
        return [
            pair
            for name, inner in messages.items()
            for pair in _sentences(_below(path, name), inner)
        ]
    sentences = messages if isinstance(messages, list) else [messages]
    return [(path, " ".join(map(str, sentences)))]


def _below(path: str, name: Any) -> str:
    # The outermost level says where a field was sent, which its name already tells.
    if not path and name in ("json", "query", "files", "form_and_files"):
        return ""
    if name == "_schema":
        return path
    return f"{path}.{name}" if path else str(name)


def init_blueprint(bp: Blueprint) -> None:
    bp.register_error_handler(BackOfficeError, problem)
    bp.register_error_handler(HTTPError, invalid)
    bp.register_error_handler(HTTPException, http)
    for kind in SUSPECTS:
        bp.register_error_handler(kind, outage)
    bp.register_error_handler(StaleDataError, stale)


def init_app(app: Flask) -> None:
    app.after_request(challenge)
