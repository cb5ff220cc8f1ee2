"""Calendars: the list, one with its next days, and what a change would do before it is saved."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import OFFICE, BusinessCalendar, CalendarNotFound, Opening
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid, NotFound
from core.people import Person
from core.permissions import may
from screens.calendars.form import CalendarForm
from web.errors import status_of
from web.i18n import weekday
from web.person import current_actor
from web.policies import policy
from work import due_dates

bp = Blueprint("calendars", __name__, url_prefix="/calendars", template_folder="templates")

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
#: Days that a preview shows, and calendars that a list does.
NEXT_DAYS = 14
MOST = 500


@dataclass(frozen=True)
class PreviewDay:
    """One of the next days, with its hours in words."""

    day: date
    words: str
    hours: str
    is_different: bool


@bp.get("")
@policy("calendar.see")
def index() -> ResponseReturnValue:
    """All calendars, and which is open now."""
    now = clock.now()
    with reading() as session:
        rows = calendars.find(session, by=current_actor(), limit=MOST)
        names = sorted({OFFICE, *(row.name for row in rows)})
        titles = {row.name: row for row in rows}
        shown = [(titles.get(name), calendars.named(session, name)) for name in names]
        return render_template(
            "calendars/index.html",
            rows=[(row, each, each.is_open(now)) for row, each in shown],
            may_change=may(current_actor(), "calendar.change"),
        )


@bp.get("/+new")
@policy("calendar.change")
def new() -> ResponseReturnValue:
    """The form for a new calendar."""
    with reading() as session:
        return _page(session, CalendarForm(based_on=OFFICE, own_week=False), is_new=True)


@bp.get("/<name>")
@policy("calendar.see")
def edit(name: str) -> ResponseReturnValue:
    """One calendar and its next days."""
    with reading() as session:
        return _page(session, _stored(session, name))


@bp.post("")
@policy("calendar.change")
def save() -> ResponseReturnValue:
    """Put a calendar, or show what it would say."""
    form = CalendarForm.from_request(request.form)
    is_new = "is_new" in request.form
    if "preview" in request.form:
        with reading() as session:
            return _page(session, form, is_new=is_new)
    try:
        with transaction() as session:
            calendars.put(session, form.name, form.wanted(), by=current_actor())
    except (Invalid, Conflict, NotFound) as error:
        with reading() as session:
            return _page(session, form, is_new=is_new, refused=error), status_of(error)
    flash(_("Saved. Due dates that count in it follow within seconds."), "done")
    return redirect(url_for(".edit", name=form.name), 303)


@bp.post("/<name>/removal")
@policy("calendar.change")
def remove(name: str) -> ResponseReturnValue:
    """Remove a calendar that nothing counts in."""
    with transaction() as session:
        due_dates.remove_calendar(session, name, by=current_actor())
    flash(_("Removed."), "done")
    return redirect(url_for(".index"), 303)


def _stored(session: Session, name: str) -> CalendarForm:
    try:
        return CalendarForm.of(calendars.get(session, name, by=current_actor()))
    except CalendarNotFound:
        if name != OFFICE:
            raise
        return CalendarForm(name=OFFICE, title=OFFICE, zone="UTC")


def _page(
    session: Session,
    form: CalendarForm,
    *,
    is_new: bool = False,
    refused: BackOfficeError | None = None,
) -> str:
    problem, opening = (str(refused) if refused else ""), None
    try:
        opening = calendars.imagined(session, form.name or "new", form.wanted())
    except BackOfficeError as error:
        problem = problem or str(error)
    others = session.execute(
        select(BusinessCalendar.name, BusinessCalendar.title).order_by(BusinessCalendar.title)
    )
    bases = {OFFICE: OFFICE, **dict(others.all())}
    bases.pop(form.name, None)
    people = session.execute(
        select(Person.name, Person.display_name)
        .where(Person.deactivated_at.is_(None))
        .order_by(Person.display_name)
        .limit(MOST)
    )
    return render_template(
        "calendars/form.html",
        form=form,
        is_new=is_new,
        problem=problem,
        next_days=[] if opening is None else _next_days(opening),
        zone=opening.zone if opening else "",
        weekdays=[str(day) for day in WEEKDAYS],
        bases=[("", _("Nothing: it stands alone")), *sorted(bases.items())],
        people=[("", _("Nobody: it is for a team or site")), *((n, d) for n, d in people)],
        may_change=may(current_actor(), "calendar.change"),
    )


def _next_days(opening: Opening) -> list[PreviewDay]:
    today = clock.now().astimezone(ZoneInfo(opening.zone)).date()
    days = [today + timedelta(days=number) for number in range(NEXT_DAYS)]
    return [
        PreviewDay(
            day,
            weekday(day),
            ", ".join("–".join(shift.texts()) for shift in opening.shifts_on(day)),
            tuple(opening.shifts_on(day)) != tuple(opening.week[day.weekday()]),
        )
        for day in days
    ]
