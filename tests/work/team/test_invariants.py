"""Whatever arrives, is pinned, rejected, released or waits: who gets what stays right."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as examples
from hypothesis import strategies as st

from core import clock
from core.people import SYSTEM, Role, add_person
from engine import user_tasks
from engine.models import UserTask
from tests.conftest import NOW, actor
from tests.work.desk import LANE, arrive, associate, deploy
from work import queue_settings, queues, skills, sorting
from work.errors import HandsFull
from work.models import WorkClass
from work.queue_settings import Settings
from work.team import leading, members, offers, presence

#: Groups, skills and sites of three people.
PEOPLE = {
    "ada": ((LANE,), {"gas": 2}, "hamburg"),
    "bob": ((LANE, "billing"), {}, None),
    "eve": (("billing",), {"gas": 1}, "berlin"),
}
LEA = actor("lea", Role.TEAM_LEADER, groups=(LANE, "billing"))
GUARD = 3600
moves = st.lists(
    st.one_of(
        st.tuples(
            st.just("arrive"),
            st.sampled_from(["plain", "gas", "bills", "papers"]),
            st.integers(-120, 600),
            st.sampled_from([1, 5, 50]),
            st.sampled_from(["", "ada", "bob"]),
        ),
        st.tuples(st.just("next"), st.sampled_from(sorted(PEOPLE))),
        st.tuples(st.just("offer"), st.sampled_from(sorted(PEOPLE))),
        st.tuples(st.just("answer"), st.sampled_from(sorted(PEOPLE)), st.booleans()),
        st.tuples(st.just("release"), st.integers(0, 30)),
        st.tuples(st.just("pin"), st.integers(0, 30), st.sampled_from([None, *PEOPLE])),
        st.tuples(st.just("wait"), st.integers(1, 90)),
    ),
    max_size=25,
)


@pytest.fixture
def team(session, clock_at):
    deploy(session, "plain", assignment={"exclude": "=maker"})
    deploy(session, "gas", assignment={"skills": "gas:2", "exclude": "=maker"})
    deploy(session, "bills", lane="billing", assignment={"exclude": "=maker"})
    papers = {"site": "bremen, Berlin", "exclude": "=maker"}
    deploy(session, "papers", lane="billing", assignment=papers)
    for name, (groups, has, site) in PEOPLE.items():
        add_person(session, name, roles=["associate"], groups=groups, by=SYSTEM)
        skills.declare(session, name, has, site=site, in_hand_limit=5, by=SYSTEM)
    for group in (LANE, "billing"):
        wanted = Settings(mode="push", guard_seconds=GUARD, recovery=group == "billing")
        queue_settings.put(session, group, wanted, by=SYSTEM)
    session.commit()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@examples(moves)
def test_nobody_ever_gets_what_they_may_not_do_or_somebody_else_has(session, team, clock_at, plan):
    desk = Desk(session, clock_at)
    try:
        for name, *rest in plan:
            getattr(desk, name)(*rest)
    finally:
        session.rollback()
        session.expire_all()
        clock_at()


class Desk:
    """Plays moves, and looks at each item that somebody gets."""

    def __init__(self, session, clock_at):
        self.session, self.clock_at, self.minutes = session, clock_at, 0
        self.tasks, self.kept = [], set()

    def arrive(self, key, due, worth, maker):
        self.tasks.append(arrive(self.session, key, due=due, worth=worth, maker=maker))

    def next(self, name):
        before = self.waiting_for(name)
        self.kept = {each.id for each in before if each.reserved_for == name}
        try:
            given = queues.give_next(self.session, by=who(name))
        except HandsFull:
            return
        if given is None:
            assert before == []
        else:
            self.look(given.task, name, before)

    def offer(self, name):
        presence.come_back(self.session, by=who(name))
        offers.pass_on(self.session)
        offers.sort_in(self.session)
        offers.make(self.session)
        open_ones = [each for each in offers.find(self.session) if each.state == "open"]
        assert len({each.task_id for each in open_ones}) == len(open_ones)
        assert len({each.person for each in open_ones}) == len(open_ones)
        for each in open_ones:
            self.require_eligible(self.session.get(UserTask, each.task_id), each.person)

    def answer(self, name, accepts):
        offer = offers.current(self.session, by=who(name))
        if offer is None:
            return
        if not accepts:
            offers.reject(self.session, offer.id, "no", by=who(name))
            return
        task = offers.accept(self.session, offer.id, by=who(name)).task
        assert task.assignee == name
        self.require_eligible(task, name)

    def release(self, number):
        if number < len(self.tasks) and self.tasks[number].assignee:
            task = self.tasks[number]
            user_tasks.release(self.session, task.id, by=SYSTEM)

    def pin(self, number, person):
        if number < len(self.tasks):
            leading.pin(self.session, [self.tasks[number].id], person=person, why="!", by=LEA)

    def wait(self, minutes):
        self.minutes += minutes
        self.clock_at(minutes=self.minutes)

    def look(self, task, name, before):
        assert task.assignee == name
        assert task.id in {each.id for each in before}, "somebody else has it, or it is not theirs"
        self.require_eligible(task, name)
        self.require_none_starved(task, before)

    def waiting_for(self, name):
        """What somebody could be given, counted task by task."""
        sorting.take_in(self.session)
        self.session.flush()
        return [
            task
            for task in self.tasks
            if task.is_open
            and task.assignee is None
            and task.reserved_for in (None, name)
            and self.is_eligible(task, name)
        ]

    def is_eligible(self, task, name):
        groups, has, site = PEOPLE[name]
        asked = self.session.get(WorkClass, task.class_id).skills
        return (
            (not task.sites or site == "berlin")
            and name not in task.excluded
            and not set(groups).isdisjoint(task.groups)
            and skills.suffice(has, asked)
        )

    def require_eligible(self, task, name):
        assert self.is_eligible(task, name)
        members.require_eligible(self.session, task, name)

    def require_none_starved(self, task, before):
        """Who gets something gets what is late beyond the guard, if there is such."""
        if task.pinned_at is not None or task.id in self.kept:
            return
        beyond = NOW + timedelta(minutes=self.minutes) - timedelta(seconds=GUARD)
        starved = [
            each.rank_at for each in before if each.rank_at < beyond and each.rank_at < LATEST
        ]
        if starved and clock.now().hour < 17:
            assert task.rank_at <= beyond


#: Office hours of the day have passed without a pause until then.
LATEST = NOW + timedelta(hours=8)


def who(name):
    return associate(name, *PEOPLE[name][0])
