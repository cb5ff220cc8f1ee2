"""The places a person can go: one list for the rail, the bottom bar, the palette and `G` jumps."""

from dataclasses import dataclass
from itertools import groupby

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from core import permissions
from core.people import Actor

BOTTOM_BAR = 4


@dataclass(frozen=True)
class Place:
    """A page of the rail. `verb` is the policy of its view, `key` the letter after `G`."""

    endpoint: str
    label: LazyString
    icon: str
    group: LazyString
    verb: str
    key: str
    #: The label where there is little room: the bar of a phone.
    short: LazyString | None = None

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def is_here(self) -> bool:
        """Whether the present page belongs to this place: same blueprint, or part of it."""
        return _part(request.endpoint or "") == _part(self.endpoint)


DESK, CASES, DESIGN = _l("Desk"), _l("Cases"), _l("Design")
OPERATE, ADMIN = _l("Operate"), _l("Admin")

PLACES = [
    Place("inbox.index", _l("My work"), "inbox", DESK, "task.take", "i"),
    Place("floor.index", _l("Floor"), "activity", DESK, "floor.see", "f"),
    Place(
        "start.index", _l("Start a case"), "player-play", DESK, "instance.start", "s", _l("Start")
    ),
    Place("notices.index", _l("Notifications"), "bell", DESK, "task.see", "b"),
    Place("queues.index", _l("Queues"), "list-check", DESK, "queue.change", "q"),
    Place("team.index", _l("Team"), "users", DESK, "queue.see", "e"),
    Place("calendars.index", _l("Calendars"), "calendar", DESK, "calendar.change", "k"),
    Place("cases.index", _l("Cases"), "briefcase", CASES, "instance.see", "c"),
    Place("designer_projects.index", _l("Projects"), "vector-spline", DESIGN, "design", "d"),
    Place("processes.index", _l("Processes"), "sitemap", DESIGN, "definition.see", "p"),
    Place("incidents.index", _l("Incidents"), "alert-triangle", OPERATE, "incident.see", "o"),
    Place("stalls.index", _l("Waiting too long"), "hourglass", OPERATE, "incident.see", "l"),
    Place("webhooks.index", _l("Webhooks"), "send", OPERATE, "operate", "w"),
    Place("mails.index", _l("Caught mails"), "mail", OPERATE, "signed_in", "m"),
    Place("people.index", _l("People"), "users", ADMIN, "people.manage", "u"),
    Place("groups.index", _l("Groups"), "users-group", ADMIN, "people.manage", "r"),
    Place("tokens.index", _l("API tokens"), "key", ADMIN, "people.manage", "t"),
]

#: What the holder of a role does first, in the order in which roles are looked at.
FIRST = {
    "analyst": "designer_projects.index",
    "associate": "inbox.index",
    "team_leader": "inbox.index",
    "operator": "incidents.index",
    "integrator": "cases.index",
    "administrator": "people.index",
}


def places(actor: Actor) -> list[Place]:
    """Where this actor may go, in the order of the rail."""
    return [place for place in PLACES if _exists(place) and _may(actor, place)]


def grouped(found: list[Place]) -> list[tuple[str, list[Place]]]:
    """The same, under the headings of the rail."""
    return [(str(name), list(group)) for name, group in groupby(found, lambda p: p.group)]


def home(actor: Actor) -> str:
    """The address of what the actor's first role does all day."""
    found = {place.endpoint: place for place in places(actor)}
    for role, endpoint in FIRST.items():
        if role in actor.roles and endpoint in found:
            return found[endpoint].url
    return next(iter(found.values())).url if found else url_for("signin.account")


def _part(endpoint: str) -> str:
    """What an endpoint belongs to: "designer_projects.index" → "designer"."""
    return endpoint.split(".")[0].split("_")[0]


def _exists(place: Place) -> bool:
    if place.endpoint == "mails.index" and not current_app.extensions["config"].demo:
        return False
    return place.endpoint in current_app.view_functions


def _may(actor: Actor, place: Place) -> bool:
    return place.verb == "signed_in" or permissions.may(actor, place.verb)
