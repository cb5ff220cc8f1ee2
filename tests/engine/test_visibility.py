"""What people see is counted as it is listed, whoever asks: the question is made once a role."""

from datetime import timedelta

import pytest

from core import clock
from core.people import SYSTEM, Actor, Role
from engine import user_tasks
from tests.build import process

GROUPS = ("north", "south", "O'Brien", "a_b%c/d")
NAMES = ("ada", "bob", 'o"neil', "a_b%c/d", "axbyc/d", "zoë")
ROLES = (
    {Role.ASSOCIATE},
    {Role.TEAM_LEADER},
    {Role.ANALYST},
    {Role.INTEGRATOR, Role.ASSOCIATE},
    {Role.OPERATOR},
    {Role.ADMINISTRATOR},
    set(),
)


@pytest.fixture
def tasks(session, start):
    """Some for each group, some in hands, kept from somebody, due, or resting."""
    now = clock.now()
    for number, name in enumerate(NAMES):
        group = GROUPS[number % len(GROUPS)]
        for turn in range(4):
            instance = start(process(f"p{number}").user_task("look", groups="north").end())
            [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance.id)
            task.candidates[0].group_name = group
            task.is_for_all = turn == 3
            task.excluded = [name] if turn != 1 else []
            task.assignee = name if turn == 1 else None
            task.due_at = now - timedelta(hours=1) if number % 2 else None
            task.follow_up_at = now + timedelta(days=1) if turn == 1 and number % 3 == 0 else None
    session.flush()


def test_the_numbers_of_somebody_are_those_of_their_lists(session, tasks):
    seen = set()
    for roles in ROLES:
        for name in NAMES:
            for groups in ((), GROUPS[:1], GROUPS[2:], GROUPS):
                by = Actor(name, frozenset(roles), frozenset(groups))

                counts = user_tasks.counts(session, by=by)

                assert (counts.mine, counts.groups, counts.seen) == listed(session, by), by
                seen.add((counts.mine, counts.groups, counts.seen, counts.late, counts.resting))
    assert len(seen) > 20


def listed(session, by):
    """How many tasks are in the lists: mine, my groups', all."""
    if not by.has(*(set(Role) - {Role.ADMINISTRATOR})):
        return (0, 0, 0)
    awake = user_tasks.not_resting()
    mine = user_tasks.find(session, by=by, mine=True, also=awake, limit=100)
    groups = user_tasks.find(session, by=by, groups=True, also=awake, limit=100)
    return (len(mine), len(groups), len(user_tasks.find(session, by=by, limit=100)))
