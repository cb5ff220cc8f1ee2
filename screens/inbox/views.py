"""My work: list, claim and release tasks."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.orm import Session

from core import clock, permissions
from core.db import glancing, reading, transaction
from core.people import Actor, Person
from engine import user_tasks
from engine.models import UserTask
from screens.cases.names import groups, labels, names_in, processes
from screens.inbox import bulk, day, presenting, saved
from screens.inbox.asking import CLOCKS, DUE, ORDERS, PAGE_SIZE, RESTING, VIEWS, Asked, cursor
from screens.task.undoing import undoable
from web.addresses import local_path
from web.errors import is_htmx
from web.person import current_actor
from web.policies import policy
from work import assignment, queues
from work.errors import HandsFull, QueueFull
from work.sla import finding

bp = Blueprint("inbox", __name__, url_prefix="/work", template_folder="templates")
bp.register_blueprint(bulk.bp)
bp.register_blueprint(saved.bp)
bp.register_blueprint(day.bp)

#: How far the list of people to give tasks to goes.
MAX_PEOPLE = 500


@dataclass(frozen=True)
class Page:
    """One page of tasks and where the next begins."""

    tasks: list[UserTask]
    next: str | None


@bp.get("")
@policy("task.take")
def index() -> ResponseReturnValue:
    """The tasks of one view, due and late first."""
    me, asked = current_actor(), Asked.from_address(request.args)
    with reading() as session:
        return render_template(
            "inbox/index.html",
            **_listed(session, asked, me),
            processes=list(processes(session).items()),
            groups=_groups(session, me),
            due_choices=list(DUE.items()),
            clock_choices=list(CLOCKS.items()),
            orders=list(ORDERS.items()),
            saved=saved.links(session, asked, me),
            undoable=undoable(session, me),
        )


@bp.get("/rows")
@policy("task.take")
def rows() -> ResponseReturnValue:
    """The list of the same address alone: an open page brings itself up to date with it."""
    me, asked = current_actor(), Asked.from_address(request.args)
    with glancing() as session:
        return render_template("inbox/rows.html", **_listed(session, asked, me))


@bp.post("/next")
@policy("task.take")
def get_next() -> ResponseReturnValue:
    """Claim what it costs most to leave waiting, and open it."""
    try:
        with transaction() as session:
            given = queues.give_next(session, by=current_actor())
    except HandsFull as error:
        words = ngettext(
            "You have %(num)d task in hand. Complete or release it before you get the next.",
            "You have %(num)d tasks in hand. Complete or release one before you get the next.",
            error.context["count"],
        )
        flash(words, "warning")
        return redirect(url_for(".index"), 303)
    except QueueFull:
        flash(_("Your team has its hands full: something must be completed first."), "warning")
        return redirect(url_for(".index"), 303)
    if given is None:
        flash(_("Nothing waits for you right now."), "done")
        return redirect(url_for(".index"), 303)
    return redirect(url_for("task.show", task_id=given.task.id), 303)


@bp.post("/<uuid:task_id>/claim")
@policy("task.take")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Reserve a task for oneself, from the list."""
    with transaction() as session:
        task = assignment.claim(session, task_id, by=current_actor())
        return _changed(session, task, _("Claimed: %(name)s", name=task.name))


@bp.post("/<uuid:task_id>/release")
@policy("task.take")
def release(task_id: UUID) -> ResponseReturnValue:
    """Give a task back to its groups, from the list."""
    with transaction() as session:
        task = user_tasks.release(session, task_id, by=current_actor())
        return _changed(session, task, _("Released: %(name)s", name=task.name))


def _changed(session: Session, task: UserTask, words: str) -> ResponseReturnValue:
    """The row as it is now, or back to the list for a plain form."""
    here = local_path(request.form.get("next")) or url_for(".index")
    if not is_htmx():
        flash(words, "done")
        return redirect(here, 303)
    me = current_actor()
    return render_template(
        "inbox/changed.html",
        row=presenting.row(
            task,
            me,
            names_in(session, [task]),
            labels(session, [task]),
            finding.of_tasks(session, [task]).get(task.id),
        ),
        views=_views(session, _asked_at(here), me),
        here=here,
    )


def _listed(session: Session, asked: Asked, me: Actor) -> dict[str, Any]:
    """What the list of tasks needs."""
    page = _page(session, asked, me)
    return {
        "asked": asked,
        "rows": presenting.rows(
            page.tasks,
            me,
            names_in(session, page.tasks),
            labels(session, page.tasks),
            finding.of_tasks(session, page.tasks),
        ),
        "next": page.next,
        "views": _views(session, asked, me),
        "people": _people(session) if permissions.may(me, "task.assign") else [],
        "here": url_for(".index", **asked.address(), after=asked.after or None),
        "clear_url": url_for(".index", view=asked.view if asked.view != "mine" else None),
    }


def _page(session: Session, asked: Asked, me: Actor) -> Page:
    found = user_tasks.find(
        session,
        by=me,
        state="open",
        mine=asked.view in ("mine", RESTING),
        groups=asked.view == "groups",
        key=asked.process or None,
        group=asked.group or None,
        text=asked.words or None,
        having=asked.having,
        due_before=asked.due_before(clock.now()),
        also=_also(asked),
        order=asked.sort,
        after=cursor(asked.after),
        limit=PAGE_SIZE + 1,
    )
    tasks = found[:PAGE_SIZE]
    return Page(tasks, str(tasks[-1].id) if len(found) > PAGE_SIZE else None)


def _also(asked: Asked) -> ColumnElement[bool]:
    """What the view and the filter of service levels ask beside the rest."""
    wanted = [finding.tasks_that_go(asked.clock)] if asked.clock else []
    if asked.view == RESTING:
        wanted.append(UserTask.follow_up_at > clock.now())
    elif asked.view != "all":
        wanted.append(user_tasks.not_resting())
    return and_(true(), *wanted)


def _views(session: Session, asked: Asked, me: Actor) -> list[presenting.ViewLink]:
    counts = user_tasks.counts(session, by=me)
    numbers = {
        "mine": counts.mine,
        "groups": counts.groups,
        "all": counts.seen,
        RESTING: counts.resting,
    }
    return [
        presenting.ViewLink(
            key=key,
            label=str(label),
            count=numbers[key],
            url=url_for(".index", **asked.address(view=key)),
            is_here=key == asked.view,
        )
        for key, label in VIEWS.items()
        if key != RESTING or numbers[key] or asked.view == key
    ]


def _people(session: Session) -> list[tuple[str, str]]:
    """Whom selected tasks can be given to."""
    query = select(Person.name, Person.display_name).where(Person.deactivated_at.is_(None))
    rows = session.execute(query.order_by(Person.display_name).limit(MAX_PEOPLE))
    return [(row.name, row.display_name) for row in rows]


def _groups(session: Session, me: Actor) -> list[tuple[str, str]]:
    """The person's own groups; who has none to choose from sees all."""
    return [(name, title) for name, title in groups(session).items() if name in me.groups]


def _asked_at(address: str) -> Asked:
    """What was asked for on the page where a row was changed."""
    return Asked.from_address(dict(parse_qsl(urlsplit(address).query)))
