"""The team: who works here, what they know, when they are away; and lending people."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, dates
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Forbidden, Invalid, NotFound
from core.people import Person, get_person
from core.permissions import may
from screens.cases.names import groups
from screens.team.presenting import absence_view
from screens.team.skills import limit_of, skills_of, written
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work import sites, skills
from work.team import absences, acts, board, bots, covers, lending
from work.team.absences import Wish
from work.team.lending import OfOtherTeams

bp = Blueprint("team", __name__, url_prefix="/team", template_folder="templates")

MOST = 500
LAST_ACTS = 20


@bp.get("")
@policy("queue.see")
def index() -> ResponseReturnValue:
    """The people of one's teams; who leads none sees their own page."""
    me = current_actor()
    if not may(me, "worker.change"):
        return redirect(url_for(".show", name=me.name), 303)
    with reading() as session:
        mates = board.mates(session, by=me)
        lent = {each.person: each for each in lending.find(session, by=me)}
        covered = {each.person: each for each in covers.find(session, by=me)}
        return render_template(
            "team/index.html",
            mates=mates,
            bots=bots.find(session, by=me),
            absent={mate.name: absence_view(mate.absence) for mate in mates if mate.absence},
            has_sites=any(mate.site for mate in mates),
            lent=lent,
            covered=covered,
            titles=groups(session),
            acts=acts.find(session, by=me, limit=LAST_ACTS),
        )


@bp.get("/<name>")
@policy("queue.see")
def show(name: str) -> ResponseReturnValue:
    """One person: skills, limits, absences, cover and lending."""
    with reading() as session:
        return _page(session, name)


@bp.post("/<name>/skills")
@policy("worker.change")
def update_skills(name: str) -> ResponseReturnValue:
    """Declare what somebody knows and how much they take on."""

    def change(session: Session) -> None:
        worker = skills.of(session, name)
        skills.declare(
            session,
            name,
            skills_of(request.form.get("skills", "")),
            site=request.form.get("site"),
            in_hand_limit=limit_of(request.form.get("in_hand_limit", "")),
            error_limit=worker.error_limit if worker else None,
            by=current_actor(),
        )

    return _change(name, change, _("Saved. It counts from now on."))


@bp.post("/<name>/absences")
@policy("queue.see")
def create_absence(name: str) -> ResponseReturnValue:
    """Note when somebody does not work: one's own, or as team leader."""

    def change(session: Session) -> None:
        sent = request.form
        first = _date("first")
        wish = Wish(
            first,
            _date("last") if sent.get("last") else first,
            sent.get("start", "").strip(),
            sent.get("stop", "").strip(),
            sent.get("reason", ""),
        )
        absences.note(session, name, wish, cover=sent.get("cover", ""), by=current_actor())

    return _change(name, change, _("Noted. Nothing is offered then, and due dates follow."))


@bp.post("/<name>/absences/removal")
@policy("queue.see")
def remove_absence(name: str) -> ResponseReturnValue:
    """Somebody works after all."""

    def change(session: Session) -> None:
        absences.end(session, name, _date("first"), by=current_actor())

    return _change(name, change, _("Removed."))


@bp.post("/<name>/covers")
@policy("task.take")
def create_cover(name: str) -> ResponseReturnValue:
    """Name who does somebody's work while they are away."""

    def change(session: Session) -> None:
        covers.name(
            session,
            name,
            request.form.get("cover", ""),
            since=_moment("since"),
            until=_moment("until", is_end=True) or _refuse_date(),
            note=request.form.get("note", ""),
            by=current_actor(),
        )

    return _change(name, change, _("Named. Their tasks go to the cover for that time."))


@bp.post("/<name>/covers/<uuid:cover_id>/end")
@policy("task.take")
def end_cover(name: str, cover_id: object) -> ResponseReturnValue:
    """End a cover before the time."""
    return _change(
        name,
        lambda session: covers.end(session, cover_id, by=current_actor()),  # type: ignore[arg-type]
        _("Ended."),
    )


@bp.post("/<name>/lendings")
@policy("worker.change")
def create_lending(name: str) -> ResponseReturnValue:
    """Let somebody work in another team for a while."""

    def change(session: Session) -> None:
        lending.lend(
            session,
            name,
            request.form.get("group", ""),
            since=_moment("since"),
            until=_moment("until", is_end=True) or _refuse_date(),
            why=request.form.get("why", ""),
            by=current_actor(),
        )

    return _change(name, change, _("Lent. It begins and ends by itself."))


@bp.post("/<name>/lendings/<uuid:lending_id>/end")
@policy("worker.change")
def end_lending(name: str, lending_id: object) -> ResponseReturnValue:
    """Take somebody back before the time."""
    return _change(
        name,
        lambda session: lending.end(session, lending_id, by=current_actor()),  # type: ignore[arg-type]
        _("Back in their own team."),
    )


def _change(name: str, change: object, words: str) -> ResponseReturnValue:
    try:
        with transaction() as session:
            change(session)  # type: ignore[operator]
    except OfOtherTeams as error:
        return _refused(name, error)
    except Forbidden:
        raise
    except (Invalid, Conflict, NotFound) as error:
        return _refused(name, error)
    flash(words, "done")
    return redirect(url_for(".show", name=name), 303)


def _refused(name: str, error: BackOfficeError) -> ResponseReturnValue:
    with reading() as session:
        return _page(session, name, error), status_of(error)


def _page(session: Session, name: str, refused: BackOfficeError | None = None) -> str:
    me = current_actor()
    worker = skills.seen(session, name, by=me)
    person = get_person(session, name)
    leads = may(me, "worker.change")
    titles = groups(session)
    own = {group.name for group in person.groups}
    query = select(Person.name, Person.display_name).where(Person.deactivated_at.is_(None))
    others = session.execute(query.order_by(Person.display_name).limit(MOST))
    return render_template(
        "team/person.html",
        person=person,
        problem=str(refused) if refused else "",
        typed=request.form,
        skills=written(worker),
        site=worker.site if worker else None,
        sites=sites.known(session) if leads else [],
        in_hand_limit=worker.in_hand_limit if worker else None,
        absences=[absence_view(day) for day in absences.find(session, name, by=me)],
        covers=covers.find(session, person=name, by=me),
        lendings=lending.find(session, person=name, by=me),
        titles=titles,
        groups=[("", _("Choose")), *((k, v) for k, v in titles.items() if k not in own)],
        others=[("", _("Choose")), *((key, title) for key, title in others if key != name)],
        leads=leads,
        is_me=name == me.name,
        today=clock.now().date().isoformat(),
        last_day=(clock.now() + absences.AHEAD).date().isoformat(),
    )


def _date(name: str) -> date:
    return dates.day(request.form.get(name, ""))


def _moment(name: str, *, is_end: bool = False) -> datetime | None:
    """A day as a moment by the person's clock: its begin, or its end."""
    if not request.form.get(name):
        return None
    zone = get_timezone() or ZoneInfo("UTC")
    at = time(23, 59, 59) if is_end else time(0)
    return datetime.combine(_date(name), at, ZoneInfo(str(zone))).astimezone(UTC)


def _refuse_date() -> datetime:
    raise dates.DayMissing
