"""Stalls: which cases wait longer than expected, for what, and whom to ask."""

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.db import reading
from core.errors import Invalid
from engine import stalls
from screens.cases.names import read_names
from screens.stalls import presenting
from web.person import current_actor
from web.policies import policy

bp = Blueprint("stalls", __name__, url_prefix="/stalls", template_folder="templates")

PAGE_SIZE = 50


class CursorInvalid(Invalid):
    """There is no such page."""


@bp.get("")
@policy("incident.see")
def index() -> ResponseReturnValue:
    """What waits too long, noticed first in front."""
    me, process = current_actor(), request.args.get("process", "")
    with reading() as session:
        found = stalls.find(
            session,
            by=me,
            key=process or None,
            after=_after(),
            limit=PAGE_SIZE + 1,
        )
        counts, shown = stalls.counts(session, by=me), found[:PAGE_SIZE]
        names = read_names(session, {each.owner for each in shown})
        return render_template(
            "stalls/index.html",
            stalls=[presenting.stall_view(each, names) for each in shown],
            total=counts.get(process, 0) if process else sum(counts.values()),
            process=process,
            processes=[(key, names.process(key)) for key in sorted({*counts, process} - {""})],
            next=str(shown[-1].id) if len(found) > PAGE_SIZE else None,
        )


def _after() -> UUID | None:
    text = request.args.get("after", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise CursorInvalid from None
