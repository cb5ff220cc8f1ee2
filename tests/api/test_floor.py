"""The floor over HTTP: the numbers of the board, for those who may see it."""

from datetime import timedelta

import pytest

from core.db import transaction
from core.people import SYSTEM, Role, add_person
from tests.conftest import NOW
from tests.work.desk import LANE, arrive, associate, deploy
from tests.work.floor.history import like, same_day
from work import completion, sorting
from work.floor import board, snapshot

WEEK = timedelta(days=7)


@pytest.fixture
def work(app, clock_at):
    """Two teams on a Monday at nine: late, at risk and done work, and four Mondays before."""
    clock_at()
    with transaction() as session:
        deploy(session)
        deploy(session, "loans", lane="credit", assignment={"skills": "credit:2"})
        for name, group in (("ada", LANE), ("ben", "credit")):
            add_person(session, name, roles=["associate"], groups=[group], by=SYSTEM)
        late, _risky = arrive(session, due=-60), arrive(session, due=60)
        arrive(session, "loans", due=6 * 60)
        done = arrive(session)
        sorting.take_in(session)
        completion.complete(session, done.id, {}, by=associate("ada"))
        midnight = NOW - timedelta(hours=9)
        for weeks in (1, 2, 3, 4):
            same_day(session, done, midnight - weeks * WEEK, [8, 15], [8.5])
        like(session, done, midnight - 6 * WEEK, midnight - 5 * WEEK)
        late.created_at = NOW - timedelta(days=9)


def test_a_wall_board_reads_what_the_floor_shows(work, call):
    wall = call("team_leader", name="wall board", groups=(LANE,))

    told = wall.get("/floor").json

    assert (told["computedAt"], told["day"], told["zone"]) == (
        NOW.isoformat().replace("+00:00", "Z"),
        NOW.date().isoformat(),
        "UTC",
    )
    total = told["totals"]
    assert (total["arrived"], total["done"], total["open"]) == (2, 1, 2)
    assert (total["waiting"], total["inHand"], total["resting"]) == (2, 0, 0)
    assert (total["atRisk"], total["late"], total["breached"]) == (1, 1, 0)
    assert [
        (age["fromDays"], age["toDays"], age["open"], age["late"]) for age in total["ages"]
    ] == [
        (0, 0, 1, 0),
        (1, 2, 0, 0),
        (3, 7, 0, 0),
        (8, None, 1, 1),
    ]
    assert (
        [row["name"] for row in told["queues"]] == [LANE] == [row["name"] for row in told["teams"]]
    )
    assert {**told["queues"][0], "name": None} == {**total, "name": None}
    assert not told["isCut"]


def test_the_day_is_told_against_what_is_usual_and_hours_by_skill(work, call):
    told = call("operator").get("/floor").json

    plan = told["plan"]
    assert (len(plan["days"]), plan["isThin"]) == (4, False)
    assert plan["arrived"] == {
        "soFar": 3,
        "usualByNow": 1,
        "usualAllDay": 2,
        "expectedAllDay": 4,
    }
    assert plan["openTonight"] == 4
    everything, credit = told["skills"]
    assert (everything["skill"], everything["dueToday"], everything["people"]) == ("", 3, 2)
    assert (
        everything["spareSeconds"] == everything["availableSeconds"] - everything["neededSeconds"]
    )
    assert (credit["skill"], credit["level"], credit["people"]) == ("credit", 2, 0)


def test_the_most_pressing_rows_come_first_and_no_more_than_were_asked_for(work, call):
    operator = call("operator")

    told = operator.get("/floor", limit=1).json

    assert ([row["name"] for row in told["queues"]], told["isCut"]) == ([LANE], True)
    assert operator.get("/floor", limit=0).status_code == 422
    assert operator.get("/floor", limit=201).status_code == 422
    assert operator.get("/floor", colour="red").status_code == 422


def test_the_numbers_are_those_of_the_board(work, call, app):
    told = call("team_leader", name="lea", groups=("credit",)).get("/floor").json

    with transaction() as session:
        leader = associate("lea", "credit")
        leader = type(leader)("lea", frozenset({Role.TEAM_LEADER}), leader.groups, "token")
        found = board.of(snapshot.current(session), leader)
    assert told["totals"]["open"] == found.totals.open == 1
    assert [row["name"] for row in told["queues"]] == [row.name for row in found.queues]


@pytest.mark.parametrize("role", ["associate", "analyst", "integrator"])
def test_others_do_not_see_the_floor(work, call, role):
    assert call(role, groups=(LANE,)).get("/floor").status_code == 403
