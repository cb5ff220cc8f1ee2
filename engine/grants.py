"""Who owns a process, or is shown its instances: analysts and integrators, by name."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor, Role
from core.permissions import NotAllowed
from engine import definitions
from engine.models import ProcessGrant


def find(session: Session, key: str) -> list[ProcessGrant]:
    """The grants of a process, oldest first."""
    query = select(ProcessGrant).where(ProcessGrant.key == key)
    return list(session.scalars(query.order_by(ProcessGrant.granted_at, ProcessGrant.actor)))


def owns(session: Session, key: str, by: Actor) -> bool:
    """Whether `by` owns the process, or it is shared with them."""
    return session.get(ProcessGrant, (key, by.name)) is not None


def grant(session: Session, key: str, actor: str, *, by: Actor) -> ProcessGrant:
    """Share a process with a person or token. Again is fine.

    Raises DefinitionNotFound, and NotAllowed for those who do not own the process.
    """
    definitions.latest(session, "process", key)
    _require_owner(session, key, by)
    existing = session.get(ProcessGrant, (key, actor))
    if existing is not None:
        return existing
    made = ProcessGrant(key=key, actor=actor, granted_at=clock.now(), granted_by=by.name)
    session.add(made)
    session.flush()
    return made


def revoke(session: Session, key: str, actor: str, *, by: Actor) -> None:
    """End the sharing of a process with somebody. Raises NotAllowed."""
    _require_owner(session, key, by)
    session.execute(
        delete(ProcessGrant).where(ProcessGrant.key == key, ProcessGrant.actor == actor)
    )


def _require_owner(session: Session, key: str, by: Actor) -> None:
    is_owner = by.has(Role.ANALYST) and owns(session, key, by)
    if not is_owner and not by.has(Role.OPERATOR):
        raise NotAllowed(verb="share a process")
