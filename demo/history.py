"""Tells the past of the demo, a case at a time, beside those who already work with it.

A case that is there already is not told again, so whoever was interrupted goes on where they were.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.outbox import take_rings
from demo import past
from demo.diaries import Diaries
from demo.past import PastCase
from demo.retelling import Retelling
from engine.models import ProcessInstance

#: What the platform learns by the hour it learns at once when all is told, by dotted name.
LEARN = ("engine.jobs.learn_waits", "work.jobs.ask_rules", "work.sla.jobs.learn_paths")


class DaysInvalid(Invalid):
    """BACKOFFICE_DEMO_DAYS is a number of days from 0 to {most}."""


def days_of(text: str) -> int:
    """The setting BACKOFFICE_DEMO_DAYS. Raises DaysInvalid."""
    if not text.isdecimal() or int(text) > past.MAX_DAYS:
        raise DaysInvalid(most=past.MAX_DAYS)
    return int(text)


def tell(session: Session, case: PastCase, diaries: Diaries, until: datetime) -> None:
    """Tell one case, unless it is told."""
    told = exists().where(
        ProcessInstance.key == case.key, ProcessInstance.business_key == case.business_key
    )
    if not session.scalar(select(told)):
        Retelling(session, case, diaries, until).tell()
        # What is left to do is found by the sweep; what is done needs nobody.
        take_rings(session)
