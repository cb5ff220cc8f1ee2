"""The people of the demo, one or two for each role."""

from dataclasses import dataclass

from core.people import Role


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to be in the demo."""

    name: str
    display_name: str
    title: str
    role: Role
    groups: tuple[str, ...] = ()


PEOPLE = (
    DemoPerson("ada", "Ada", "associate, customer service", Role.ASSOCIATE, ("customer_service",)),
    DemoPerson("ben", "Ben", "associate, credit", Role.ASSOCIATE, ("credit",)),
    DemoPerson("cleo", "Cleo", "associate, billing", Role.ASSOCIATE, ("billing",)),
    DemoPerson(
        "lea",
        "Lea",
        "team leader",
        Role.TEAM_LEADER,
        ("customer_service", "credit", "billing"),
    ),
    DemoPerson("grace", "Grace", "business analyst", Role.ANALYST),
    DemoPerson("olga", "Olga", "operator", Role.OPERATOR),
    DemoPerson("admin", "Admin", "administrator", Role.ADMINISTRATOR),
)
