"""The numbers of the floor, and the lists behind them."""

from datetime import date, timedelta

import pytest

from core.calendars import Wanted
from core.calendars import put as put_calendar
from core.people import SYSTEM, Actor, Role, add_person
from core.permissions import NotAllowed
from engine import user_tasks
from tests.conftest import NOW
from tests.work.desk import LANE, arrive, deploy
from tests.work.floor.history import like
from tests.work.sla import claims
from work import sorting
from work.floor import board, listing, snapshot
from work.floor.measures import BANDS, WHATS, Asked, FloorAskedWrong
from work.team import delegation

HOUR = 60
MAX = Actor("max", frozenset({Role.TEAM_LEADER}), frozenset({"credit"}))


@pytest.fixture
def work(session, clock_at):
    """Two teams with work of all ages and standings, at nine on a Monday."""
    deploy(session)
    deploy(session, "loans", lane="credit", assignment={"skills": "credit:2"})
    deploy(session, "gas", lane=LANE, assignment={"skills": "gas"})
    for name, group in (("ada", LANE), ("ben", "credit")):
        add_person(session, name, roles=["associate"], groups=[group], by=SYSTEM)
    tasks = {
        "late": arrive(session, due=-HOUR),
        "risky": arrive(session, due=HOUR),
        "fine": arrive(session, due=48 * HOUR),
        "gas": arrive(session, "gas", due=2 * HOUR),
        "loan": arrive(session, "loans", due=48 * HOUR),
        "old loan": arrive(session, "loans", due=-30 * HOUR),
    }
    ada = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({LANE}))
    user_tasks.claim(session, tasks["fine"].id, by=ada)
    sorting.take_in(session)
    tasks["old loan"].created_at = NOW - timedelta(days=9)
    tasks["gas"].created_at = NOW - timedelta(days=2)
    done = arrive(session)
    sorting.take_in(session)
    user_tasks.complete(session, done.id, {}, by=ada)
    session.flush()
    return tasks


def seen(session, by):
    return board.of(snapshot.take(session), by)


def assert_lists_match(session, who):
    """Every number of somebody's board is the length of its list."""
    snapshot.forget(session)
    found = board.look(session, by=who)
    parts = [({}, found.totals)]
    parts += [({"queue": row.name}, row.count) for row in found.queues]
    parts += [({"team": row.name}, row.count) for row in found.teams]
    for part, count in parts:
        for what in WHATS:
            listed = listing.find(session, Asked(what, **part), by=who)
            assert listed.count == len(listed.tasks) == getattr(count, what), (what, part)
        for band in range(BANDS):
            for what, number in (
                ("open", count.bands[band].open),
                ("at_risk", count.bands[band].at_risk),
                ("late", count.bands[band].late),
            ):
                listed = listing.find(session, Asked(what, band=band, **part), by=who)
                assert listed.count == number, (what, band, part)
    for need in found.needs:
        listed = listing.find(session, Asked("due_today", skill=need.key), by=who)
        assert listed.count == need.tasks
        able = listing.able(session, need.key, by=who)
        assert (able.people, able.seconds) == (need.people, need.has_seconds)


def test_the_floor_counts_what_is_there(session, work, olga):
    total = seen(session, olga).totals

    assert (total.arrived, total.done, total.open) == (5, 1, 6)
    assert (total.waiting, total.in_hand, total.resting) == (5, 1, 0)
    assert (total.at_risk, total.late, total.breached, total.due_today) == (2, 2, 0, 4)
    assert [(each.open, each.at_risk, each.late) for each in total.bands] == [
        (4, 1, 1),
        (1, 1, 0),
        (0, 0, 0),
        (1, 0, 1),
    ]


def test_leaders_see_their_queues_and_teams_the_most_pressing_first(session, work, lea, olga):
    add_person(session, "lea", roles=["team_leader"], groups=[LANE], by=SYSTEM)

    mine, all_of_it = seen(session, lea), seen(session, olga)

    assert [(row.name, row.count.open) for row in mine.queues] == [(LANE, 4)]
    assert [(row.name, row.count.open) for row in seen(session, MAX).teams] == [("credit", 2)]
    assert [row.name for row in all_of_it.queues] == [LANE, "credit"]
    assert mine.totals.arrived + seen(session, MAX).totals.arrived == all_of_it.totals.arrived


def test_a_task_of_two_teams_counts_once_altogether_and_at_both(session, work, olga, lea):
    deploy(session, "both", lane=None, groups=f"{LANE}, credit")
    task = arrive(session, "both")
    sorting.take_in(session)

    found = seen(session, olga)

    assert found.totals.open == 7
    assert {row.name: row.count.open for row in found.teams} == {LANE: 5, "credit": 3}
    assert {row.name: row.count.open for row in found.queues} == {LANE: 4, "credit": 3}
    snapshot.forget(session)
    (mine,) = seen(session, lea).teams
    listed = listing.find(session, Asked(team=LANE), by=lea)
    assert (mine.count.open, listed.count) == (5, 5)
    assert task in listed.tasks


