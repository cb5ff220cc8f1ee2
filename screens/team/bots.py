"""Bots: programs that take tasks, what they can do, and how often they may give up."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_percent
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from core.db import reading, transaction
from core.errors import BackOfficeError, Invalid, NotFound
from screens.cases.names import groups
from screens.team.skills import limit_of, skills_of, written
from web.errors import status_of
from web.person import current_actor
from web.policies import policy
from work import sites, skills
from work.team import bots
from work.team.bots import COUNTED, COUNTED_FROM

bp = Blueprint("bots", __name__, url_prefix="/+bots")


@bp.get("/<name>")
@policy("worker.change")
def show(name: str) -> ResponseReturnValue:
    """One bot of one's teams."""
    with reading() as session:
        return _page(session, name)


@bp.post("/<name>")
@policy("worker.change")
def update(name: str) -> ResponseReturnValue:
    """Declare what a bot can do and may fail; its tasks are counted anew from now on."""
    me, sent = current_actor(), request.form
    try:
        with transaction() as session:
            bots.get(session, name, by=me)
            skills.declare(
                session,
                name,
                skills_of(sent.get("skills", "")),
                site=sent.get("site"),
                in_hand_limit=limit_of(sent.get("in_hand_limit", "")),
                error_limit=_share(sent.get("error_limit", "")),
                by=me,
            )
    except NotFound:
        raise
    except Invalid as error:
        with reading() as session:
            return _page(session, name, error), status_of(error)
    flash(_("Saved. It counts from now on."), "done")
    return redirect(url_for(".show", name=name), 303)


def _page(session: Session, name: str, refused: BackOfficeError | None = None) -> str:
    bot = bots.get(session, name, by=current_actor())
    worker, titles = bot.worker, groups(session)
    limit = worker.error_limit if worker else None
    return render_template(
        "team/bot.html",
        bot=bot,
        groups=[titles.get(group, group) for group in bot.groups],
        problem=str(refused) if refused else "",
        typed=request.form,
        skills=written(worker),
        site=worker.site if worker else None,
        sites=sites.known(session),
        in_hand_limit=worker.in_hand_limit if worker else None,
        error_limit="" if limit is None else f"{limit * 100:g}",
        share=format_percent(bot.failed / bot.count) if bot.count else "",
        counted=COUNTED,
        counted_from=COUNTED_FROM,
    )


def _share(text: str) -> float | None:
    """A percentage as a share from 0 to 1; None for nothing. Raises Invalid."""
    text = text.strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    try:
        share = float(text) / 100
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise Invalid(_("Write a share from 0 to 100 percent, or nothing."))
    return share
