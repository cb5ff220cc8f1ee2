"""Lending, cover, delegation and follow-up."""

from datetime import timedelta

import pytest

from core import clock
from core.people import SYSTEM, add_person, get_person, make_token
from core.permissions import NotAllowed
from engine import deployments, user_tasks
from engine.errors import UserTaskClaimed
from tests.build import process
from tests.work.desk import LANE, arrive, associate, deploy
from work import queues, sorting
from work.team import covers, delegation, lending
from work.team.covers import CoverInvalid, CoverTaken
from work.team.delegation import FollowUpInvalid, NobodyToHandBackTo
from work.team.lending import (
    AlreadyMember,
    LendingInvalid,
    LendingNotFound,
    OfOtherTeams,
    TakesNoTasks,
)


@pytest.fixture(autouse=True)
def people(session, clock_at):
    deploy(session)
    for name in ("ada", "bob"):
        add_person(session, name, roles=["associate"], groups=[LANE], by=SYSTEM)
    add_person(session, "eve", roles=["associate"], groups=["billing"], by=SYSTEM)


def later(**span):
    return clock.now() + timedelta(**span)


def groups_of(session, name):
    return get_person(session, name).as_actor().groups


def test_a_lent_person_works_in_the_other_team_until_the_end(session, lea, clock_at):
    lending.lend(session, "eve", LANE, until=later(days=1), why="Flu", by=lea)

    assert groups_of(session, "eve") == {"billing", LANE}
    assert not lending.has_due(session)
    clock_at(days=2)
    assert lending.has_due(session)
    assert lending.follow(session) == 1
    assert groups_of(session, "eve") == {"billing"}
    assert lending.find(session, by=lea) == []


def test_lending_may_begin_later_and_end_earlier(session, lea, clock_at):
    made = lending.lend(
        session, "eve", LANE, since=later(hours=1), until=later(days=1), why="Flu", by=lea
    )

    assert groups_of(session, "eve") == {"billing"}
    clock_at(hours=2)
    lending.follow(session)
    assert groups_of(session, "eve") == {"billing", LANE}
    lending.end(session, made.id, by=lea)
    assert groups_of(session, "eve") == {"billing"}
    with pytest.raises(LendingNotFound):
        lending.end(session, made.id, by=lea)


def test_leaders_lend_within_their_own_teams(session, lea, ada, clock_at):
    until = later(days=1)
    with pytest.raises(AlreadyMember):
        lending.lend(session, "ada", LANE, until=until, why="?", by=lea)
    with pytest.raises(LendingInvalid):
        lending.lend(session, "eve", "nowhere", until=until, why="?", by=lea)
    with pytest.raises(LendingInvalid):
        lending.lend(session, "eve", LANE, until=clock.now(), why="?", by=lea)
    add_person(session, "zoe", roles=["associate"], groups=["field"], by=SYSTEM)
    with pytest.raises(OfOtherTeams, match="Neither zoe nor billing is yours"):
        lending.lend(session, "zoe", "billing", until=until, why="?", by=lea)
    for name, roles in (("olga", ["operator"]), ("grace", ["analyst"])):
        add_person(session, name, roles=roles, groups=[LANE], by=SYSTEM)
        with pytest.raises(TakesNoTasks, match=f"{name} takes no tasks"):
            lending.lend(session, name, "billing", until=until, why="?", by=lea)
    with pytest.raises(NotAllowed):
        lending.lend(session, "eve", LANE, until=until, why="?", by=ada)


