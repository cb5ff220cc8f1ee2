"""Failures as pages: a sentence, what is safe, what to do next, and an id for the operator.

A script (it asks for JSON, or htmx sent it) gets the same in the shape of the API.
"""

import logging
import secrets
from dataclasses import dataclass

from flask import (
    Flask,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from core.errors import (
    BackOfficeError,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
)
from core.outages import SUSPECTS, outage_of
from core.permissions import NotAllowed
from web.addresses import local_path
from web.person import NotSignedIn
from web.wording import say, say_each

log = logging.getLogger(__name__)

#: Kinds to status, the narrow ones first.
STATUS: list[tuple[type[BackOfficeError], int]] = [
    (NotSignedIn, 401),
    (TooLarge, 413),
    (TooMany, 429),
    (NotFound, 404),
    (Invalid, 422),
    (Forbidden, 403),
    (Conflict, 409),
    (Unavailable, 503),
]

#: What Flask itself refuses, in words of ours; a description that a view gave stays.
REFUSALS = {
    400: _l("The request cannot be read."),
    404: _l("There is no such page."),
    405: _l("This address does not take what was sent."),
    413: _l("This is larger than allowed."),
}

#: When to come back after a 503 that does not say so itself, in seconds.
RETRY_AFTER_SECONDS = 2


class ChangedMeanwhile(Conflict):
    """Somebody else changed the same thing at the same moment; try again."""


@dataclass(frozen=True)
class Words:
    """How an error page speaks."""

    title: LazyString
    advice: LazyString
    icon: str


WORDS = {
    400: Words(
        _l("That request cannot be understood"),
        _l("Nothing was changed. Go back, reload the page and try again."),
        "refresh",
    ),
    403: Words(
        _l("You may not open this"),
        _l("Nothing was changed. If you need it for your work, ask an administrator for the role."),
        "lock",
    ),
    404: Words(
        _l("There is nothing here"),
        _l("It may have been removed, or it is not yours to see. Search for it with Ctrl K."),
        "map-search",
    ),
    405: Words(
        _l("That cannot be done here"),
        _l("Nothing was changed. Go back and use the buttons of the page."),
        "hand-stop",
    ),
    409: Words(
        _l("Somebody was faster"),
        _l("Nothing was changed. Reload the page to see what is true now."),
        "refresh",
    ),
    413: Words(
        _l("That is too large"),
        _l("Nothing was stored. Send a smaller file, or split it."),
        "file-alert",
    ),
    422: Words(
        _l("Something in there is not right"),
        _l("Nothing was changed. Go back: what you typed is still there."),
        "forms",
    ),
    429: Words(
        _l("Too many attempts"),
        _l("Nothing was changed. Wait a little, then try again."),
        "hourglass",
    ),
    500: Words(
        _l("Something broke on our side"),
        _l("What was saved before is safe. Try again; if it stays, give the id to your operator."),
        "bug",
    ),
    503: Words(
        _l("Not possible right now"),
        _l("Nothing was lost. Try again in a moment."),
        "hourglass",
    ),
}


def status_of(error: BackOfficeError) -> int:
    """The HTTP status that goes with a kind of error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def known(error: BackOfficeError) -> ResponseReturnValue:
    """A failure that the caller can understand."""
    if isinstance(error, NotSignedIn) and (is_htmx() or not wants_json()):
        return to_sign_in()
    status, message = status_of(error), str(error)
    if isinstance(error, NotAllowed):
        message = _("Your role does not allow this.")
    response = answer(status, type(error).__name__, message, error.context)
    if "retry_after" in error.context:
        response.headers["Retry-After"] = str(error.context["retry_after"])
    return response


def outage(error: Exception) -> ResponseReturnValue:
    """The database cannot do what was asked, and says why; a table that is missing is a bug."""
    found = outage_of(error)
    if found is None:
        return unexpected(error)
    log.warning("%s", found, exc_info=error)
    found.context["retry_after"] = RETRY_AFTER_SECONDS
    return known(found)


def stale(error: StaleDataError) -> ResponseReturnValue:
    """Two changed the same row at the same moment; this one was the slower."""
    return known(ChangedMeanwhile(_("Somebody else changed the same thing at the same moment.")))


def forged(error: CSRFError) -> ResponseReturnValue:
    """A form whose token is missing or old."""
    message = _("This page was open too long, or your browser sent no cookie.")
    return answer(400, "FormOutOfDate", message, {})


def http(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses: no such page, wrong method, too large."""
    status = error.code or 500
    # A page needs addresses, and for a foreign host name none can be built.
    has_no_page = isinstance(error, SecurityError) and not request.path.startswith("/api/")
    if status < 400 or has_no_page:
        return error
    name = type(error).__name__
    said = error.description
    if said is None or said == type(error).description:
        said = REFUSALS.get(status) or said or error.name
    response = answer(status, name, str(said), {})
    for header, value in error.get_headers():
        if header in ("Allow", "Retry-After"):
            response.headers[header] = value
    return response


def unexpected(error: Exception) -> ResponseReturnValue:
    """A bug: logged with an id that the page shows."""
    error_id = secrets.token_hex(4)
    log.exception("unexpected error %s", error_id, extra={"error_id": error_id})
    message = _("The error is recorded under the id %(id)s.", id=error_id)
    return answer(500, "InternalError", message, {"id": error_id})


def answer(status: int, name: str, message: str, context: dict[str, object]) -> Response:
    """The failure as a page, as JSON, or as a notice that htmx puts at the top of the page."""
    message = say(message)
    if isinstance(fields := context.get("fields"), dict):
        context = {**context, "fields": say_each(fields)}
    if wants_json() and not (is_htmx() and status == 422):
        response = jsonify(error=name, message=message, context=context)
    elif is_htmx():
        response = make_response(render_template("errors/notice.html", message=message))
        response.headers["HX-Retarget"] = "[data-notice]"
        response.headers["HX-Reswap"] = "innerHTML"
    else:
        words = WORDS.get(status) or WORDS[400 if status < 500 else 500]
        page = render_template(
            "errors/error.html", words=words, status=status, message=message, context=context
        )
        response = make_response(page)
    response.status_code = status
    return response


def to_sign_in() -> Response:
    """Off to the sign-in page, and back afterwards to this page, or the one the form was on."""
    here = None
    if request.method == "GET" and not is_htmx():
        here = request.full_path.rstrip("?")
    elif not is_htmx():
        here = local_path(request.referrer)
        flash(_("You were signed out meanwhile, so nothing was changed."), "warning")
    address = url_for("signin.new", next=here)
    if is_htmx():
        return Response(status=401, headers={"HX-Redirect": address})
    response = redirect(address, 303)
    return make_response(response)


def is_htmx() -> bool:
    """Whether htmx asks, for a fragment of a page."""
    return "HX-Request" in request.headers


def wants_json() -> bool:
    """Whether a script asks rather than a person's browser."""
    accepts = request.accept_mimetypes
    prefers = accepts.best_match(["text/html", "application/json"]) == "application/json"
    return request.path.startswith("/api/") or prefers or is_htmx()


def init_app(app: Flask) -> None:
    app.register_error_handler(BackOfficeError, known)
    app.register_error_handler(CSRFError, forged)
    for kind in SUSPECTS:
        app.register_error_handler(kind, outage)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)
