"""A wait that is over is no stall any more."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, Stall


def close_stalls(
    session: Session, instance: ProcessInstance, waits: Iterable[Mapping[str, Any]]
) -> None:
    """Forget the stalls of tokens that went on; `waits` are left. Costs nothing without stalls."""
    if not instance.stalls:
        return
    resting = {(each["token"], datetime.fromisoformat(each["since"])) for each in waits}
    for stall in session.scalars(select(Stall).where(Stall.instance_id == instance.id)):
        if (stall.token, stall.since) not in resting:
            session.delete(stall)
            instance.stalls -= 1
