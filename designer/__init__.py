"""Edge: where analysts draw processes and forms, keep drafts and deploy them."""

from flask import Flask

from designer import (
    aid_endpoints,
    comment_endpoints,
    endpoints,
    history_views,
    release_endpoints,
    scenario_endpoints,
    share_views,
    together_endpoints,
    trial_endpoints,
    views,
)
from designer.projects import deploy_views, import_views
from designer.projects import views as project_views


def init_app(app: Flask) -> None:
    """Register the designer's pages and what their scripts call."""
    app.register_blueprint(views.bp)
    app.register_blueprint(endpoints.bp)
    app.register_blueprint(trial_endpoints.bp)
    app.register_blueprint(scenario_endpoints.bp)
    app.register_blueprint(release_endpoints.bp)
    app.register_blueprint(aid_endpoints.bp)
    app.register_blueprint(together_endpoints.bp)
    app.register_blueprint(history_views.bp)
    app.register_blueprint(comment_endpoints.bp)
    app.register_blueprint(share_views.bp)
    app.register_blueprint(project_views.bp)
    app.register_blueprint(import_views.bp)
    app.register_blueprint(deploy_views.bp)
