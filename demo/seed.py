"""Fills an empty installation: people, the process library, and a first wave of cases."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

import forms
from core import clock, ids, people
from core.people import SYSTEM, Role
from demo import past, past_note
from demo.company import furnish
from demo.customers import customers
from demo.people import EVERYBODY
from demo.retelling import WEBSITE
from demo.serve import TOKEN_FILE
from engine import deployments, instances

LIBRARY = Path(__file__).parent.parent / "processes"
SUFFIXES = (".bpmn", ".dmn", ".form")
#: Cases that the demo begins with.
CASES = 24


def seed(session: Session, data_dir: Path, days: int = past.DAYS) -> None:
    """People, processes, cases, and the partners' own token in the data folder.

    The supplier has been at work for so many days; `demo.history` tells of them.
    """
    began = clock.now() - timedelta(days=days + 1)
    with clock.stopped_at(began), ids.told_at(began):
        _set_up(session, data_dir)
    if days:
        past_note.ask_for(data_dir, clock.now(), days)
    for customer in customers(CASES):
        instances.start(
            session,
            key="customer_onboarding",
            business_key=customer["caseNumber"],
            variables=customer,
            by=WEBSITE,
        )


def _set_up(session: Session, data_dir: Path) -> None:
    for person in EVERYBODY:
        people.add_person(
            session,
            person.name,
            roles=[person.role],
            groups=person.groups,
            display_name=person.display_name,
            email=f"{person.name}@supplier.example",
            by=SYSTEM,
        )
    _make_partner_token(session, data_dir)
    analyst = people.get_person(session, "grace").as_actor()
    for folder in sorted(path for path in LIBRARY.iterdir() if path.is_dir()):
        deployments.deploy(session, read_folder(folder), by=analyst, check_form=forms.check)
    furnish(session)


def read_folder(folder: Path) -> dict[str, bytes]:
    """The process, decision and form files of one folder of the library."""
    files = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    return {path.name: path.read_bytes() for path in files}


def _make_partner_token(session: Session, data_dir: Path) -> None:
    _, secret = people.make_token(
        session, "partner systems", roles=[Role.INTEGRATOR], groups=[], by=SYSTEM
    )
    path = data_dir / TOKEN_FILE
    path.touch(mode=0o600)
    path.write_text(secret)
