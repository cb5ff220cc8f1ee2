"""The people of the demo: those in its stories, and their colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.people import Role

SERVICE, CREDIT, BILLING = "customer_service", "credit", "billing"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to be in the demo."""

    name: str
    display_name: str
    title: str
    role: Role
    groups: tuple[str, ...] = ()
    #: What they know, with levels from 1 to 9.
    skills: Mapping[str, int] = field(default_factory=dict)
    #: Their own hours, from Monday on; empty: those of their team.
    week: tuple[str, ...] = ()


def _associate(
    name: str, group: str, skills: Mapping[str, int], week: tuple[str, ...] = ()
) -> DemoPerson:
    title = f"associate, {group.replace('_', ' ')}"
    return DemoPerson(name, name.capitalize(), title, Role.ASSOCIATE, (group,), skills, week)


PEOPLE = (
    _associate("ada", SERVICE, {"complaints": 2, "german": 3, "english": 2}),
    _associate("ben", CREDIT, {"credit": 3, "german": 3}),
    _associate("cleo", BILLING, {"metering": 2, "german": 2, "english": 3}),
    DemoPerson("lea", "Lea", "team leader", Role.TEAM_LEADER, (SERVICE, CREDIT, BILLING)),
    DemoPerson("grace", "Grace", "business analyst", Role.ANALYST),
    DemoPerson("olga", "Olga", "operator", Role.OPERATOR),
    DemoPerson("admin", "Admin", "administrator", Role.ADMINISTRATOR),
)
EARLY, LATE, USUAL, OFF = "07:00-15:00", "12:00-20:00", "09:00-17:00", ""
#: They work beside them: customer service has six, on every day of the week.
COLLEAGUES = (
    _associate("emil", SERVICE, {"german": 3}, (EARLY,) * 5 + (OFF, OFF)),
    _associate("frida", SERVICE, {"complaints": 1, "german": 3}, (LATE,) * 5 + (OFF, OFF)),
    _associate(
        "hugo", SERVICE, {"german": 2, "turkish": 3}, (OFF, OFF, USUAL, LATE, LATE, USUAL, USUAL)
    ),
    _associate(
        "ines", SERVICE, {"complaints": 3, "german": 3}, (USUAL, USUAL, OFF, OFF) + (USUAL,) * 3
    ),
    _associate("jonas", SERVICE, {"german": 3, "english": 3}, (USUAL,) * 5 + (OFF, OFF)),
    _associate("klara", CREDIT, {"credit": 2, "german": 3}),
    _associate("mats", BILLING, {"german": 3}),
    _associate("nora", BILLING, {"metering": 3, "german": 3}, (EARLY,) * 5 + (OFF, OFF)),
)
EVERYBODY = (*PEOPLE, *COLLEAGUES)
