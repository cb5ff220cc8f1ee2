"""My day: what a person completed today, beside their own past."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from core.db import reading
from screens.team.days import figures
from web.i18n import time_zone
from web.person import current_actor
from web.policies import policy
from work.days import own_days

bp = Blueprint("day", __name__)


@bp.get("/day")
@policy("task.take")
def show() -> ResponseReturnValue:
    """Today against one's own last four weeks."""
    with reading() as session:
        found = own_days(session, ZoneInfo(time_zone()), by=current_actor())
    return render_template("inbox/day.html", **figures(found))
