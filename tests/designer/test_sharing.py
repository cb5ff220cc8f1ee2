"""Share links: whoever has one sees the draft and nothing else, as long as it may be."""

from uuid import UUID

import pytest

from core import people
from core.ids import new_id
from core.people import SYSTEM
from designer import drafts, sharing, starters
from tests.browsing import Browser
from tests.designer.test_pages import Analyst, analyst, config_of

__all__ = ["Analyst", "analyst"]

KEY = "a secret of the tests"
BLANK = starters.get("blank").content("move_in", "Move in")


@pytest.fixture
def draft(session, grace, clock_at):
    people.add_person(session, "grace", roles=["analyst"], by=SYSTEM)
    return drafts.begin(session, "process", BLANK, by=grace)


def test_a_link_works_until_its_time_is_over(session, draft, grace, clock_at):
    token = sharing.token_of(sharing.share(session, draft.id, 7, by=grace).id, KEY)

    assert sharing.shown(session, token, KEY) is draft
    clock_at(days=6, hours=23)
    assert sharing.shown(session, token, KEY) is draft
    clock_at(days=7)
    with pytest.raises(sharing.ShareLinkNotFound):
        sharing.shown(session, token, KEY)


def test_a_revoked_link_shows_nothing_and_its_maker_must_still_draw(session, draft, grace):
    links = [sharing.share(session, draft.id, 1, by=grace) for _ in range(2)]
    tokens = [sharing.token_of(link.id, KEY) for link in links]
    sharing.revoke(session, links[0].id, by=grace)
    sharing.revoke(session, links[0].id, by=grace)

    with pytest.raises(sharing.ShareLinkNotFound):
        sharing.shown(session, tokens[0], KEY)
    assert sharing.shown(session, tokens[1], KEY) is draft
    people.get_person(session, "grace").deactivated_at = links[0].created_at
    session.flush()
    with pytest.raises(sharing.ShareLinkNotFound):
        sharing.shown(session, tokens[1], KEY)


def test_an_address_that_we_did_not_sign_opens_nothing(session, draft, grace):
    link = sharing.share(session, draft.id, 1, by=grace)
    good = sharing.token_of(link.id, KEY)
    other = "B" if good[-2] != "B" else "C"

    for token in (
        "",
        "x",
        good[:-4],
        good[:-2] + other + good[-1],
        sharing.token_of(link.id, "another key"),
        sharing.token_of(new_id(), KEY),
    ):
        with pytest.raises(sharing.ShareLinkNotFound):
            sharing.shown(session, token, KEY)


def test_who_does_not_draw_makes_and_revokes_no_link(session, draft, grace, ada):
    link = sharing.share(session, draft.id, 1, by=grace)

    with pytest.raises(drafts.DraftNotFound):
        sharing.share(session, draft.id, 1, by=ada)
    with pytest.raises(sharing.ShareLinkNotFound):
        sharing.revoke(session, link.id, by=ada)
    with pytest.raises(sharing.ShareLinkLifetime):
        sharing.share(session, draft.id, 365, by=grace)


def test_a_draft_has_so_many_links(session, draft, grace, monkeypatch):
    monkeypatch.setattr(sharing, "MAX_OPEN", 1)
    sharing.share(session, draft.id, 1, by=grace)

    with pytest.raises(sharing.TooManyShareLinks):
        sharing.share(session, draft.id, 1, by=grace)


@pytest.mark.parametrize(
    ("starter", "shows"), [("approval", "data-diagram"), ("decision_form", "data-readonly")]
)
def test_a_stranger_sees_the_draft_and_nothing_else(app, analyst, starter, shows):
    page = analyst.begin("Refund", starter)
    draft_id = config_of(analyst.get(page))["draft"]["id"]
    analyst.post(f"{page}/sharing", days="7")
    sharing_page = analyst.page(f"{page}/sharing")
    link = UUID(sharing_page.split('data-row="')[1][:36])
    token = sharing.token_of(link, app.extensions["config"].secret_key)
    stranger = Browser(app)

    seen = stranger.get(f"/shared/{token}")
    elsewhere = stranger.get(f"/designer/drafts/{draft_id}")
    analyst.post(f"/designer/share-links/{link}/revocation")
    closed = stranger.get(f"/shared/{token}")

    assert f"/shared/{token}" in sharing_page
    assert seen.status_code == 200
    assert shows in seen.text
    assert "Only to look at." in seen.text
    for hidden in (draft_id, "grace", "/designer/drafts", "data-config"):
        assert hidden not in seen.text
    assert seen.headers["Referrer-Policy"] == "no-referrer"
    assert seen.headers["X-Robots-Tag"] == "noindex"
    assert "no-store" in seen.headers["Cache-Control"]
    assert elsewhere.status_code in (302, 303, 401)
    assert closed.status_code == 404
    assert "Refund" not in closed.text
    assert "Revoked" in analyst.page(f"{page}/sharing")


def test_a_lifetime_that_is_not_offered_is_refused_with_the_reason(analyst):
    page = analyst.begin()

    analyst.post(f"{page}/sharing", days="x")

    assert "one of 1, 7, 30, 90 days" in analyst.page(f"{page}/sharing")


def test_strangers_look_so_often_and_see_no_broken_drawing(app, analyst):
    form = analyst.begin("Ask", "decision_form")
    analyst.post(f"{form}/sharing", days="1")
    link = UUID(analyst.page(f"{form}/sharing").split('data-row="')[1][:36])
    token = sharing.token_of(link, app.extensions["config"].secret_key)
    urls = config_of(analyst.get(form))["urls"]
    analyst.send("PUT", urls["draft"], {"content": "{broken", "revision": 1})
    stranger = Browser(app)

    first = stranger.get(f"/shared/{token}")
    answers = [stranger.get("/shared/x").status_code for _ in range(60)]

    assert "This is being drawn right now" in first.text
    assert answers[0] == 404
    assert answers[-1] == 429
