"""What helps while drawing: firings of timers, values of expressions in cases, data of forms."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from sqlalchemy.orm import Session

from core.db import reading
from core.errors import BackOfficeError, Invalid
from core.model import Json
from core.people import Actor
from designer import drafts, firings, form_data, previews
from engine.bpmn import timers
from engine.bpmn.errors import ElementFailed
from engine.bpmn.extensions import is_feel
from web.i18n import weekday_moment
from web.person import current_actor
from web.policies import policy
from web.wording import say

bp = Blueprint("designer_aids", __name__, url_prefix="/designer")

MAX_TEXT = 10_000


class AidInvalid(Invalid):
    """The request lacks {field}, or it cannot be read."""


def urls() -> Json:
    """Addresses for the scripts of the process designer."""
    return {
        "firings": url_for("designer_aids.list_firings"),
        "cases": url_for("designer_aids.list_cases"),
        "preview": url_for("designer_aids.preview"),
    }


@bp.post("/firings")
@policy("design")
def list_firings() -> ResponseReturnValue:
    """When `{kind, text}` fires next, armed now; of kind "schedule" when it would be due.

    `kind`: "date", "duration", "cycle", or "schedule" with `calendar`. An expression needs `case`
    and `element`, else the answer is empty.
    """
    kind, text = _text("kind"), _text("text").strip()
    if kind != "schedule" and kind not in firings.KINDS:
        raise AidInvalid(field="kind")
    with reading() as session:
        try:
            found = _moments(session, kind, text, by=current_actor())
        except (BackOfficeError, ElementFailed) as error:
            return {"firings": [], "problem": say(error)}
        return {"firings": [_moment(each) for each in found], "problem": None}


@bp.get("/cases")
@policy("design")
def list_cases() -> ResponseReturnValue:
    """The newest cases of the process `key` that the person may see."""
    key = request.args.get("key", "")[:MAX_TEXT]
    with reading() as session:
        found = previews.cases(session, key, by=current_actor())
        return {
            "cases": [
                {
                    "id": str(each.id),
                    "name": each.business_key or f"…{each.id.hex[-8:]}",
                    "started": format_datetime(each.started_at, "short"),
                }
                for each in found
            ]
        }


@bp.post("/previews")
@policy("design")
def preview() -> ResponseReturnValue:
    """What the expression `text` gives at `element` in the case `case`. Stores nothing."""
    case, element, text = _case(_text("case")), _text("element"), _text("text")
    with reading() as session:
        try:
            found = previews.preview(session, case, element, text, by=current_actor())
        except Invalid as error:
            return {"value": None, "warnings": [], "problem": say(error), "isThere": False}
    return {
        "value": found.value,
        "warnings": [say(warning) for warning in found.warnings],
        "problem": None,
        "isThere": found.is_there,
    }


@bp.get("/drafts/<uuid:draft_id>/form-data")
@policy("design")
def show_form_data(draft_id: UUID) -> ResponseReturnValue:
    """The variables that a form's processes know, and data of a past case: `form_data.of_form`."""
    actor = current_actor()
    with reading() as session:
        return form_data.of_form(session, drafts.get(session, draft_id, by=actor), by=actor)


def _moments(session: Session, kind: str, text: str, *, by: Actor) -> list[datetime]:
    value = text
    if is_feel(text) or (kind != "schedule" and not timers.is_literal(text)):
        case = _body().get("case")
        if not isinstance(case, str) or not case:
            return []
        element = _text("element")
        expression = text if is_feel(text) else f"={text}"
        value = previews.value_of(session, _case(case), element, expression, by=by)
    if kind == "schedule":
        calendar = _body().get("calendar")
        return [firings.promised(session, value, calendar if isinstance(calendar, str) else "")]
    return firings.firings(kind, value)


def _moment(at: datetime) -> Json:
    return {"at": at.isoformat(), "words": weekday_moment(at)}


def _case(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise AidInvalid(field="case") from None


def _body() -> Json:
    body = request.get_json()
    if not isinstance(body, dict):
        raise AidInvalid(field="body")
    return body


def _text(field: str) -> str:
    value = _body().get(field)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise AidInvalid(field=field)
    return value
