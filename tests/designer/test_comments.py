"""Comments on a drawing: threads, whom they tell, and where a notification leads."""

import pytest

from core import people
from core.people import SYSTEM, Role
from designer import comments
from designer.comments import About
from designer.contents import UnknownKind
from tests.browsing import add_person
from tests.conftest import actor
from tests.designer.test_pages import Analyst, analyst, config_of
from work import notifications

__all__ = ["Analyst", "analyst"]

DECIDE = About("process", "refund", "decide", "Decide")


@pytest.fixture
def hedy():
    return actor("hedy", Role.ANALYST)


def test_a_thread_is_open_until_it_is_resolved_and_again_when_answered(
    session, grace, hedy, clock_at
):
    first = comments.add(session, DECIDE, " Who does this? ", by=grace).comment
    resolved_at = clock_at(minutes=5)
    comments.resolve(session, first.id, by=hedy)
    comments.resolve(session, first.id, by=grace)
    assert (first.text, first.resolved_at, first.resolved_by) == (
        "Who does this?",
        resolved_at,
        "hedy",
    )

    reply = comments.answer(session, first.id, "Billing does", by=hedy).comment
    again = comments.answer(session, reply.id, "Thanks", by=grace).comment

    assert first.resolved_at is None
    assert (reply.thread_id, again.thread_id) == (first.id, first.id)
    assert comments.of(session, "process", "refund") == [first, reply, again]
    assert comments.of(session, "process", "other") == []
    comments.resolve(session, reply.id, by=grace)
    comments.reopen(session, first.id, by=grace)
    assert first.resolved_by is None


def test_whatever_happens_to_the_comments_changes_their_mark(session, grace, hedy, clock_at):
    marks = [comments.mark(session, "process", "refund")]

    def happened():
        clock_at(seconds=len(marks))
        session.flush()
        marks.append(comments.mark(session, "process", "refund"))

    first = comments.add(session, DECIDE, "Who does this?", by=grace).comment
    happened()
    comments.resolve(session, first.id, by=hedy)
    happened()
    reply = comments.answer(session, first.id, "Billing", by=hedy).comment
    happened()
    comments.take_back(session, reply.id, by=hedy)
    happened()
    comments.add(session, About("process", "other"), "Elsewhere", by=grace)

    assert len(set(marks)) == len(marks) - 1
    assert marks[1] == marks[-1] == comments.mark(session, "process", "refund")


def test_analysts_who_are_named_are_told_and_others_are_not(session, grace):
    for name, role in (("hedy", "analyst"), ("ada", "associate")):
        people.add_person(session, name, roles=[role], by=SYSTEM)

    added = comments.add(session, DECIDE, "@hedy @ada @nobody @grace: fine?", by=grace)

    [told] = notifications.of(session, "hedy")
    assert (told.kind, told.by, told.details["case"]) == ("design_mention", "grace", "Decide")
    assert told.details["comment"] == str(added.comment.id)
    assert set(added.left_out) >= {"ada", "nobody"}
    assert notifications.of(session, "ada") == []


def test_one_takes_back_ones_own_comment_with_its_answers(session, grace, hedy):
    first = comments.add(session, DECIDE, "Wrong", by=grace).comment
    comments.answer(session, first.id, "Why?", by=hedy)

    with pytest.raises(comments.CommentOfAnother, match="grace"):
        comments.take_back(session, first.id, by=hedy)
    comments.take_back(session, first.id, by=grace)
    session.flush()

    assert comments.of(session, "process", "refund") == []
    with pytest.raises(comments.CommentNotFound):
        comments.get(session, first.id)


@pytest.mark.parametrize("text", ["", "  ", "x" * 4_001])
def test_a_comment_has_words(session, grace, text):
    with pytest.raises(comments.CommentInvalid):
        comments.add(session, DECIDE, text, by=grace)


def test_a_comment_is_about_something_that_is_drawn(session, grace, monkeypatch):
    with pytest.raises(UnknownKind):
        comments.add(session, About("picture", "x"), "Nice", by=grace)
    monkeypatch.setattr(comments, "MAX_COMMENTS", 1)
    comments.add(session, DECIDE, "One", by=grace)
    with pytest.raises(comments.TooManyComments):
        comments.add(session, DECIDE, "Two", by=grace)


def test_the_panel_and_the_notification_lead_to_the_drawing(app, analyst):
    add_person("hedy", "analyst")
    page = analyst.begin("Refund")
    key = config_of(analyst.get(page))["draft"]["key"]
    about = {"kind": "process", "key": key, "element": "decide", "element_name": "Decide"}

    said = analyst.send("POST", "/designer/comments", {**about, "text": "@hedy, @x: look"})
    [first] = analyst.get(f"/designer/comments?kind=process&key={key}").json["comments"]
    analyst.send("POST", f"{first['url']}/answers", {"text": "Done"})
    resolved = analyst.send("PUT", f"{first['url']}/resolution")
    listed = analyst.get(f"/designer/comments?kind=process&key={key}").json["comments"]
    reopened = analyst.send("DELETE", f"{first['url']}/resolution")
    hedy = Analyst(app)
    hedy.sign_in("hedy")
    notices = hedy.page("/notifications")

    assert (said.status_code, said.json["left_out"]) == (201, ["x"])
    assert (first["element"], first["by"], first["is_mine"]) == ("decide", "grace", True)
    assert [(each["thread"], each["is_resolved"]) for each in listed] == [
        (None, True),
        (first["id"], False),
    ]
    assert (resolved.status_code, reopened.status_code) == (204, 204)
    assert "grace mentioned you in the drawing of Decide" in notices
    assert hedy.get(first["url"]).location == f"{page}#comments"
    assert analyst.send("DELETE", first["url"]).status_code == 204
    assert hedy.get(first["url"]).status_code == 404


def test_a_comment_outlives_the_draft(app, analyst):
    page = analyst.begin("Refund")
    config = config_of(analyst.get(page))
    analyst.send(
        "POST", "/designer/comments", {"kind": "process", "key": "refund", "text": "Whole"}
    )
    [said] = analyst.get("/designer/comments?kind=process&key=refund").json["comments"]
    analyst.send("POST", config["urls"]["deployment"], {"message": ""})
    analyst.send("DELETE", config["urls"]["draft"])

    assert "/designer/versions/" in analyst.get(said["url"]).location
    assert said["element"] is None
