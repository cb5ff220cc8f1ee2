import pytest
from sqlalchemy import func, select

from core.people import SYSTEM, add_person
from core.permissions import NotAllowed
from engine import deployments, instances, user_tasks
from tests.build import process
from tests.work.desk import arrive, associate, deploy
from work import queue_settings, queues, skills, sorting
from work.errors import HandsFull, QueueFull
from work.models import WorkClass
from work.queue_settings import Settings

HOUR = 60


@pytest.fixture(autouse=True)
def claims(session, clock_at):
    """The process whose tasks wait. It is Monday, nine o'clock: the office opens."""
    deploy(session)
    add_person(session, "ada", roles=["associate"], by=SYSTEM)


def test_nobody_waits_for_nothing(session, ada):
    assert queues.give_next(session, by=ada) is None


def test_within_a_class_what_is_due_first_is_next(session, ada):
    arrive(session, due=5 * HOUR)
    first = arrive(session, due=2 * HOUR)
    arrive(session, due=3 * HOUR)

    given = queues.give_next(session, by=ada)

    assert given.task is first
    assert (first.assignee, first.claimed_by) == ("ada", "ada")
    assert given.dispatch.sentence == (
        "Due in 2 h of working time, about 15 min of work: "
        "the only kind of work that waits for you."
    )
    assert queues.last_dispatch(session, first) is given.dispatch


def test_weight_counts_between_classes(session, ada):
    arrive(session, due=HOUR)
    heavy = arrive(session, due=2 * HOUR, worth=5)

    given = queues.give_next(session, by=ada)

    assert given.task is heavy
    assert "weight 5" in given.dispatch.sentence
    assert "more urgent than 1 other kind of work that waits for you" in given.dispatch.sentence


def test_what_has_time_waits_behind_what_has_none(session, ada):
    arrive(session, due=7 * 24 * HOUR, worth=3)
    late = arrive(session, due=-HOUR)

    assert queues.give_next(session, by=ada).task is late


def test_time_left_is_business_time(session, ada, clock_at):
    clock_at(hours=7)
    # Tomorrow at ten, eighteen hours from now, of which two are worked.
    task = arrive(session, due=18 * HOUR)

    given = queues.give_next(session, by=ada)

    assert given.task is task
    assert given.dispatch.reason["left_seconds"] == 2 * 3600


def test_without_a_due_date_the_queue_s_target_counts(session, ada):
    arrive(session)
    soon = arrive(session, due=HOUR)

    assert queues.give_next(session, by=ada).task is soon
    assert queues.give_next(session, by=ada).task.rank_at.isoformat() == "2026-01-06T17:00:00+00:00"


def test_only_candidates_are_given_a_task(session, ada):
    arrive(session)

    assert queues.give_next(session, by=associate("eve", "billing")) is None
    assert queues.give_next(session, by=ada) is not None


def test_those_who_do_not_take_tasks_are_refused(session, grace):
    with pytest.raises(NotAllowed):
        queues.give_next(session, by=grace)


def test_tasks_for_everybody_go_to_anybody(session):
    deploy(session, "plain", lane=None)
    task = arrive(session, "plain")

    assert queues.give_next(session, by=associate("eve", "billing")).task is task


def test_who_is_excluded_gets_another_item_of_the_class(session, ada, bob):
    deploy(session, "checks", assignment={"exclude": "=maker"})
    own = arrive(session, "checks", maker="ada", due=HOUR)
    other = arrive(session, "checks", maker="bob", due=2 * HOUR)

    assert queues.give_next(session, by=ada).task is other
    assert queues.give_next(session, by=ada) is None
    assert queues.give_next(session, by=bob).task is own


def test_skills_are_needed_at_their_level(session, lea, ada):
    deploy(session, "gas", assignment={"skills": "gas:2, german"})
    task = arrive(session, "gas")

    for has in ({}, {"gas": 1, "german": 1}, {"gas": 3}):
        skills.declare(session, "ada", has, by=lea)
        assert queues.give_next(session, by=ada) is None
    skills.declare(session, "ada", {"gas": 2, "german": 1}, by=lea)
    assert queues.give_next(session, by=ada).task is task


def test_full_hands_get_nothing_more(session, lea, ada):
    skills.declare(session, "ada", {}, in_hand_limit=1, by=lea)
    arrive(session)
    arrive(session)
    task = queues.give_next(session, by=ada).task

    with pytest.raises(HandsFull):
        queues.give_next(session, by=ada)
    user_tasks.complete(session, task.id, {}, by=ada)
    assert queues.give_next(session, by=ada) is not None


