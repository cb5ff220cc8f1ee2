"""Puts the API together; what only needs a part of it, as the scheduler does, loads no more."""

from apiflask import APIBlueprint
from flask import Flask

from api import (
    absences,
    auth,
    bodies,
    calendars,
    comments,
    decisions,
    deployments,
    drafts,
    errors,
    execution_log,
    files,
    floor,
    guest_links,
    health,
    heat_maps,
    incidents,
    leading,
    messages,
    notifications,
    openapi,
    process_definitions,
    process_instances,
    queues,
    rate_limit,
    replays,
    retention,
    saved_views,
    service_tasks,
    sla_clocks,
    stalls,
    team,
    user_tasks,
    variables,
    webhooks,
)

bp = APIBlueprint("api", __name__, url_prefix="/api/v1")
bp.before_request(auth.recognise)
bp.before_request(rate_limit.require_within_limit)
bp.before_request(auth.refuse)
bp.before_request(bodies.check_address)
bp.after_request(auth.keep_private)
errors.init_blueprint(bp)
for resource in (
    deployments,
    replays,
    process_definitions,
    heat_maps,
    process_instances,
    execution_log,
    variables,
    user_tasks,
    drafts,
    saved_views,
    comments,
    files,
    notifications,
    guest_links,
    messages,
    incidents,
    stalls,
    service_tasks,
    decisions,
    webhooks,
    retention,
    calendars,
    team,
    absences,
    leading,
    floor,
    queues,
    sla_clocks,
):
    bp.register_blueprint(resource.bp)


def init_app(app: Flask) -> None:
    """Wire the API. `app.extensions["config"]` is there already."""
    # apiflask reads these when a request does not fit its schema.
    app.config.setdefault("VALIDATION_ERROR_STATUS_CODE", 422)
    app.config.setdefault("VALIDATION_ERROR_DESCRIPTION", "Not valid")
    app.register_blueprint(bp)
    app.register_blueprint(openapi.bp)
    app.register_blueprint(health.bp)
    rate_limit.init_app(app)
    errors.init_app(app)
