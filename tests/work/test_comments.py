import pytest

from core.errors import NotFound
from core.people import SYSTEM, Role, add_person
from tests.conftest import actor
from tests.work import desk
from work import comments, notifications
from work.comments import CommentInvalid


@pytest.fixture
def task(session, clock_at):
    add_person(session, "bob", roles=["associate"], groups=[desk.LANE], by=SYSTEM)
    add_person(session, "eve", roles=["associate"], groups=["elsewhere"], by=SYSTEM)
    desk.deploy(session)
    return desk.arrive(session)


def test_who_is_named_is_told_once_and_reads_it_once(session, task, ada, bob):
    added = comments.add(session, task.instance_id, "@bob please, @bob.", task_id=task.id, by=ada)

    assert added.told == ("bob",)
    (told,) = notifications.of(session, "bob")
    assert (told.kind, told.by, told.task_id) == ("mention", "ada", task.id)
    assert notifications.unread(session, "bob") == 1
    notifications.read(session, by=bob)
    assert notifications.unread(session, "bob") == 0
    assert [each.text for each in comments.of_case(session, task.instance_id, by=bob)] == [
        "@bob please, @bob."
    ]


def test_who_may_not_see_the_case_is_not_told(session, task, ada):
    added = comments.add(session, task.instance_id, "@eve @nobody @ada", by=ada)

    assert (added.told, added.left_out) == ((), ("eve",))
    assert notifications.of(session, "eve") == []


def test_only_who_sees_a_case_comments_on_it(session, task):
    stranger = actor("eve", Role.ASSOCIATE, groups=("elsewhere",))
    with pytest.raises(NotFound):
        comments.add(session, task.instance_id, "hello", by=stranger)
    with pytest.raises(NotFound):
        comments.of_case(session, task.instance_id, by=stranger)


def test_a_task_of_another_case_is_not_commented_on_from_here(session, task, ada):
    other = desk.arrive(session)

    with pytest.raises(NotFound):
        comments.add(session, task.instance_id, "hello", task_id=other.id, by=ada)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_a_comment_says_something_and_not_too_much(session, task, ada, text):
    with pytest.raises(CommentInvalid):
        comments.add(session, task.instance_id, text, by=ada)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob, @carla.f: look", ["bob", "carla.f"]),
        ("mail bob@example.com", []),
        ("(@bob) @bob", ["bob"]),
        ("no one", []),
    ],
)
def test_names_are_found_behind_an_at(text, names):
    assert comments.mentioned(text) == names


def test_old_notifications_are_forgotten(session, task, ada, monkeypatch):
    from datetime import timedelta

    comments.add(session, task.instance_id, "@bob", by=ada)
    assert notifications.forget(session) == 0
    monkeypatch.setattr(notifications, "KEPT_FOR", timedelta(days=-30_000))
    assert notifications.forget(session) == 1
