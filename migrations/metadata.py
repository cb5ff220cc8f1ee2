"""Imports every module that declares rows: what Alembic and the tests compare the database with."""

import importlib

from sqlalchemy import MetaData

from core.model import Model

MODULES = (
    "core.people",
    "core.heartbeat",
    "core.metrics",
    "core.calendars.rows",
    "engine.models",
    "work.models",
    "work.models.team",
    "api.models",
    "designer.models",
    "designer.comment_models",
    "designer.share_models",
    "designer.scenario_models",
    "designer.together_models",
    "designer.projects.models",
)


def import_models() -> MetaData:
    """The tables of all parts."""
    for module in MODULES:
        importlib.import_module(module)
    return Model.metadata
