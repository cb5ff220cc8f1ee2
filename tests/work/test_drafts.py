import pytest

from engine import user_tasks
from tests.work import desk
from work import drafts
from work.drafts import DraftElsewhere, DraftTooLarge


@pytest.fixture
def task(session, clock_at):
    desk.deploy(session)
    return desk.arrive(session)


def test_what_was_typed_is_there_for_whoever_typed_it(session, task, ada, bob):
    drafts.save(session, task.id, {"note": "Called, nobody"}, revision=0, by=ada)

    assert drafts.of(session, task.id, by=ada).answers == {"note": "Called, nobody"}
    assert drafts.of(session, task.id, by=bob) is None


def test_each_saving_goes_on_from_the_one_before(session, task, ada):
    first, _ = drafts.save(session, task.id, {"note": "C"}, revision=0, by=ada)
    revision = first.revision

    second, _ = drafts.save(session, task.id, {"note": "Ca"}, revision=revision, by=ada)

    assert second.revision == revision + 1
    assert drafts.of(session, task.id, by=ada).answers == {"note": "Ca"}


def test_a_window_that_has_not_seen_the_newest_draft_does_not_replace_it(session, task, ada):
    drafts.save(session, task.id, {"note": "here"}, revision=0, by=ada)

    with pytest.raises(DraftElsewhere) as refused:
        drafts.save(session, task.id, {"note": "there"}, revision=0, by=ada)

    assert refused.value.context["revision"] == 1
    assert drafts.of(session, task.id, by=ada).answers == {"note": "here"}


def test_text_is_kept_when_the_task_is_taken_or_done_by_somebody_else(session, task, ada, bob):
    user_tasks.complete(session, task.id, {}, by=bob)

    _, seen = drafts.save(session, task.id, {"note": "too late"}, revision=0, by=ada)

    assert seen.state == "completed"
    assert drafts.of(session, task.id, by=ada).answers == {"note": "too late"}


def test_a_draft_has_a_limit(session, task, ada):
    with pytest.raises(DraftTooLarge):
        drafts.save(session, task.id, {"note": "x" * drafts.MAX_BYTES}, by=ada)


def test_a_draft_that_is_dropped_or_a_month_old_is_gone(session, task, ada, bob, clock_at):
    drafts.save(session, task.id, {"note": "mine"}, by=ada)
    drafts.save(session, task.id, {"note": "his"}, by=bob)

    drafts.drop(session, task.id, by=ada)
    assert drafts.of(session, task.id, by=ada) is None

    clock_at(days=29)
    assert drafts.forget(session) == 0
    clock_at(days=31)
    assert drafts.forget(session) == 1
    session.expire_all()
    assert drafts.of(session, task.id, by=bob) is None
