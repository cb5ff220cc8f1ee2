"""The pages people work on: one folder each, with its views and templates."""

from importlib import import_module
from pathlib import Path

from flask import Flask

#: Folders whose `__init__` hands over the blueprint `bp`, in the order of the rail.
SCREENS = [
    "home",
    "signin",
    "palette",
    "inbox",
    "task",
    "live",
    "notices",
    "notes",
    "start",
    "guest",
    "paper",
    "uploads",
    "cases",
    "processes",
    "incidents",
    "stalls",
    "webhooks",
    "floor",
    "queues",
    "team",
    "calendars",
    "people",
    "groups",
    "tokens",
    "mails",
]


def init_app(app: Flask) -> None:
    """Register the blueprint of each screen."""
    for name in SCREENS:
        if (Path(__file__).parent / name / "views.py").exists():
            app.register_blueprint(import_module(f"screens.{name}").bp)
