"""Absences are noted by whom they concern or their leaders; all that gives out work minds them."""

from datetime import date, timedelta

import pytest

from core import calendars, clock
from core.calendars import Wanted
from core.people import SYSTEM, add_person
from core.permissions import NotAllowed
from tests.work.desk import LANE, arrive, associate, deploy
from work import assignment, due_dates, queue_settings, skills, sorting
from work.queue_settings import Settings
from work.team import absences, acts, board, covers, offers, presence
from work.team.absences import (
    AbsenceBackwards,
    AbsenceInParts,
    AbsenceNotFound,
    AbsenceOffHours,
    AbsenceOver,
    AbsenceTaken,
    AbsenceTimeInvalid,
    AbsenceTooFar,
    Wish,
)
from work.team.covers import CoverInvalid

#: Monday; the office opens at nine.
MONDAY, TUESDAY, FRIDAY = date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 9)


@pytest.fixture(autouse=True)
def people(session, clock_at):
    for name in ("ada", "bob"):
        add_person(session, name, roles=["associate"], groups=[LANE], by=SYSTEM)


def hours_on(session, day):
    return [shift.texts() for shift in calendars.of_person(session, "ada").opening.shifts_on(day)]


def test_people_note_their_own_absence_and_leaders_see_it(session, ada, bob, lea):
    absences.note(session, "ada", Wish(TUESDAY, FRIDAY, reason="Holiday"), by=ada)

    assert hours_on(session, TUESDAY) == hours_on(session, FRIDAY) == []
    assert hours_on(session, MONDAY) == [("09:00", "17:00")]
    assert [day.reason for day in absences.find(session, "ada", by=lea)] == ["Holiday"]
    mates = {mate.name: mate for mate in board.mates(session, by=lea)}
    assert (mates["ada"].absence.first, mates["bob"].absence) == (TUESDAY, None)
    kept = acts.find(session, by=lea)[0]
    assert (kept.act, kept.by, kept.concerning) == ("absence", "ada", "ada")
    for refused in (
        lambda: absences.note(session, "ada", Wish(FRIDAY, FRIDAY), by=bob),
        lambda: absences.find(session, "ada", by=bob),
        lambda: absences.end(session, "ada", TUESDAY, by=bob),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_they_take_it_back(session, ada):
    absences.note(session, "ada", Wish(TUESDAY, FRIDAY), by=ada)

    absences.end(session, "ada", TUESDAY, by=ada)

    assert hours_on(session, TUESDAY) == [("09:00", "17:00")]
    with pytest.raises(AbsenceNotFound):
        absences.end(session, "ada", TUESDAY, by=ada)


def test_a_part_of_a_day_leaves_the_rest_of_its_hours(session, ada, clock_at):
    absences.note(session, "ada", Wish(TUESDAY, TUESDAY, "12:00", "14:00"), by=ada)
    absences.note(session, "ada", Wish(FRIDAY, FRIDAY, "08:00", "24:00"), by=ada)

    assert hours_on(session, TUESDAY) == [("09:00", "12:00"), ("14:00", "17:00")]
    assert hours_on(session, FRIDAY) == []
    clock_at(days=1, hours=4)
    assert not presence.on_shift(session, "ada")
    clock_at(days=1, hours=6)
    assert presence.on_shift(session, "ada")


@pytest.mark.parametrize(
    ("wish", "error", "sentence"),
    [
        (Wish(FRIDAY, TUESDAY), AbsenceBackwards, "end at 2026-01-06 and begin at 2026-01-09"),
        (Wish(FRIDAY, FRIDAY, "14:00", "12:00"), AbsenceBackwards, "end at 12:00"),
        (Wish(date(2026, 1, 4), FRIDAY), AbsenceOver, "2026-01-04 is over"),
        (Wish(date(9999, 1, 1), date(9999, 1, 2)), AbsenceTooFar, "within two years"),
        (Wish(TUESDAY, date(2027, 6, 1)), AbsenceTooFar, "up to a year"),
        (Wish(TUESDAY, FRIDAY, "12:00", "14:00"), AbsenceInParts, "a single day"),
        (Wish(TUESDAY, TUESDAY, "12:00"), AbsenceInParts, "both from and to"),
        (Wish(TUESDAY, TUESDAY, "noon", "14:00"), AbsenceTimeInvalid, "like 13:30"),
        (Wish(TUESDAY, TUESDAY, "18:00", "20:00"), AbsenceOffHours, "anyway"),
    ],
)
def test_what_cannot_be_noted_is_told_in_a_sentence(session, ada, wish, error, sentence):
    with pytest.raises(error, match=sentence):
        absences.note(session, "ada", wish, by=ada)

    assert calendars.own_of(session, "ada") is None


def test_absences_do_not_overlap(session, ada):
    absences.note(session, "ada", Wish(TUESDAY, FRIDAY), by=ada)

    with pytest.raises(AbsenceTaken, match="from 2026-01-06 to 2026-01-09 already"):
        absences.note(session, "ada", Wish(FRIDAY, FRIDAY, "12:00", "14:00"), by=ada)


def test_due_dates_of_a_personal_calendar_follow(session, ada):
    own = calendars.put(session, "own", Wanted(based_on="office", person="ada"), by=SYSTEM)
    deploy(session, due="P1D", schedule={"calendar": own.name})
    task = arrive(session)
    assert task.due_at.date() == MONDAY

    absences.note(session, "ada", Wish(MONDAY, TUESDAY), by=ada)
    due_dates.follow(session)

    assert task.due_at.date() == date(2026, 1, 7)


def test_the_hours_that_held_before_hold_on_other_days(session, ada):
    week = ((("06:00", "10:00"),),) * 7
    for name in ("early", "hamburg"):
        calendars.put(session, name, Wanted(zone="UTC", week=week), by=SYSTEM)
    queue_settings.put(session, LANE, Settings(calendar="early"), by=SYSTEM)
    absences.note(session, "ada", Wish(TUESDAY, TUESDAY), by=ada)
    skills.declare(session, "bob", {}, site="hamburg", by=SYSTEM)
    absences.note(session, "bob", Wish(TUESDAY, TUESDAY), by=associate("bob"))

    assert hours_on(session, FRIDAY) == [("06:00", "10:00")]
    assert calendars.own_of(session, "ada").based_on == "early"
    assert calendars.own_of(session, "bob").based_on == "hamburg"


def test_nothing_is_offered_to_who_is_absent(session, ada, bob):
    queue_settings.put(session, LANE, Settings(mode="push"), by=SYSTEM)
    deploy(session)
    arrive(session)
    for each in (ada, bob):
        presence.come_back(session, by=associate(each.name))
    sorting.take_in(session)
    absences.note(session, "ada", Wish(MONDAY, MONDAY), by=ada)

    assert offers.make(session) == 1
    assert offers.find(session)[0].person == "bob"


def test_a_cover_is_named_for_the_same_time(session, ada, lea):
    absences.note(session, "ada", Wish(TUESDAY, FRIDAY, reason="Leave"), cover="bob", by=ada)

    (cover,) = covers.find(session, person="ada", by=ada)
    assert (cover.cover, cover.note) == ("bob", "Leave")
    assert (cover.since.date(), cover.until.date()) == (TUESDAY, FRIDAY)
    with pytest.raises(CoverInvalid, match="ada is away then too"):
        absences.note(session, "bob", Wish(TUESDAY, TUESDAY), cover="ada", by=lea)


def test_a_cover_who_is_absent_gets_nothing_until_they_are_back(session, ada, bob, clock_at):
    deploy(session)
    task = arrive(session)
    assignment.claim(session, task.id, by=ada)
    covers.name(session, "ada", "bob", until=clock.now() + timedelta(days=7), by=ada)
    absences.note(session, "bob", Wish(MONDAY, MONDAY), by=associate("bob"))

    assert not covers.has_due(session)
    assert covers.follow(session) == 0
    clock_at(days=1)
    assert covers.follow(session) == 1
    assert task.assignee == "bob"
