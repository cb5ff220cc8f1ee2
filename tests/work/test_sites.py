"""Work that is done at one site goes to people who work there, whatever way they come by it."""

from datetime import timedelta

import pytest

from core import calendars, clock
from core.calendars import Wanted
from core.people import SYSTEM, add_person
from engine import deployments, user_tasks
from tests.work.desk import LANE, arrive, associate, deploy
from tests.work.test_queue_settings import table
from work import assignment, completion, queue_settings, queues, sites, skills, sorting
from work.errors import DoneElsewhere, SiteInvalid, SiteNotDeclared
from work.queue_settings import Settings
from work.team import covers, delegation, leading, offers, presence
from work.team.members import NotEligible


@pytest.fixture(autouse=True)
def people(session, clock_at):
    """Ada works at Hamburg, Bob nowhere that anybody knows of."""
    deploy(session, "papers", assignment={"site": "=place"})
    for name in ("ada", "bob", "eve"):
        add_person(session, name, roles=["associate"], groups=[LANE], by=SYSTEM)
    skills.declare(session, "ada", {}, site="Hamburg", by=SYSTEM)
    skills.declare(session, "eve", {}, site="Berlin", by=SYSTEM)


def test_get_next_gives_what_is_done_where_somebody_works(session, ada, bob):
    elsewhere = arrive(session, "papers", place="berlin", due=-60)
    here = arrive(session, "papers", place="hamburg")

    assert elsewhere.sites == ["berlin"]
    assert queues.give_next(session, by=bob) is None
    assert queues.give_next(session, by=ada).task is here
    assert queues.give_next(session, by=ada) is None


def test_without_a_site_a_task_is_done_anywhere_and_of_several_one_suffices(session, ada, bob):
    anywhere = arrive(session, "papers", place=None)
    either = arrive(session, "papers", place=["Bremen", "HAMBURG"])

    assert queues.give_next(session, by=bob).task is anywhere
    assert queues.give_next(session, by=ada).task is either


@pytest.mark.parametrize("is_sorted", [False, True])
def test_claiming_and_completing_are_refused_with_the_sites(session, ada, bob, is_sorted):
    task = arrive(session, "papers", place="Berlin")
    if is_sorted:
        sorting.take_in(session)

    with pytest.raises(DoneElsewhere, match="at the site Berlin, and you work at Hamburg"):
        assignment.claim(session, task.id, by=ada)
    with pytest.raises(SiteNotDeclared, match="nobody has said where you work"):
        completion.complete(session, task.id, {}, by=bob)
    assert task.assignee is None


def test_nobody_is_given_by_hand_what_is_done_elsewhere(session, ada, bob, lea):
    add_person(session, "zoe", roles=["associate"], groups=[LANE], by=SYSTEM)
    skills.declare(session, "zoe", {}, site="hamburg", by=SYSTEM)
    task = arrive(session, "papers", place="Hamburg")
    assignment.claim(session, task.id, by=ada)

    for give in (
        lambda: assignment.hand_over(session, task.id, "eve", by=lea),
        lambda: delegation.delegate(session, task.id, "eve", by=ada),
    ):
        with pytest.raises(NotEligible, match="they work at Berlin"):
            give()
    changed = leading.reassign(session, [task.id], "bob", why="!", by=lea)
    assert "nobody has said where they work" in changed.refused[task.id]
    kept = leading.pin(session, [task.id], person="eve", why="!", by=lea)
    assert "they work at Berlin" in kept.refused[task.id]
    assert task.assignee == "ada"
    assert delegation.delegate(session, task.id, "zoe", by=ada).assignee == "zoe"


def test_work_is_offered_where_it_is_done(session, ada):
    queue_settings.put(session, LANE, Settings(mode="push"), by=SYSTEM)
    task = arrive(session, "papers", place="berlin")
    for name in ("ada", "eve"):
        presence.come_back(session, by=associate(name))
    sorting.take_in(session)

    assert offers.make(session) == 1
    assert [(each.task_id, each.person) for each in offers.find(session)] == [(task.id, "eve")]


def test_a_cover_gets_only_what_is_done_where_they_work(session, ada, clock_at):
    here, anywhere = (arrive(session, "papers", place=place) for place in ("hamburg", None))
    for task in (here, anywhere):
        assignment.claim(session, task.id, by=ada)
    covers.name(session, "ada", "eve", until=clock.now() + timedelta(days=3), by=ada)

    assert covers.follow(session) == 1
    assert (here.assignee, anywhere.assignee) == ("ada", "eve")
    assert not covers.has_due(session)


def test_the_rules_of_a_queue_say_where_its_work_is_done(session, ada, bob, lea):
    deploy(session)
    by_class = table(('"gold"', '"Hamburg"'), outputs=("site",))
    deployments.deploy(session, {"order.dmn": by_class}, by=SYSTEM)
    queue_settings.put(session, LANE, Settings(rules="order"), by=lea)
    task = arrive(session, tier="gold")
    sorting.take_in(session)

    assert sites.of_task(session, task) == ["Hamburg"]
    assert queues.give_next(session, by=bob) is None
    with pytest.raises(SiteNotDeclared):
        assignment.claim(session, task.id, by=bob)
    assert assignment.claim(session, task.id, by=ada).assignee == "ada"


def test_a_calendar_of_the_site_says_when_its_people_work(session, clock_at):
    week = ((("18:00", "20:00"),),) * 7
    calendars.put(session, "Hamburg", Wanted(zone="UTC", week=week), by=SYSTEM)

    assert not presence.on_shift(session, "ada")
    assert presence.on_shift(session, "eve")
    clock_at(hours=10)
    assert presence.on_shift(session, "ada")
    calendars.put(session, "own", Wanted(based_on="office", person="ada"), by=SYSTEM)
    assert not presence.on_shift(session, "ada")


def test_a_site_is_one_name_spelled_as_it_is_known(session):
    assert sites.spelled(session, "  HAMBURG ") == "Hamburg"
    assert sites.spelled(session, "New   York") == "New York"
    assert sites.spelled(session, " ") is None
    for wrong in ("a, b", "x" * 81):
        with pytest.raises(SiteInvalid):
            skills.declare(session, "ada", {}, site=wrong, by=SYSTEM)
    assert sites.known(session) == ["Berlin", "Hamburg"]


def test_administrators_take_what_they_want(session, root):
    task = arrive(session, "papers", place="berlin")

    assert assignment.claim(session, task.id, by=root).assignee == root.name
    assert user_tasks.get(session, task.id, by=root).sites == ["berlin"]
