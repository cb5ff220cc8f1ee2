"""Cases that wait longer than expected, for what, and whom to ask.

`engine/radar.py` finds them; the step that moves the token takes the row away.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.people import Actor
from core.permissions import allow
from engine.models import ProcessInstance, Stall
from engine.visibility import instances_seen_by


def find(
    session: Session,
    *,
    by: Actor,
    key: str | None = None,
    instance_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Stall]:
    """Stalls of cases that `by` may see, those noticed first in front."""
    allow(by, "incident.see")
    query = select(Stall).join(ProcessInstance, Stall.instance_id == ProcessInstance.id)
    query = query.where(instances_seen_by(by), ProcessInstance.ended_at.is_(None))
    if key is not None:
        query = query.where(Stall.key == key)
    if instance_id is not None:
        query = query.where(Stall.instance_id == instance_id)
    if after is not None:
        query = query.where(Stall.id > after)
    query = query.options(joinedload(Stall.instance)).order_by(Stall.id).limit(limit)
    return list(session.scalars(query))


def counts(session: Session, *, by: Actor) -> dict[str, int]:
    """How many tokens of each process are stalled."""
    allow(by, "incident.see")
    query = (
        select(Stall.key, func.count())
        .join(ProcessInstance, Stall.instance_id == ProcessInstance.id)
        .where(instances_seen_by(by), ProcessInstance.ended_at.is_(None))
        .group_by(Stall.key)
        .order_by(Stall.key)
    )
    return {key: int(count) for key, count in session.execute(query)}
