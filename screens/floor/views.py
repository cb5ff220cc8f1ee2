"""The floor: the live board, the lists behind its numbers, and what is done from there."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from core import dates
from core.db import reading, transaction
from core.errors import BackOfficeError, Conflict, Invalid, NotFound
from core.people import Actor
from screens.cases.names import groups, labels, read_names
from screens.clocks.presenting import working_time
from screens.floor import presenting
from screens.floor.asking import QUEUES, TEAMS, address, asked_at, page_asked, rows_asked
from screens.floor.presenting import BAND_WORDS
from screens.floor.tasks import task_rows
from web.addresses import local_path
from web.errors import is_htmx, status_of
from web.person import current_actor
from web.policies import policy
from work.floor import acting, board, listing, snapshot
from work.floor.measures import Asked
from work.floor.supply import FEWEST, Hand
from work.models.queue import EVERYBODY
from work.team import lending
from work.team.leading import MAX_TASKS

bp = Blueprint("floor", __name__, url_prefix="/floor", template_folder="templates")

PAGE_SIZE = 50
WHATS = {
    "arrived": _l("Arrived today"),
    "done": _l("Done today"),
    "open": _l("Open"),
    "waiting": _l("Waiting"),
    "in_hand": _l("In hand"),
    "resting": _l("Resting"),
    "at_risk": _l("At risk"),
    "late": _l("Late"),
    "breached": _l("Breached a service level"),
    "due_today": _l("Due today"),
}
WORDS = {
    "first": (_l("Put first"), _l("Before everything else in their queues.")),
    "urgent": (_l("Urgent"), _l("Weighs ten times what the rules say.")),
    "high": (_l("High"), _l("Weighs three times what the rules say.")),
    "normal": (_l("Normal"), _l("Weighs what the rules say.")),
    "low": (_l("Low"), _l("Weighs a fifth of what the rules say.")),
    "not_first": (_l("No longer first"), _l("Back to their own places.")),
}


@dataclass(frozen=True)
class Choice:
    """What a form of the floor was filled in with, or begins with."""

    #: None: nobody has typed yet.
    why: str | None
    value: str = ""
    until: str = ""


@bp.get("")
@policy("floor.see")
def index() -> ResponseReturnValue:
    """The board."""
    rows = rows_asked(request.args)
    with reading() as session:
        return render_template("floor/index.html", **_board(session, rows))


@bp.get("/now")
@policy("floor.see")
def now() -> ResponseReturnValue:
    """The numbers alone: an open board brings itself up to date with them."""
    rows = rows_asked(request.args)
    with reading() as session:
        return render_template("floor/board.html", **_board(session, rows))


@bp.get("/tasks")
@policy("floor.see")
def tasks() -> ResponseReturnValue:
    """The tasks behind one number."""
    asked, page, me = asked_at(request.args), page_asked(request.args), current_actor()
    with reading() as session:
        found = listing.find(session, asked, by=me, offset=page * PAGE_SIZE, limit=PAGE_SIZE)
        names = read_names(session)
        here = {**address(asked), "page": page or None}
        return render_template(
            "floor/tasks.html",
            asked=asked,
            title=str(WHATS[asked.what]),
            of=_part(asked, groups(session)),
            count=found.count,
            rows=task_rows(found.tasks, me, names, labels(session, found.tasks)),
            is_of_open=asked.is_of_open,
            words=[(key, words) for key, (words, _about) in WORDS.items()],
            previous=url_for(".tasks", **{**here, "page": page - 1 or None}) if page else None,
            next=url_for(".tasks", **{**here, "page": page + 1})
            if (page + 1) * PAGE_SIZE < found.count
            else None,
            here=url_for(".tasks", **here),
            priority_url=url_for(".priority", **address(asked)),
        )


@bp.get("/people")
@policy("floor.see")
def people() -> ResponseReturnValue:
    """Who stands behind hours of work, where they are enough not to be singled out."""
    skill = request.args.get("skill", "")
    with reading() as session:
        found = listing.able(session, skill, by=current_actor())
        return render_template(
            "floor/people.html",
            title=presenting.skill_words(skill),
            skill=skill,
            count=found.people,
            time=working_time(found.seconds),
            fewest=FEWEST,
            titles=groups(session),
            hands=[(hand, working_time(left)) for hand, left in found.each or ()],
            is_told=found.each is not None,
        )


@bp.get("/priority")
@policy("task.assign")
def priority() -> ResponseReturnValue:
    """What to say of all the tasks behind a number."""
    with reading() as session:
        return _priority_form(session, Choice(None, "urgent"))


@bp.post("/priority")
@policy("task.assign")
def update_priority() -> ResponseReturnValue:
    """Say it: of the selected tasks, or of all behind the number."""
    why, word, me = request.form.get("why", ""), request.form.get("word", ""), current_actor()
    selected = request.form.getlist("task", type=UUID)
    try:
        with transaction() as session:
            if "selected" in request.form:
                changed = acting.change(session, selected[:PAGE_SIZE], word, why=why, by=me)
            else:
                asked = asked_at(request.form)
                changed = acting.change_all(session, asked, word, why=why, by=me)
    except (Invalid, Conflict, NotFound) as error:
        with reading() as session:
            return _priority_form(session, Choice(why, word), error, selected), status_of(error)
    with reading() as session:
        snapshot.forget(session)
    done = len(changed.done)
    flash(
        ngettext(
            "%(num)d task changed: %(what)s.",
            "%(num)d tasks changed: %(what)s.",
            done,
            what=str(WORDS[word][0]),
        ),
        "done",
    )
    if changed.refused:
        reason = next(iter(changed.refused.values()))
        flash(
            ngettext(
                "%(num)d task stays as it is: %(why)s",
                "%(num)d tasks stay as they are, for example: %(why)s",
                len(changed.refused),
                why=reason,
            ),
            "warning",
        )
    return redirect(local_path(request.form.get("next")) or url_for(".index"), 303)


@bp.get("/lend")
@policy("worker.change")
def lend() -> ResponseReturnValue:
    """Whom to lend, where to, and until when."""
    with reading() as session:
        return _lend_form(session, Choice(None))


@bp.post("/lend")
@policy("worker.change")
def create_lending() -> ResponseReturnValue:
    """Lend a person until the end of a day."""
    me, typed = current_actor(), request.form
    choice = Choice(typed.get("why", ""), typed.get("person", ""), typed.get("until", ""))
    try:
        with transaction() as session:
            made = lending.lend(
                session,
                choice.value,
                typed.get("team", ""),
                until=_end_of(session, choice.until, me),
                why=choice.why or "",
                by=me,
            )
            person, team = made.person, made.group_name
    except (Invalid, Conflict, NotFound) as error:
        with reading() as session:
            return _lend_form(session, choice, error), status_of(error)
    with reading() as session:
        snapshot.forget(session)
        shown = read_names(session, [person])
        words = _(
            "%(person)s works for %(team)s now.",
            person=shown.person(person),
            team=shown.group(team),
        )
    flash(words, "done")
    return redirect(local_path(typed.get("next")) or url_for(".index"), 303)


def _board(session: Session, rows: str) -> dict[str, object]:
    found = board.look(session, by=current_actor())
    return {
        "board": presenting.board_view(found, rows, groups(session)),
        "rows": rows,
        "cuts": [
            (QUEUES, _("By queue"), url_for(".index")),
            (TEAMS, _("By team"), url_for(".index", rows=TEAMS)),
        ],
        "now_url": url_for(".now", rows=None if rows == QUEUES else rows),
        "here": url_for(".index", rows=None if rows == QUEUES else rows),
        "bands": BAND_WORDS,
    }


def _part(asked: Asked, titles: dict[str, str]) -> list[str]:
    """Which part of the work a list is about, in words."""
    found = []
    if asked.queue is not None:
        found.append(str(_("queue %(name)s", name=presenting.title_of(asked.queue, titles))))
    if asked.team is not None:
        found.append(str(_("team %(name)s", name=presenting.title_of(asked.team, titles))))
    if asked.skill:
        found.append(str(_("skill %(name)s", name=presenting.skill_words(asked.skill))))
    if asked.band is not None:
        found.append(str(_("age: %(age)s", age=BAND_WORDS[asked.band])))
    return found


def _priority_form(
    session: Session,
    choice: Choice,
    refused: BackOfficeError | None = None,
    selected: list[UUID] | None = None,
) -> str:
    asked = asked_at(request.values)
    count = len(selected) if selected else listing.find(session, asked, by=current_actor()).count
    part = _part(asked, groups(session))
    return render_template(
        "floor/priority_form.html" if is_htmx() else "floor/priority.html",
        asked=address(asked),
        what=str(WHATS[asked.what]),
        part=part,
        count=min(count, MAX_TASKS),
        beyond=max(0, count - MAX_TASKS),
        selected=selected or [],
        words=[(key, words, about) for key, (words, about) in WORDS.items()],
        word=choice.value,
        why=_reason(session, asked) if choice.why is None else choice.why,
        problem=str(refused) if refused else "",
        next=local_path(request.values.get("next")) or url_for(".index"),
        whats=[
            (str(WHATS[key]), url_for(".priority", **{**address(asked), "what": key}), key)
            for key in ("late", "at_risk", "due_today", "waiting", "open")
        ],
        here=asked.what,
    )


def _lend_form(session: Session, choice: Choice, refused: BackOfficeError | None = None) -> str:
    me, titles = current_actor(), groups(session)
    skill, team = request.values.get("skill", ""), request.values.get("team", "")
    teams = _teams(session, me, titles)
    if not team and teams:
        team = teams[0][0]
    able = listing.lendable(session, team, skill, by=me)
    own = board.groups_of(me)
    people = [
        (
            hand.name,
            hand.display_name,
            _about_hand(hand, titles),
            hand.is_in(own),
        )
        for hand in able
    ]
    day = snapshot.current(session).day.date
    return render_template(
        "floor/lend_form.html" if is_htmx() else "floor/lend.html",
        team=team,
        teams=teams,
        team_title=titles.get(team, team),
        skill=skill,
        skill_words=presenting.skill_words(skill) if skill else "",
        people=people,
        person=choice.value or (people[0][0] if people else ""),
        until=choice.until or day.isoformat(),
        first=day.isoformat(),
        why=_reason(session, Asked(team=team, skill=skill or None))
        if choice.why is None
        else choice.why,
        problem=str(refused) if refused else "",
        next=local_path(request.values.get("next")) or url_for(".index"),
    )


def _reason(session: Session, asked: Asked) -> str:
    """What the floor says of a part of the work, for those who have nothing to add to it."""
    me = current_actor()
    late, risky = (
        listing.find(session, replace(asked, what=what, band=None, date=None), by=me, limit=1).count
        for what in ("late", "at_risk")
    )
    if not late and not risky:
        return ""
    said = _("%(late)s late, %(risk)s at risk", late=late, risk=risky)
    return ": ".join([*_part(asked, groups(session)), str(said)])


def _teams(session: Session, me: Actor, titles: dict[str, str]) -> list[tuple[str, str]]:
    """Teams that somebody may be lent to, those with most that presses first."""
    rows = [row.name for row in board.look(session, by=me).teams if row.name != EVERYBODY]
    own = board.groups_of(me)
    others = [name for name in titles if name not in rows and (own is None or name in own)]
    return [(name, titles.get(name, name)) for name in [*rows, *others]]


def _about_hand(hand: Hand, titles: dict[str, str]) -> str:
    teams = ", ".join(titles.get(name, name) for name in hand.groups)
    known = (presenting.skill_words(f"{name}:{level}") for name, level in hand.skills.items())
    return " · ".join(filter(None, (teams, hand.site, ", ".join(known))))


def _end_of(session: Session, until: str, me: Actor) -> datetime:
    """The end of a day by the clock of the office."""
    day = dates.day(until)
    zone: ZoneInfo = board.look(session, by=me).day.zone
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
