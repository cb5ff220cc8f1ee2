from datetime import UTC, date, datetime, timedelta

import pytest

from core import calendars
from core.calendars import (
    CalendarInUse,
    CalendarInvalid,
    CalendarNotFound,
    CalendarTaken,
    Day,
    Wanted,
)
from core.permissions import NotAllowed

NINE_TO_FIVE = ((("09:00", "17:00"),),) * 5 + ((), ())
MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


@pytest.fixture
def site(session, lea, clock_at):
    """A site in Berlin with the holidays of Germany."""
    wanted = Wanted(title="Berlin", zone="Europe/Berlin", week=NINE_TO_FIVE, country="DE")
    return calendars.put(session, "berlin", wanted, by=lea)


def test_office_is_there_before_anybody_made_it(session):
    office = calendars.named(session, "office")

    assert office.add(MONDAY, timedelta(hours=1)) == MONDAY + timedelta(hours=2)
    assert calendars.of_person(session, "ada") is office
    with pytest.raises(CalendarNotFound):
        calendars.named(session, "elsewhere")


def test_a_put_calendar_is_asked_by_name(session, site):
    assert calendars.named(session, "berlin").next_open(MONDAY) == MONDAY
    assert not calendars.named(session, "berlin").is_open(datetime(2026, 5, 1, 10, tzinfo=UTC))


def test_a_person_has_the_hours_of_the_site_without_their_absences(session, site, lea):
    away = Day(date(2026, 1, 5), date(2026, 1, 9), reason="holiday")
    own = Wanted(based_on="berlin", person="ada", days=(away,))
    calendars.put(session, "ada", own, by=lea)

    ada = calendars.of_person(session, "ada")

    assert ada.next_open(MONDAY) == datetime(2026, 1, 12, 8, tzinfo=UTC)
    assert ada.opening.country == "DE"
    assert calendars.named(session, "berlin").is_open(MONDAY)


def test_a_change_reaches_what_is_based_on_it(session, site, lea):
    own = calendars.put(session, "ada", Wanted(based_on="berlin", person="ada"), by=lea)
    version = own.version
    shorter = Wanted(zone="Europe/Berlin", week=((("10:00", "12:00"),),) * 7)

    calendars.put(session, "berlin", shorter, by=lea)

    assert own.version == version + 1
    assert calendars.named(session, "ada").next_open(MONDAY).hour == 9


def test_office_can_be_given_other_hours(session, lea):
    calendars.put(session, "team", Wanted(based_on="office"), by=lea)
    calendars.put(session, "office", Wanted(zone="UTC", week=((("06:00", "07:00"),),) * 7), by=lea)

    assert calendars.named(session, "team").next_open(MONDAY).hour == 6


def test_circles_are_refused(session, site, lea):
    calendars.put(session, "team", Wanted(based_on="berlin"), by=lea)

    with pytest.raises(CalendarInvalid):
        calendars.put(session, "berlin", Wanted(based_on="team"), by=lea)


def test_what_others_are_based_on_stays(session, site, lea):
    calendars.put(session, "team", Wanted(based_on="berlin"), by=lea)

    with pytest.raises(CalendarInUse):
        calendars.remove(session, "berlin", by=lea)
    calendars.remove(session, "team", by=lea)
    calendars.remove(session, "berlin", by=lea)

    assert calendars.find(session, by=lea) == []


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(zone="UTC"),
        Wanted(zone="Nowhere", week=NINE_TO_FIVE),
        Wanted(zone="UTC", week=((("17", "9"),),) * 7),
        Wanted(zone="UTC", week=NINE_TO_FIVE, country="XX"),
        Wanted(zone="UTC", week=NINE_TO_FIVE, days=(Day(date(2026, 1, 2), date(2026, 1, 1)),)),
        Wanted(zone="UTC", week=NINE_TO_FIVE, days=(Day(date(1, 1, 2), date(2026, 1, 1)),)),
    ],
)
def test_wrong_calendars_are_refused(session, lea, wanted):
    with pytest.raises(CalendarInvalid):
        calendars.put(session, "wrong", wanted, by=lea)


def test_a_calendar_based_on_nothing_that_exists_is_refused(session, lea):
    with pytest.raises(CalendarNotFound):
        calendars.put(session, "team", Wanted(based_on="elsewhere"), by=lea)


def test_associates_see_calendars_and_leave_them_alone(session, site, ada):
    assert calendars.get(session, "berlin", by=ada).title == "Berlin"
    with pytest.raises(NotAllowed):
        calendars.put(session, "mine", Wanted(based_on="berlin"), by=ada)
    with pytest.raises(NotAllowed):
        calendars.remove(session, "berlin", by=ada)


def test_a_person_has_one_calendar(session, site, lea):
    calendars.put(session, "ada", Wanted(based_on="berlin", person="ada"), by=lea)

    with pytest.raises(CalendarTaken):
        calendars.put(session, "also ada", Wanted(based_on="berlin", person="ada"), by=lea)
