"""The heat map of a process: what happened at its elements, drawn on its diagram."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from core.db import reading
from engine import definitions
from insights.heat import heat_map
from screens.processes import heat
from screens.processes.views import MAX_VERSIONS, bp, chosen
from web.person import current_actor
from web.policies import policy


@bp.get("/<key>/heat-map")
@policy("instance.see")
def heat_of(key: str) -> ResponseReturnValue:
    """Visits, waits, rework, cost or lateness of a process in a period, for one or all versions."""
    asked, me = heat.Asked.from_address(request.args), current_actor()
    with reading() as session:
        versions = definitions.find(session, key=key, limit=MAX_VERSIONS)
        definition = chosen(session, versions, key, asked.version)
        model = definitions.program(session, definition).model
        found = heat_map(session, key, days=asked.days, version=asked.version, by=me)
        return render_template(
            "processes/heat_map.html",
            process=definition,
            asked=asked,
            map=heat.view(found, definition, model, asked),
            measures=list(heat.MEASURES.items()),
            periods=list(heat.PERIODS.items()),
            versions=[each.version for each in versions],
        )
