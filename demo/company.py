"""How the supplier works: its hours, its queues, and what its people know."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import calendars, clock
from core.calendars import OFFICE
from core.calendars.wanted import Day, Hours, Wanted
from core.people import SYSTEM
from demo.people import BILLING, CREDIT, EVERYBODY, SERVICE
from work import queue_settings, skills
from work.queue_settings import Settings

ZONE, COUNTRY = "Europe/Berlin", "DE"
SERVICE_HOURS = "customer-service"
#: Closed for everybody but those who must be there.
COMPANY_DAY = timedelta(days=24)
HOUR = 3_600

WEEKS: dict[str, tuple[str, tuple[str, ...]]] = {
    OFFICE: ("Office", ("08:00-17:00",) * 5 + ("", "")),
    SERVICE_HOURS: ("Customer service", ("07:00-20:00",) * 5 + ("09:00-18:00",) * 2),
}
QUEUES = {
    SERVICE: Settings("open", SERVICE_HOURS, target_seconds=26 * HOUR, in_hand_limit=8),
    CREDIT: Settings("pull", OFFICE, target_seconds=9 * HOUR, in_hand_limit=4),
    BILLING: Settings(
        "push", OFFICE, target_seconds=18 * HOUR, offer_seconds=120, rules="billing_order"
    ),
}


def furnish(session: Session) -> None:
    """Hours, queues and skills, once people and processes are there."""
    day = (clock.now() + COMPANY_DAY).date()
    for name, (title, week) in WEEKS.items():
        closed = (Day(day, day, reason="Company outing"),) if name == OFFICE else ()
        wanted = Wanted(title, zone=ZONE, week=_week(week), country=_country(name), days=closed)
        calendars.put(session, name, wanted, by=SYSTEM)
    for person in EVERYBODY:
        if person.week:
            title, hours = f"Hours of {person.display_name}", _week(person.week)
            based_on = SERVICE_HOURS if SERVICE in person.groups else OFFICE
            own = Wanted(title, based_on=based_on, person=person.name, week=hours)
            calendars.put(session, f"{person.name}-hours", own, by=SYSTEM)
        if person.skills:
            skills.declare(session, person.name, person.skills, by=SYSTEM)
    for group, settings in QUEUES.items():
        queue_settings.put(session, group, settings, by=SYSTEM)


def _country(name: str) -> str | None:
    """Customer service is there on holidays, too."""
    return COUNTRY if name == OFFICE else None


def _week(shifts: tuple[str, ...]) -> tuple[Hours, ...]:
    return tuple((_shift(each),) if each else () for each in shifts)


def _shift(text: str) -> tuple[str, str]:
    start, _, stop = text.partition("-")
    return start, stop
