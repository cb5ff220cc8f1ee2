"""What people are called on the screen."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people import Person


class PeopleNames(dict[str, str]):
    """Display names by name; whoever is not a person here is called by the name itself."""

    def __missing__(self, name: str) -> str:
        return name


def people_names(session: Session, names: Iterable[str | None]) -> Mapping[str, str]:
    """The display names of these people."""
    wanted = sorted({name for name in names if name})
    query = select(Person.name, Person.display_name).where(Person.name.in_(wanted))
    return PeopleNames((row.name, row.display_name or row.name) for row in session.execute(query))
