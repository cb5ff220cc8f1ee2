"""What a new installation begins with, and what the console says about signing in."""

from collections.abc import Mapping

from flask import Flask
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import people
from core.config import Config
from core.db import transaction
from core.people import SYSTEM, Person, Role
from web import signing_in

ADMINISTRATOR = "admin"


def demo_days(environ: Mapping[str, str]) -> int:
    """How many days of past a demo has. Raises Invalid for what is no number of days."""
    from demo import history, past

    return history.days_of(environ.get("BACKOFFICE_DEMO_DAYS", str(past.DAYS)))


def welcome(application: Flask, config: Config, days: int) -> str:
    """Fill an empty installation, and tell how to sign in; a demo has so many days of past."""
    with application.app_context(), transaction() as session:
        is_new = session.scalar(select(func.count()).select_from(Person)) == 0
        if config.demo:
            return _demo(session, config, is_new, days)
        return _administrator(session, config) if is_new else ""


def _demo(session: Session, config: Config, is_new: bool, days: int) -> str:
    # The demo is an edge of its own; it is loaded only where it runs.
    from demo.people import EVERYBODY
    from demo.seed import seed

    if is_new:
        seed(session, config.data_dir, days)
        with force_locale("en"):
            begin_projects(session)
    titles = {person.name: person.title for person in EVERYBODY}
    offered = signing_in.demo_people(session)
    lines = [
        f"  {person.display_name:<8} {titles.get(person.name, role.replace('_', ' '))}"
        for role, person in offered.main
    ]
    for each in offered.more:
        names = ", ".join(person.display_name for person in each.people)
        lines.append(f"  Colleagues, {(each.team or each.role.replace('_', ' ')).lower()}: {names}")
    return "\n".join(
        [
            f"Open {config.public_url} and choose who to be; the demo asks for no password.",
            *lines,
            "",
        ]
    )


def begin_projects(session: Session) -> None:
    """A project of the designer for each process of the library, with its scenarios."""
    from demo.seed import LIBRARY
    from designer.projects import archives, importing, keeping

    by = people.get_person(session, "grace").as_actor()
    for folder in sorted(path for path in LIBRARY.iterdir() if path.is_dir()):
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        brought = archives.gathered(
            (path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths
        )
        name, about = importing.read_about(brought.files)
        project = keeping.create(session, name, about, by=by)
        importing.take(session, brought, project, by=by)


def _administrator(session: Session, config: Config) -> str:
    person = people.add_person(
        session,
        ADMINISTRATOR,
        roles=[Role.ADMINISTRATOR],
        display_name="Administrator",
        by=SYSTEM,
    )
    secret = people.make_sign_in_link(session, person)
    return f"Sign in as the administrator, once: {config.public_url}/sign-in/{secret}\n"
