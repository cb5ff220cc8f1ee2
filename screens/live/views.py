"""Server-sent events: an open desk hears what changes."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from core import clock
from web import live
from web.live import Broadcaster
from web.person import current_actor
from web.policies import policy

bp = Blueprint("live", __name__, url_prefix="/live")


@bp.get("")
@policy("task.see")
def listen() -> ResponseReturnValue:
    """What changes for this person; ends after five minutes, to be opened again.

    `?since=` is the moment, in seconds since 1970, of what the page shows.
    """
    broadcaster: Broadcaster = current_app.extensions["live"]
    subscription = broadcaster.subscribe(current_actor(), _since())
    response = Response(live.stream(broadcaster, subscription), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold events back until its buffer is full.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _since() -> datetime:
    now = clock.now()
    seconds = request.args.get("since", type=float)
    # A moment that lies ahead would hide what happens until then.
    return min(now, datetime.fromtimestamp(seconds, UTC)) if seconds is not None else now
