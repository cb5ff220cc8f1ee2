"""What the palette offers for a few typed letters: pages, processes to start, cases."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from core import permissions
from core.db import reading
from core.people import Actor
from engine import definitions, instances
from engine.models import Definition, ProcessInstance
from screens.cases import names
from web import navigation
from web.person import current_actor
from web.policies import policy

bp = Blueprint("palette", __name__, template_folder="templates")

MAX_QUERY = 100
#: Fewer letters match too many cases to be of use.
MIN_CASE_QUERY = 2
MAX_PROCESSES = 200
SHOWN = 6


@bp.get("/palette")
@policy("signed_in")
def search() -> ResponseReturnValue:
    """The matches as a fragment of links; with nothing typed, the pages."""
    query = request.args.get("q", "").strip()[:MAX_QUERY]
    actor = current_actor()
    with reading() as session:
        found = cases(session, actor, query)
        return render_template(
            "palette/results.html",
            query=query,
            pages=pages(actor, query),
            processes=processes(session, actor, query) if query else [],
            cases=found,
            process_names=names.processes(session) if found else {},
        )


def pages(actor: Actor, query: str) -> list[navigation.Place]:
    """The places whose name has a word that begins with each typed word."""
    return [place for place in navigation.places(actor) if matches(str(place.label), query)]


def processes(session: Session, actor: Actor, query: str) -> list[Definition]:
    """The processes that the actor may start and whose name or key matches."""
    if not permissions.may(actor, "instance.start"):
        return []
    found = definitions.find(session, latest=True, limit=MAX_PROCESSES)
    return [
        definition
        for definition in sorted(found, key=lambda each: each.name.casefold())
        if matches(f"start {definition.name} {definition.key.replace('_', ' ')}", query)
        and permissions.may(actor, "instance.start", definition)
    ][:SHOWN]


def cases(session: Session, actor: Actor, query: str) -> list[ProcessInstance]:
    """The newest cases whose business key has the typed letters in it."""
    if len(query) < MIN_CASE_QUERY or not permissions.may(actor, "instance.see"):
        return []
    return instances.find(session, by=actor, text=query, limit=SHOWN)


def matches(words: str, query: str) -> bool:
    """Whether each typed word begins a word of `words`."""
    have = words.lower().split()
    return all(any(word.startswith(part) for word in have) for part in query.lower().split())
