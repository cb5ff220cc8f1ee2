import pytest

from core.people import SYSTEM, add_person
from engine import log, user_tasks
from engine.errors import PersonUnknown
from engine.models import UserTask
from tests.work.desk import arrive, associate, deploy
from work import assignment, queues, skills, sorting
from work.errors import KeptForOther
from work.team import acts, delegation, leading
from work.team.acts import WhyMissing
from work.team.leading import PriorityUnknown, TooManyTasks

HOUR = 60


@pytest.fixture(autouse=True)
def claims(session, clock_at):
    deploy(session)
    for name in ("ada", "bob"):
        add_person(session, name, roles=["associate"], groups=["customer_service"], by=SYSTEM)


def test_what_is_put_first_is_given_before_what_is_late(session, ada, lea, clock_at):
    arrive(session, due=-HOUR, worth=9)
    second = arrive(session, due=90 * HOUR)
    first = arrive(session, due=99 * HOUR)
    sorting.take_in(session)

    assert leading.pin(session, [first.id], why="The mayor asked", by=lea).done == [first.id]
    clock_at(seconds=1)
    leading.pin(session, [second.id], why="And again", by=lea)

    given = queues.give_next(session, by=ada)
    assert given.task is first
    assert given.dispatch.sentence.startswith("Put first by lea, due in ")
    assert queues.give_next(session, by=ada).task is second


def test_what_is_kept_for_one_person_is_given_to_nobody_else(session, ada, bob, lea):
    kept = arrive(session, due=HOUR)
    other = arrive(session, due=2 * HOUR)

    leading.pin(session, [kept.id], person="bob", why="He knows her", by=lea)

    assert queues.give_next(session, by=ada).task is other
    assert queues.give_next(session, by=ada) is None
    with pytest.raises(KeptForOther):
        assignment.claim(session, kept.id, by=ada)
    assert queues.give_next(session, by=bob).task is kept


def test_a_task_is_kept_only_for_who_may_do_it(session, lea, ada):
    deploy(session, "gas", assignment={"skills": "gas:2", "exclude": "=maker"})
    skilled, own = arrive(session, "gas", maker="x"), arrive(session, "gas", maker="bob")
    skills.declare(session, "ada", {"gas": 2}, by=lea)

    refused = leading.pin(session, [skilled.id, own.id], person="bob", why="?", by=lea).refused

    assert refused[skilled.id] == "bob may not do this task: they lack a skill that it takes."
    assert refused[own.id] == "bob may not do this task: it is kept from them."
    with pytest.raises(PersonUnknown):
        leading.pin(session, [skilled.id], person="nobody", why="?", by=lea)
    assert leading.pin(session, [skilled.id], person="ada", why="!", by=lea).done == [skilled.id]
    assert leading.unpin(session, [skilled.id], why="Not any more", by=lea).done
    assert (skilled.reserved_for, skilled.pinned_at) == (None, None)


def test_priorities_change_the_order_in_bulk(session, ada, lea):
    tasks = [arrive(session, due=HOUR) for _ in range(3)]
    last = arrive(session, due=2 * HOUR)
    sorting.take_in(session)

    leading.prioritise(session, [last.id], "urgent", why="Press", by=lea)
    leading.prioritise(session, [tasks[0].id], "low", why="Can wait", by=lea)

    given = [queues.give_next(session, by=ada).task for _ in range(4)]
    assert given[0] is last
    assert given[-1] is tasks[0]
    with pytest.raises(PriorityUnknown):
        leading.prioritise(session, [last.id], "enormous", why="Press", by=lea)


def test_work_is_reassigned_in_bulk_and_back_to_the_queue(session, ada, lea):
    tasks = [arrive(session) for _ in range(2)]
    for task in tasks:
        user_tasks.claim(session, task.id, by=ada)
    ids = [task.id for task in tasks]

    assert sorted(leading.reassign(session, ids, "bob", why="Ada is ill", by=lea).done) == ids
    assert {task.assignee for task in tasks} == {"bob"}
    (handing,) = delegation.handings(session, tasks[0])
    assert (handing.giver, handing.taker, handing.note) == ("ada", "bob", "Ada is ill")
    leading.reassign(session, ids, None, why="Bob too", by=lea)
    assert {task.assignee for task in tasks} == {None}


def test_every_act_is_kept_with_who_and_why(session, lea):
    task = arrive(session)

    leading.pin(session, [task.id], why=" The mayor asked ", by=lea)
    leading.prioritise(session, [task.id], "high", why="Indeed", by=lea)

    entries = log.entries(session, task.instance_id, limit=200)
    told = {entry.lifecycle: (entry.by, entry.variables) for entry in entries[-2:]}
    assert told == {
        "pin": ("lea", {"why": "The mayor asked"}),
        "prioritise": ("lea", {"why": "Indeed"}),
    }
    book = [(act.act, act.by, act.tasks, act.why) for act in acts.find(session, by=lea)]
    assert book == [("prioritise", "lea", 1, "Indeed"), ("pin", "lea", 1, "The mayor asked")]
    with pytest.raises(WhyMissing):
        leading.unpin(session, [task.id], why=" ", by=lea)


def test_leaders_change_the_work_of_their_own_teams(session, ada, lea):
    deploy(session, "bills", lane="billing")
    add_person(session, "eve", roles=["associate"], groups=["billing"], by=SYSTEM)
    foreign = arrive(session, "bills")
    own = arrive(session)

    changed = leading.pin(session, [foreign.id, own.id], why="Now", by=lea)

    assert changed.done == [own.id]
    assert list(changed.refused) == [foreign.id]
    assert leading.pin(session, [own.id], why="Me first", by=ada).done == []
    with pytest.raises(TooManyTasks):
        leading.pin(session, [own.id] * 501, why="All", by=lea)


def test_a_pinned_task_is_still_kept_from_who_is_excluded(session, ada, bob, lea):
    deploy(session, "checks", assignment={"exclude": "=maker"})
    task = arrive(session, "checks", maker="ada")

    leading.pin(session, [task.id], why="Now", by=lea)

    assert queues.give_next(session, by=ada) is None
    assert queues.give_next(session, by=associate("eve", "billing")) is None
    assert queues.give_next(session, by=bob).task is session.get(UserTask, task.id)
