"""User tasks: who is offered them, who gets them, and that exactly one completes each."""

from datetime import timedelta

import pytest

from core.people import SYSTEM, Role, add_person, make_token
from core.permissions import NotAllowed
from engine import instances, log, timers, user_tasks
from engine.errors import (
    NotACandidate,
    PersonUnknown,
    UserTaskClaimed,
    UserTaskClosed,
    UserTaskNotFound,
)
from tests.build import each, process
from tests.conftest import actor


@pytest.fixture
def approve(session, start, ada):
    drawing = process("claim").user_task("approve", lane="customer_service", due="P2D").end()
    start(drawing, amount=120)
    [task] = user_tasks.find(session, by=ada)
    return task


def test_a_task_in_a_lane_is_offered_to_its_group(session, approve, ada, grace, clock_at):
    assert approve.groups == ("customer_service",)
    assert approve.due_at == clock_at() + timedelta(days=2)
    assert user_tasks.counts(session, ada).groups == 1
    with pytest.raises(UserTaskNotFound):
        user_tasks.get(session, approve.id, by=grace)


def test_completing_the_last_user_task_ends_the_instance(session, approve, ada, clock_at):
    clock_at(minutes=7)

    user_tasks.complete(session, approve.id, {"approved": True}, by=ada)

    assert approve.assignee == approve.completed_by == "ada"
    assert approve.instance.ended_at == approve.completed_at
    assert instances.variables(session, approve.instance) == {"amount": 120, "approved": True}


def test_a_task_claimed_by_somebody_else_is_refused(session, approve, ada, bob):
    user_tasks.claim(session, approve.id, by=bob)

    with pytest.raises(UserTaskClaimed):
        user_tasks.complete(session, approve.id, {}, by=ada)

    assert approve.is_open
    assert not approve.instance.has_ended


def task_of(session, start, drawing, **variables):
    instance = start(drawing, **variables)
    [task] = user_tasks.find(session, by=SYSTEM, instance_id=instance.id)
    return task


def test_a_task_with_neither_lane_nor_groups_is_for_every_associate(session, start, ada):
    task = task_of(session, start, process("p").user_task("t").end())

    assert task.is_for_all
    assert user_tasks.claim(session, task.id, by=ada).assignee == "ada"


def test_groups_and_assignee_can_be_expressions(session, start, ada):
    drawing = process("p").user_task("t", groups="billing, =teams", assignee="=worker", lane="x")
    task = task_of(session, start, drawing.end(), teams=["gas", "power"], worker="ada")

    assert task.groups == ("billing", "gas", "power")
    assert task.assignee == "ada"
    assert user_tasks.find(session, by=ada) == [task]


def test_who_decided_before_may_not_decide_again(session, start, ada, bob):
    settings = '<work:assignment groups="customer_service" exclude="=decided_by"/>'
    drawing = process("p").user_task("check", settings=settings).end()
    task = task_of(session, start, drawing, decided_by="ada")

    assert user_tasks.find(session, by=ada) == []
    with pytest.raises(UserTaskNotFound):
        user_tasks.claim(session, task.id, by=ada)
    assert user_tasks.claim(session, task.id, by=bob).assignee == "bob"


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("P2D", "2026-01-07T09:00:00+00:00"),
        ("P1M", "2026-02-05T09:00:00+00:00"),
        ('=duration("PT4H")', "2026-01-05T13:00:00+00:00"),
        ("=deadline", "2026-01-09T00:00:00+00:00"),
        ("2026-01-08T12:00:00Z", "2026-01-08T12:00:00+00:00"),
        ("=nothing", None),
        ('="soon"', None),
    ],
)
def test_due_dates_are_durations_moments_or_expressions(session, start, due, expected):
    drawing = process("p").user_task("t", due=due).end()
    task = task_of(session, start, drawing, deadline="2026-01-09")

    assert (task.due_at and task.due_at.isoformat()) == expected


def test_a_released_task_can_be_claimed_by_another(session, approve, ada, bob):
    user_tasks.claim(session, approve.id, by=ada)
    user_tasks.claim(session, approve.id, by=ada)

    user_tasks.release(session, approve.id, by=ada)
    user_tasks.claim(session, approve.id, by=bob)

    assert approve.assignee == "bob"
    steps = [(entry.lifecycle, entry.by) for entry in log.entries(session, approve.instance_id)]
    assert steps[-3:] == [("claim", "ada"), ("release", "ada"), ("claim", "bob")]


def test_only_a_leader_takes_a_task_from_somebody(session, approve, ada, bob, lea):
    user_tasks.claim(session, approve.id, by=ada)

    with pytest.raises(NotAllowed):
        user_tasks.release(session, approve.id, by=bob)
    user_tasks.release(session, approve.id, by=lea)

    assert approve.assignee is None


def test_a_task_is_handed_over_to_a_person(session, approve, ada, bob, lea, root):
    add_person(session, "bob", roles=["associate"], by=root)
    user_tasks.claim(session, approve.id, by=ada)

    with pytest.raises(NotAllowed):
        user_tasks.hand_over(session, approve.id, "bob", by=bob)
    with pytest.raises(PersonUnknown):
        user_tasks.hand_over(session, approve.id, "nobody", by=ada)
    user_tasks.hand_over(session, approve.id, "bob", by=ada)
    assert approve.assignee == "bob"

    user_tasks.complete(session, approve.id, {}, by=bob)
    with pytest.raises(UserTaskClosed):
        user_tasks.hand_over(session, approve.id, "bob", by=lea)


