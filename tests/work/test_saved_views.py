import pytest

from core.people import Role
from tests.conftest import actor
from work import saved_views
from work.saved_views import NotYourGroup, TooManyViews, ViewInvalid, ViewNotFound

LATE = {"view": "groups", "due": "late"}


def names(session, by):
    return [view.name for view in saved_views.of(session, by)]


def test_a_view_follows_its_owner_and_stays_theirs(session, ada, bob):
    saved_views.save(session, " Late ", LATE, by=ada)

    (view,) = saved_views.of(session, ada)
    assert (view.name, view.asked) == ("Late", LATE)
    assert names(session, bob) == []


def test_a_shared_view_is_there_for_the_group(session, ada, bob):
    saved_views.save(session, "Late", LATE, group="customer_service", by=ada)
    saved_views.save(session, "Mine", {}, by=bob)

    assert names(session, bob) == ["Mine", "Late"]
    assert names(session, actor("eve", Role.ASSOCIATE, groups=("elsewhere",))) == []


def test_the_same_name_replaces(session, ada):
    saved_views.save(session, "Late", LATE, group="customer_service", by=ada)
    saved_views.save(session, "Late", {"due": "today"}, by=ada)

    (view,) = saved_views.of(session, ada)
    assert (view.asked, view.group_name) == ({"due": "today"}, None)


def test_only_owner_and_leader_remove_a_view(session, ada, bob, lea):
    first = saved_views.save(session, "Late", LATE, group="customer_service", by=ada)
    second = saved_views.save(session, "Own", LATE, by=ada)

    with pytest.raises(ViewNotFound):
        saved_views.remove(session, first.id, by=bob)
    with pytest.raises(ViewNotFound):
        saved_views.remove(session, second.id, by=lea)
    saved_views.remove(session, first.id, by=lea)
    saved_views.remove(session, second.id, by=ada)

    assert names(session, ada) == []


def test_views_have_limits(session, ada, monkeypatch):
    with pytest.raises(ViewInvalid):
        saved_views.save(session, " ", LATE, by=ada)
    with pytest.raises(NotYourGroup):
        saved_views.save(session, "Late", LATE, group="finance", by=ada)
    monkeypatch.setattr(saved_views, "MAX_VIEWS", 1)
    saved_views.save(session, "One", LATE, by=ada)
    with pytest.raises(TooManyViews):
        saved_views.save(session, "Two", LATE, by=ada)
