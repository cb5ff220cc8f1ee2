"""The application of processes that show no pages: the database, and a bell to ring.

Workers and the scheduler find their jobs by name; of the edges they load no more than these need.
"""

import os

from flask import Flask

from backoffice.bell import Bell
from core import db as database
from core import metrics
from core.config import Config
from core.db import transaction

ROOT = os.path.dirname(os.path.dirname(__file__))


def create_app(config: Config) -> Flask:
    """An application without pages. Makes no connection before it is asked for something."""
    app = Flask("back_office", static_folder=None, template_folder=None, root_path=ROOT)
    app.extensions["config"] = config
    app.extensions["ringer"] = Bell(config.redis_url).ring
    database.init_app(app, config)

    def store() -> None:
        with app.app_context(), transaction() as session:
            metrics.flush(session)

    app.extensions["flusher"] = metrics.Flusher(store)
    return app
