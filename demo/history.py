"""Tells the past of the demo, a case at a time, beside those who already work with it.

`ask_for` leaves a note in the data folder that `done` takes away. A case that is there already is
not told again, so whoever was interrupted goes on where they were.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.outbox import take_rings
from demo import past
from demo.diaries import Diaries
from demo.past import PastCase
from demo.retelling import Retelling
from engine.models import ProcessInstance

NOTE = "demo_past.json"
#: What the platform learns by the hour it learns at once when all is told, by dotted name.
LEARN = ("engine.jobs.learn_waits", "work.jobs.ask_rules", "work.sla.jobs.learn_paths")


class DaysInvalid(Invalid):
    """BACKOFFICE_DEMO_DAYS is a number of days from 0 to {most}."""


@dataclass(frozen=True)
class Asked:
    """How much of the past is to be told."""

    until: datetime
    days: int


def days_of(text: str) -> int:
    """The setting BACKOFFICE_DEMO_DAYS. Raises DaysInvalid."""
    if not text.isdecimal() or int(text) > past.MAX_DAYS:
        raise DaysInvalid(most=past.MAX_DAYS)
    return int(text)


def ask_for(data_dir: Path, until: datetime, days: int) -> None:
    """Note that the past is to be told."""
    note = {"until": until.isoformat(), "days": days}
    (data_dir / NOTE).write_text(json.dumps(note))


def asked(data_dir: Path) -> Asked | None:
    """What is still to be told; None when all of it is."""
    path = data_dir / NOTE
    if not path.exists():
        return None
    note = json.loads(path.read_text())
    return Asked(datetime.fromisoformat(note["until"]), note["days"])


def done(data_dir: Path) -> None:
    """All is told."""
    (data_dir / NOTE).unlink(missing_ok=True)


def tell(session: Session, case: PastCase, diaries: Diaries, until: datetime) -> None:
    """Tell one case, unless it is told."""
    told = exists().where(
        ProcessInstance.key == case.key, ProcessInstance.business_key == case.business_key
    )
    if not session.scalar(select(told)):
        Retelling(session, case, diaries, until).tell()
        # What is left to do is found by the sweep; what is done needs nobody.
        take_rings(session)