def test_somebody_of_another_group_cannot_complete_what_they_see(session, start, ada, ivan):
    task = task_of(session, start, process("p").user_task("t", groups="billing").end())

    with pytest.raises(UserTaskNotFound):
        user_tasks.complete(session, task.id, {}, by=ada)
    with pytest.raises(NotACandidate):
        task.claim(ada, at=task.created_at)
    with pytest.raises(UserTaskNotFound):
        user_tasks.complete(session, task.id, {}, by=ivan)


def test_a_completed_task_stays_as_it_is(session, approve, ada, bob):
    user_tasks.complete(session, approve.id, {}, by=ada)

    for change in (user_tasks.claim, user_tasks.release):
        with pytest.raises((UserTaskClosed, NotAllowed)):
            change(session, approve.id, by=bob)
    with pytest.raises(UserTaskClosed):
        user_tasks.complete(session, approve.id, {}, by=ada)
    assert user_tasks.find(session, by=ada) == []
    assert user_tasks.find(session, by=ada, state="completed") == [approve]


def test_the_log_says_who_completed_a_task(session, approve, ada):
    user_tasks.complete(session, approve.id, {"approved": True}, by=ada)

    [done] = [
        entry
        for entry in log.entries(session, approve.instance_id, limit=99)
        if (entry.element_id, entry.lifecycle) == ("approve", "complete")
    ]
    assert (done.by, done.variables, done.previous_element) == ("ada", {"approved": True}, "start")


def test_each_item_of_a_multi_instance_is_a_task_of_its_own(session, start, ada):
    loop = each("people", "person", result="verdict", into="verdicts")
    settings = '<work:assignment assignee="=person"/>'
    drawing = process("p").user_task("vote", loop=loop, settings=settings).user_task("count")
    instance = start(drawing.end(), people=["ada", "bob", "eve"])

    tasks = user_tasks.find(session, by=SYSTEM, instance_id=instance.id)
    assert [(task.loop_index, task.assignee) for task in tasks] == [
        (0, "ada"),
        (1, "bob"),
        (2, "eve"),
    ]
    for number, task in enumerate(tasks):
        person = actor(task.assignee, Role.ASSOCIATE)
        user_tasks.complete(session, task.id, {"verdict": number}, by=person)

    assert instances.variables(session, instance)["verdicts"] == [0, 1, 2]


def test_an_interrupted_task_is_cancelled(session, start, clock_at):
    drawing = process("p").user_task("t").end().at("t").boundary("late", on="t", timer="PT1H")
    task = task_of(session, start, drawing.user_task("chase").end())
    clock_at(hours=1)
    [timer_id] = timers.due(session, 9)

    timers.fire(session, timer_id)

    session.refresh(task)
    assert (task.state, task.cancelled_at) == ("cancelled", clock_at(hours=1))
    assert [task.element_id for task in user_tasks.find(session, by=SYSTEM)] == ["chase"]


def test_tasks_are_listed_by_due_date_in_pages(session, start):
    tasks = {}
    for number, due in enumerate(["P3D", "P1D", None, "P2D", None, "P1D"]):
        tasks[number] = task_of(session, start, process(f"p{number}").user_task("t", due=due).end())

    found, after = [], None
    while page := user_tasks.find(session, by=SYSTEM, order="due", after=after, limit=2):
        found += page
        after = page[-1].id

    assert found == [tasks[number] for number in (1, 5, 3, 0, 2, 4)]
    assert user_tasks.find(session, by=SYSTEM, limit=2) == [tasks[0], tasks[1]]
    assert user_tasks.find(session, by=SYSTEM, due_before=tasks[3].due_at) == [tasks[1], tasks[5]]


def test_tasks_are_found_by_what_is_known_of_them(session, start, ada):
    drawing = process("labelled")
    drawing.settings = '<work:label variable="customer"/>'
    mine = task_of(session, start, drawing.user_task("t", lane="x").end(), customer="C-42")
    other = task_of(session, start, process("other").user_task("u").end())

    def found(**filters):
        return user_tasks.find(session, by=SYSTEM, **filters)

    assert found() == [mine, other]
    assert found(having=[("customer", "C-42")]) == [mine]
    assert found(having=[("customer", "C-42"), ("town", "Ulm")]) == []
    assert found(group="x") == [mine]
    assert found(key="other") == [other]
    assert found(element_id="u") == [other]
    assert found(instance_id=other.instance_id) == [other]
    user_tasks.claim(session, other.id, by=ada)
    assert found(assignee="ada") == [other]
    assert user_tasks.find(session, by=ada, mine=True) == [other]
    assert user_tasks.find(session, by=ada, groups=True) == []
    assert user_tasks.find(session, by=ada, mine=True, groups=True) == [other]


def test_a_task_without_anybody_is_led_by_every_team_leader(session, start, lea, root):
    task = task_of(session, start, process("p").user_task("t", lane="audit").end())

    assert user_tasks.claim(session, task.id, by=lea).assignee == "lea"
    user_tasks.release(session, task.id, by=lea)
    add_person(session, "audrey", roles=["associate"], groups=["audit"], by=root)
    session.expire(task)
    with pytest.raises(UserTaskNotFound):
        user_tasks.claim(session, task.id, by=lea)


def test_a_program_belongs_to_its_groups_as_a_person_does(session, start, lea, root):
    task = task_of(session, start, process("p").user_task("t", lane="prüfung").end())
    make_token(session, "other", roles=["associate"], groups=["audit", "a_dit"], by=root)
    assert user_tasks.find(session, by=lea) == [task]

    token, _ = make_token(session, "bot", roles=["associate"], groups=["a", "prüfung"], by=root)

    session.expire(task)
    assert user_tasks.find(session, by=lea) == []
    with pytest.raises(UserTaskNotFound):
        user_tasks.claim(session, task.id, by=lea)
    token.revoked_at = token.created_at
    session.expire(task)
    assert user_tasks.find(session, by=lea) == [task]
