"""What the palette offers for a few typed letters."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from core.people import Actor
from web import navigation
from web.person import current_actor
from web.policies import policy

bp = Blueprint("palette", __name__, template_folder="templates")

MAX_QUERY = 100


@bp.get("/palette")
@policy("signed_in")
def search() -> ResponseReturnValue:
    """The matches as a fragment of links; with nothing typed, the pages."""
    query = request.args.get("q", "").strip()[:MAX_QUERY]
    actor = current_actor()
    return render_template("palette/results.html", query=query, pages=pages(actor, query))


def pages(actor: Actor, query: str) -> list[navigation.Place]:
    """The places whose name has a word that begins with each typed word."""
    return [place for place in navigation.places(actor) if matches(str(place.label), query)]


def matches(words: str, query: str) -> bool:
    """Whether each typed word begins a word of `words`."""
    have = words.lower().split()
    return all(any(word.startswith(part) for word in have) for part in query.lower().split())