def test_the_cover_gets_what_somebody_has_and_what_comes(session, ada, bob, clock_at):
    had = arrive(session)
    user_tasks.claim(session, had.id, by=ada)
    covers.name(session, "ada", "bob", until=later(days=7), note="Call Mr Blue", by=ada)

    assert covers.has_due(session)
    assert covers.follow(session) == 1
    assert (had.assignee, had.delegated_by) == ("bob", "ada")
    assert not covers.has_due(session)
    drawing = process("direct").user_task("look", assignee="ada").end()
    deployments.deploy(session, {"direct.bpmn": drawing}, by=SYSTEM)
    came = arrive(session, "direct")
    covers.follow(session)
    assert came.assignee == "bob"
    delegation.hand_back(session, came.id, note="Only you can", by=bob)
    assert not covers.has_due(session)
    clock_at(days=8)
    user_tasks.hand_over(session, had.id, "ada", by=bob)
    assert not covers.has_due(session)


def test_a_cover_who_is_away_is_covered_too_but_not_in_a_circle(session, ada, bob, lea):
    until = later(days=2)
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)
    covers.name(session, "bob", "eve", until=until, by=lea)
    covers.name(session, "ada", "bob", until=until, by=ada)
    with pytest.raises(CoverInvalid):
        covers.name(session, "eve", "ada", until=until, by=lea)
    with pytest.raises(CoverTaken):
        covers.name(session, "ada", "eve", until=until, by=ada)
    with pytest.raises(NotAllowed):
        covers.name(session, "eve", "bob", until=until, by=ada)
    with pytest.raises(CoverInvalid):
        covers.name(session, "eve", "eve", until=until, by=lea)

    covers.follow(session)

    assert task.assignee == "eve"


def test_who_is_excluded_does_not_cover(session, ada, bob):
    deploy(session, "checks", assignment={"exclude": "=maker"})
    task = arrive(session, "checks", maker="bob")
    user_tasks.claim(session, task.id, by=ada)
    made = covers.name(session, "ada", "bob", until=later(days=2), by=ada)

    assert covers.follow(session) == 0
    assert task.assignee == "ada"
    covers.end(session, made.id, by=ada)
    assert covers.find(session, person="ada", by=ada) == []


def test_a_task_is_passed_on_with_a_note_and_handed_back(session, ada, bob):
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)

    delegation.delegate(session, task.id, "bob", note="Please check the meter", by=ada)
    with pytest.raises(NobodyToHandBackTo):
        delegation.hand_back(session, task.id, by=ada)
    delegation.hand_back(session, task.id, note="Checked", by=bob)

    assert (task.assignee, task.delegated_by) == ("ada", None)
    told = [(each.kind, each.note) for each in delegation.handings(session, task)]
    assert told == [("handed_back", "Checked"), ("delegated", "Please check the meter")]


def test_a_follow_up_lets_a_task_rest_and_brings_it_back(session, ada, bob, clock_at):
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)

    delegation.follow_up(session, task.id, later(hours=3), note="She calls", by=ada)
    with pytest.raises(UserTaskClaimed):
        delegation.follow_up(session, task.id, later(hours=3), by=bob)
    user_tasks.release(session, task.id, by=ada)
    assert queues.give_next(session, by=bob) is None
    clock_at(hours=4)
    assert sorting.has_resting(session)
    sorting.wake(session)
    assert queues.give_next(session, by=bob).task is task
    with pytest.raises(FollowUpInvalid):
        delegation.follow_up(session, task.id, clock.now(), by=bob)


def test_a_resting_task_is_in_nobody_s_hand_and_can_be_woken(session, ada, bob):
    task = arrive(session)
    delegation.follow_up(session, task.id, later(days=3), by=bob)
    assert queues.give_next(session, by=ada) is None

    delegation.end_follow_up(session, task.id, by=bob)

    assert queues.give_next(session, by=ada).task is task


def test_a_bot_can_be_the_one_who_stands_in(session, ada, clock_at):
    make_token(session, "robot", roles=["associate"], groups=[LANE], by=SYSTEM)
    task = arrive(session)
    user_tasks.claim(session, task.id, by=ada)
    covers.name(session, "ada", "robot", until=later(days=1), by=ada)

    covers.follow(session)

    assert task.assignee == "robot"
    assert associate("ada").name == task.delegated_by
