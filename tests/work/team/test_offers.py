from datetime import date

import pytest

from core import calendars
from core.calendars import Day, Wanted
from core.people import SYSTEM, add_person
from engine import user_tasks
from tests.work.desk import LANE, arrive, deploy
from work import assignment, queue_settings, queues, skills
from work.errors import KeptForOther, PullOnly
from work.queue_settings import Settings
from work.team import offers, presence
from work.team.offers import AnswerMissing, OfferGone, OfferNotFound


@pytest.fixture(autouse=True)
def pushed(session, clock_at, lea, ada, bob):
    """A queue that offers its work, and two people whose desks are open."""
    deploy(session)
    queue_settings.put(session, LANE, Settings(mode="push", offer_seconds=60), by=lea)
    for person in (ada, bob):
        add_person(session, person.name, roles=["associate"], groups=[LANE], by=SYSTEM)
        presence.seen(session, by=person)


def turn(session):
    """What the scheduler does each second."""
    offers.pass_on(session)
    offers.sort_in(session)
    return offers.make(session)


def test_an_item_is_offered_to_one_person_and_accepted(session, ada, bob):
    task = arrive(session)

    assert turn(session) == 1
    assert turn(session) == 0

    offer = offers.current(session, by=ada)
    assert (offer.task_id, offer.person) == (task.id, "ada")
    assert "the only kind of work that waits" in offer.sentence
    assert offers.current(session, by=bob) is None
    with pytest.raises(OfferNotFound):
        offers.accept(session, offer.id, by=bob)
    with pytest.raises(KeptForOther):
        assignment.claim(session, task.id, by=bob)
    assert queues.give_next(session, by=bob) is None
    given = offers.accept(session, offer.id, by=ada)
    assert (given.task.assignee, given.dispatch.sentence) == ("ada", offer.sentence)
    assert (offer.state, given.task.reserved_for) == ("accepted", None)


def test_who_waited_longest_is_offered_the_next(session, ada, bob):
    arrive(session)
    turn(session)
    arrive(session)

    turn(session)

    assert offers.current(session, by=ada).task_id != offers.current(session, by=bob).task_id


def test_a_rejected_item_goes_to_somebody_else_with_the_reason_kept(session, ada, bob):
    task = arrive(session)
    turn(session)
    offer = offers.current(session, by=ada)

    with pytest.raises(AnswerMissing):
        offers.reject(session, offer.id, " ", by=ada)
    offers.reject(session, offer.id, "I know the customer", by=ada)
    turn(session)

    assert (offer.state, offer.answer) == ("rejected", "I know the customer")
    assert offers.current(session, by=ada) is None
    assert offers.current(session, by=bob).task_id == task.id
    with pytest.raises(OfferGone):
        offers.accept(session, offer.id, by=ada)


def test_what_finds_no_answer_is_passed_on_and_its_person_is_away(session, ada, bob, clock_at):
    task = arrive(session)
    turn(session)
    offer = offers.current(session, by=ada)

    clock_at(seconds=61)
    presence.seen(session, by=bob)
    with pytest.raises(OfferGone):
        offers.accept(session, offer.id, by=ada)
    turn(session)

    assert (offer.state, offer.answer) == ("expired", offers.NO_ANSWER)
    assert offers.current(session, by=bob).task_id == task.id
    session.refresh(presence.of(session, "ada"))
    assert presence.of(session, "ada").away_reason == offers.NO_ANSWER
    other = arrive(session)
    presence.seen(session, by=ada)
    turn(session)
    assert offers.current(session, by=ada) is None
    presence.come_back(session, by=ada)
    turn(session)
    assert offers.current(session, by=ada).task_id == other.id


def test_nothing_is_offered_to_who_is_not_here(session, ada, bob, lea, clock_at):
    presence.leave(session, reason="Lunch", by=ada)
    absent = Wanted(
        based_on="office", person="bob", days=(Day(date(2026, 1, 5), date(2026, 1, 5)),)
    )
    calendars.put(session, "of bob", absent, by=lea)
    arrive(session)

    assert turn(session) == 0
    presence.come_back(session, by=ada)
    clock_at(hours=9)
    presence.seen(session, by=ada)
    assert turn(session) == 0
    clock_at(hours=23)
    assert turn(session) == 0
    presence.seen(session, by=ada)
    assert turn(session) == 0
    clock_at(hours=24)
    presence.seen(session, by=ada)
    assert turn(session) == 1


def test_a_desk_that_closes_passes_its_offer_on(session, ada, bob, clock_at):
    task = arrive(session)
    turn(session)
    offer = offers.current(session, by=ada)
    offer.until = clock_at(hours=1)

    clock_at(seconds=100)
    presence.seen(session, by=bob)
    turn(session)

    assert (offer.state, offer.answer) == ("expired", offers.GONE)
    assert offers.current(session, by=bob).task_id == task.id


def test_full_hands_and_missing_skills_are_offered_nothing(session, ada, bob, lea):
    deploy(session, "gas", assignment={"skills": "gas"})
    skills.declare(session, "bob", {"gas": 1}, in_hand_limit=1, by=lea)
    arrive(session, "gas")
    arrive(session, "gas")

    assert turn(session) == 1
    offers.accept(session, offers.current(session, by=bob).id, by=bob)
    assert turn(session) == 0


def test_an_offer_of_a_task_that_is_done_is_withdrawn(session, ada, lea):
    task = arrive(session)
    turn(session)
    offer = offers.current(session, by=ada)

    user_tasks.claim(session, task.id, by=lea)
    user_tasks.complete(session, task.id, {}, by=lea)
    turn(session)

    assert offer.state == "withdrawn"


def test_asking_for_the_next_accepts_what_is_offered(session, ada):
    task = arrive(session)
    turn(session)
    offer = offers.current(session, by=ada)

    assert queues.give_next(session, by=ada).task is task
    session.refresh(offer)
    assert offer.state == "accepted"


def test_nobody_chooses_from_a_queue_that_offers(session, ada):
    with pytest.raises(PullOnly):
        assignment.claim(session, arrive(session).id, by=ada)
