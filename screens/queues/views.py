"""Queues: what waits in each, and how each is given out."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.calendars import OFFICE, BusinessCalendar
from core.db import reading, transaction
from core.errors import BackOfficeError, Invalid, NotFound
from core.permissions import may
from engine import definitions
from engine.models import Definition
from screens.cases.names import groups
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work import queue_settings
from work.models import WorkQueue
from work.models.queue import EVERYBODY
from work.queue_settings import Settings
from work.team import board

bp = Blueprint("queues", __name__, url_prefix="/queues", template_folder="templates")

#: How addresses name the queue of tasks that are offered to every associate.
ALL = "everybody"
MODES = {
    "open": (_l("Open list"), _l("People choose from My work, or get the next.")),
    "pull": (_l("Get next"), _l("Associates get the next task in order and do not choose.")),
    "push": (_l("Offered"), _l("Work is offered to who is here and has a free hand.")),
}
FIELDS = (
    "mode",
    "calendar",
    "target",
    "look_ahead",
    "guard",
    "offer",
    "in_hand",
    "shared",
    "rules",
    "recovery",
)
MINUTE, HOUR = 60, 3_600
MAX_TABLES = 200


@bp.get("")
@policy("queue.see")
def index() -> ResponseReturnValue:
    """All queues with what waits in them."""
    me = current_actor()
    with reading() as session:
        titles = groups(session)
        loads = board.loads(session, by=me)
        rows = [
            (queue, _title(queue.group_name, titles), loads.get(queue.group_name, board.Load()))
            for queue in queue_settings.find(session, by=me)
        ]
        tables = {each.key: each for each in _tables(session)}
        return render_template("queues/index.html", rows=rows, modes=MODES, all=ALL, tables=tables)


@bp.get("/<group>")
@policy("queue.see")
def edit(group: str) -> ResponseReturnValue:
    """One queue and its settings."""
    with reading() as session:
        queue = queue_settings.get(session, _name(group), by=current_actor())
        return _page(session, group, _typed_of(queue), queue)


@bp.post("/<group>")
@policy("queue.change")
def update(group: str) -> ResponseReturnValue:
    """Set how a queue is given out; it holds at once."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        settings = _settings(typed)
        with transaction() as session:
            queue_settings.put(session, _name(group), settings, by=current_actor())
    except (Invalid, NotFound) as error:
        return _refused(group, typed, error)
    flash(_("Saved. It holds from now on."), "done")
    return redirect(url_for(".index"), 303)


def _refused(group: str, typed: dict[str, str], error: BackOfficeError) -> ResponseReturnValue:
    with reading() as session:
        queue = queue_settings.get(session, _name(group), by=current_actor())
        return _page(session, group, typed, queue, str(error)), status_of(error)


def _page(
    session: Session, group: str, typed: dict[str, str], queue: WorkQueue, problem: str = ""
) -> str:
    calendars = session.execute(select(BusinessCalendar.name, BusinessCalendar.title)).all()
    named = {OFFICE: OFFICE, **dict(calendars)}
    tables = _tables(session)
    return render_template(
        "queues/form.html",
        group=group,
        title=_title(_name(group), groups(session)),
        typed=typed,
        problem=problem,
        rules_problem=queue.rules_problem,
        modes=[(key, words, about) for key, (words, about) in MODES.items()],
        calendars=sorted(named.items()),
        tables=[("", _("No rules")), *((each.key, each.name or each.key) for each in tables)],
        table=next((each for each in tables if each.key == queue.rules), None),
        may_change=may(current_actor(), "queue.change"),
    )


def _tables(session: Session) -> list[Definition]:
    """Decisions that a queue may take its rules from, as they are deployed last."""
    return definitions.find(session, latest=True, kind="decision", limit=MAX_TABLES)


def _typed_of(queue: WorkQueue) -> dict[str, str]:
    return {
        "mode": queue.mode,
        "calendar": queue.calendar,
        "target": _plain(queue.target_seconds / HOUR),
        "look_ahead": _plain(queue.look_ahead_seconds / HOUR),
        "guard": _plain(queue.guard_seconds / HOUR),
        "offer": _plain(queue.offer_seconds / MINUTE),
        "in_hand": str(queue.in_hand_limit),
        "shared": "" if queue.shared_limit is None else str(queue.shared_limit),
        "rules": queue.rules or "",
        "recovery": "on" if queue.recovery else "",
    }


def _settings(typed: dict[str, str]) -> Settings:
    return Settings(
        mode=typed.get("mode", "open"),
        calendar=typed.get("calendar") or OFFICE,
        target_seconds=round(_number(typed, "target") * HOUR),
        look_ahead_seconds=round(_number(typed, "look_ahead") * HOUR),
        guard_seconds=round(_number(typed, "guard") * HOUR),
        offer_seconds=round(_number(typed, "offer") * MINUTE),
        in_hand_limit=round(_number(typed, "in_hand")),
        shared_limit=round(_number(typed, "shared")) if typed.get("shared") else None,
        rules=typed.get("rules") or None,
        recovery=typed.get("recovery") == "on",
    )


def _number(typed: dict[str, str], name: str) -> float:
    try:
        found = float(typed.get(name, "").replace(",", "."))
    except ValueError:
        raise Invalid(_("Write a number, for example 4 or 0.5.")) from None
    if not 0 <= found < 1e6:
        raise Invalid(_("That number is too large."))
    return found


def _plain(number: float) -> str:
    return f"{number:g}"


def _title(name: str, titles: dict[str, Any]) -> str:
    return str(_("Everybody")) if name == EVERYBODY else titles.get(name) or name


def _name(group: str) -> str:
    return EVERYBODY if group == ALL else group