def test_work_of_a_team_without_people_is_seen_by_every_leader(session, work, lea):
    deploy(session, "new", lane="founders")
    arrive(session, "new")
    sorting.take_in(session)

    assert [row.name for row in seen(session, lea).teams] == [LANE, "founders"]


def test_behind_every_number_is_a_list_of_just_as_many(session, work, lea, olga, clock_at):
    ada = Actor("ada", frozenset({Role.ASSOCIATE}), frozenset({LANE}))
    user_tasks.claim(session, work["risky"].id, by=ada)
    delegation.follow_up(session, work["risky"].id, NOW + timedelta(days=2), note="", by=ada)
    sorting.take_in(session)
    snapshot.forget(session)

    for who in (lea, MAX, olga):
        assert_lists_match(session, who)
    assert board.look(session, by=olga).totals.resting == 1


def test_clocks_make_tasks_late_and_risky_before_their_due_date(session, clock_at, olga):
    answer = claims.sla(claims.point("atRisk", at="50%"), name="A", target="PT4H")
    claims.deploy(session, claims.claims(answer))
    case = claims.start(session)
    sorting.take_in(session)
    (task,) = user_tasks.find(session, by=SYSTEM, instance_id=case.id)
    far = NOW + timedelta(days=30)
    task.due_at = task.rank_at = far
    session.flush()
    assert seen(session, olga).totals.at_risk == 0

    clock_at(hours=3)
    claims.turn(session)
    total = seen(session, olga).totals
    assert (total.at_risk, total.late) == (1, 0)
    assert_lists_match(session, olga)

    clock_at(hours=5)
    claims.turn(session)
    total = seen(session, olga).totals
    assert (total.at_risk, total.late, total.breached) == (0, 1, 1)
    assert_lists_match(session, olga)
    assert listing.find(session, Asked("breached"), by=olga).tasks == [task]
    (running,) = claims.clocks(session, case).values()
    running.condition, running.late_probability = "on_track", 0.9
    session.flush()
    total = seen(session, olga).totals
    assert (total.at_risk, total.late) == (1, 0)


def test_the_day_is_that_of_the_office(session, clock_at, root, olga):
    wanted = Wanted(zone="Pacific/Auckland", week=((("09:00", "17:00"),),) * 7)
    put_calendar(session, "office", wanted, by=root)
    deploy(session)
    task = arrive(session)
    sorting.take_in(session)
    task.created_at = NOW - timedelta(hours=2)
    session.flush()

    assert seen(session, olga).totals.arrived == 1
    clock_at(hours=2.5)
    found = seen(session, olga)
    assert found.day.start.hour == 11
    assert found.totals.arrived == 0
    assert found.totals.bands[1].open == 1


def test_a_snapshot_is_shared_for_a_second(session, work, olga, clock_at):
    first = board.look(session, by=olga)
    arrive(session)
    sorting.take_in(session)

    assert board.look(session, by=olga).totals.open == first.totals.open
    later = clock_at(seconds=2)
    again = board.look(session, by=olga)
    assert (again.at, again.totals.open) == (later, first.totals.open + 1)


def test_who_comes_while_it_is_computed_is_served_the_last_one(session, work, olga, clock_at):
    first = board.look(session, by=olga)
    clock_at(seconds=1.5)

    with snapshot._of(session).lock:
        assert board.look(session, by=olga).at == first.at
    assert board.look(session, by=olga).at > first.at


def test_only_leaders_and_operators_see_the_floor(session, work, ada, grace):
    for who in (ada, grace):
        with pytest.raises(NotAllowed):
            board.look(session, by=who)
        with pytest.raises(NotAllowed):
            listing.find(session, Asked(), by=who)
        with pytest.raises(NotAllowed):
            listing.able(session, "", by=who)


@pytest.mark.parametrize(
    "asked",
    [{"what": "nothing"}, {"band": 4}, {"what": "done", "date": date.min}],
)
def test_what_is_not_counted_cannot_be_asked_for(asked):
    with pytest.raises(FloorAskedWrong):
        Asked(**asked)


def test_lists_go_on_in_pages_what_is_due_first_in_front(session, work, olga):
    first = listing.find(session, Asked(), by=olga, limit=2)
    second = listing.find(session, Asked(), by=olga, offset=2, limit=9)

    assert first.count == second.count == 6
    assert [each.id for each in first.tasks] == [work["old loan"].id, work["late"].id]
    assert len(second.tasks) == 4
    like(session, work["late"], NOW - timedelta(days=1), NOW)
    assert listing.find(session, Asked("done"), by=olga).count == 2
