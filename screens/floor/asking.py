"""Numbers of the floor as addresses: what a link opens, and what an address asks for."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import url_for

from work.floor.measures import Asked, FloorAskedWrong
from work.models.queue import EVERYBODY

#: How addresses name the queue of tasks that are offered to every associate.
ALL = "everybody"
#: The two ways to cut the board.
QUEUES, TEAMS = "queues", "teams"


def rows_asked(args: Mapping[str, str]) -> str:
    """Whether the rows are queues or teams."""
    return TEAMS if args.get("rows") == TEAMS else QUEUES


def asked_at(args: Mapping[str, str]) -> Asked:
    """What an address asks for. Raises FloorAskedWrong."""
    return Asked(
        what=args.get("what", "open"),
        queue=_group(args, "queue"),
        team=_group(args, "team"),
        skill=args.get("skill") or None,
        band=_number(args, "band"),
        date=_date(args, "day"),
    )


def page_asked(args: Mapping[str, str]) -> int:
    """The page of a list, from 0. Raises FloorAskedWrong."""
    return _number(args, "page") or 0


def address(asked: Asked) -> dict[str, Any]:
    """Parameters that `asked_at` reads."""
    found: dict[str, Any] = {
        "what": asked.what,
        "queue": _named(asked.queue),
        "team": _named(asked.team),
        "skill": asked.skill,
        "band": asked.band,
        "day": asked.date.isoformat() if asked.date else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def tasks_url(part: Asked, what: str, band: int | None = None) -> str:
    """The list behind one number of a part of the work."""
    return url_for("floor.tasks", **address(replace(part, what=what, band=band)))


def _group(args: Mapping[str, str], name: str) -> str | None:
    value = args.get(name)
    return EVERYBODY if value == ALL else value


def _named(group: str | None) -> str | None:
    return ALL if group == EVERYBODY else group


def _number(args: Mapping[str, str], name: str) -> int | None:
    value = args.get(name)
    if not value:
        return None
    if not value.isdecimal() or len(value) > 6:
        raise FloorAskedWrong(name=name, value=value)
    return int(value)


def _date(args: Mapping[str, str], name: str) -> date | None:
    value = args.get(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise FloorAskedWrong(name=name, value=value) from None