def test_a_team_has_no_more_in_hand_than_it_may(session, lea, ada, bob):
    queue_settings.put(session, "customer_service", Settings(shared_limit=1), by=lea)
    arrive(session)
    arrive(session)
    task = queues.give_next(session, by=ada).task

    with pytest.raises(QueueFull):
        queues.give_next(session, by=bob)
    user_tasks.complete(session, task.id, {}, by=ada)
    assert queues.give_next(session, by=bob) is not None


def test_what_is_remembered_of_queues_is_read_again_after_a_change(session, ada, lea, clock_at):
    arrive(session)
    arrive(session)
    queues.give_next(session, by=ada)

    queue_settings.put(session, "customer_service", Settings(in_hand_limit=1), by=lea)

    with pytest.raises(HandsFull):
        queues.give_next(session, by=ada)


def test_who_knows_the_case_is_asked_first(session, ada, bob):
    two_steps = {"assignment": {"affinity": "case"}}
    drawing = (
        process("steps")
        .user_task("first", lane="customer_service")
        .user_task("second", lane="customer_service", **two_steps)
        .end()
    )
    deployments.deploy(session, {"steps.bpmn": drawing}, by=SYSTEM)
    firsts = [arrive(session, "steps") for _ in range(2)]
    for task, who in zip(firsts, (bob, ada), strict=True):
        user_tasks.complete(session, task.id, {}, by=who)

    given = queues.give_next(session, by=ada)

    assert given.task.instance_id == firsts[1].instance_id
    assert "you know this case" in given.dispatch.sentence


def test_suspended_cases_wait(session, ada, olga):
    task = arrive(session, due=HOUR)
    other = arrive(session, due=2 * HOUR)
    instances.suspend(session, task.instance_id, "why not", by=olga)

    assert queues.give_next(session, by=ada).task is other
    assert queues.give_next(session, by=ada) is None
    instances.resume(session, task.instance_id, by=olga)
    assert queues.give_next(session, by=ada).task is task


def test_released_tasks_are_given_again(session, ada, bob):
    task = arrive(session)
    queues.give_next(session, by=ada)

    user_tasks.release(session, task.id, by=ada)

    assert queues.give_next(session, by=bob).task is task


def test_a_task_with_a_follow_up_date_rests_until_then(session, ada, clock_at):
    deploy(session, "later", schedule={"followUp": "PT2H"})
    task = arrive(session, "later")

    assert queues.give_next(session, by=ada) is None
    assert not sorting.has_resting(session)
    clock_at(hours=3)
    assert sorting.has_resting(session)
    sorting.wake(session)
    assert queues.give_next(session, by=ada).task is task


def test_recovery_puts_late_items_behind_those_that_can_be_in_time(session, ada, lea, clock_at):
    clock_at(hours=5)
    late = arrive(session, due=-2 * HOUR)
    in_time = arrive(session, due=5 * HOUR)
    queue_settings.put(session, "customer_service", Settings(recovery=True), by=lea)

    assert queues.give_next(session, by=ada).task is in_time
    given = queues.give_next(session, by=ada)
    assert given.task is late
    assert "late work coming last for now" not in given.dispatch.sentence


def test_the_guard_of_recovery_ends_the_waiting(session, ada, lea, clock_at):
    clock_at(hours=5)
    late = arrive(session, due=-2 * HOUR)
    arrive(session, due=5 * HOUR)
    settings = Settings(recovery=True, guard_seconds=3600)
    queue_settings.put(session, "customer_service", settings, by=lea)

    assert queues.give_next(session, by=ada).task is late


def test_many_classes_and_items_are_each_given_once(session, ada, bob):
    tasks = {arrive(session, due=n * HOUR, worth=n % 3 + 1, tier=str(n % 2)).id for n in range(12)}

    given = [queues.give_next(session, by=who).task.id for who in (ada, bob) * 6]

    assert set(given) == tasks
    assert queues.give_next(session, by=ada) is None


def test_amounts_as_weights_make_few_classes(session, ada):
    for worth in (1_001, 1_010, 1_499, 2_000):
        arrive(session, worth=worth)
    sorting.take_in(session)

    assert session.scalar(select(func.count()).select_from(WorkClass)) == 2
