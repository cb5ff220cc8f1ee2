"""Other cases of the same customer: they share the business key, or a value cases are known by."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.people import Actor
from core.permissions import allow
from engine.models import InstanceVariable, ProcessInstance
from engine.visibility import instances_seen_by

#: Cases that are shown, the newest.
MAX_SHOWN = 10
#: A value that more cases have says what kind of case it is, not whose.
MAX_SHARED = 40
#: So many cases are looked at to see whether a variable tells whose a case is, or of which kind.
SAMPLE = 1_000
#: With fewer of them there is nothing to learn.
ENOUGH = 20
#: A customer number is that of so many cases on average, at most; a topic or postcode of more.
MAX_MEAN_SHARED = 2


@dataclass(frozen=True)
class Related:
    """Another case, and the variable whose value both have; None: the business key."""

    instance: ProcessInstance
    variable: str | None


def cases(session: Session, instance: ProcessInstance, *, by: Actor) -> list[Related]:
    """Other cases that `by` may see and that share something with this one, newest first."""
    allow(by, "instance.see")
    shared: dict[UUID, str | None] = dict(_by_variables(session, instance))
    if instance.business_key:
        same = select(ProcessInstance.id).where(
            ProcessInstance.business_key == instance.business_key
        )
        newest = session.scalars(same.order_by(ProcessInstance.id.desc()).limit(MAX_SHARED))
        shared |= dict.fromkeys(newest)
    shared.pop(instance.id, None)
    if not shared:
        return []
    query = select(ProcessInstance).where(
        ProcessInstance.id.in_(list(shared)), instances_seen_by(by)
    )
    newest_seen = session.scalars(query.order_by(ProcessInstance.id.desc()).limit(MAX_SHOWN))
    return [Related(each, shared[each.id]) for each in newest_seen]


def _by_variables(session: Session, instance: ProcessInstance) -> Iterable[tuple[UUID, str]]:
    own = select(InstanceVariable).where(InstanceVariable.instance_id == instance.id)
    for variable in session.scalars(own.order_by(InstanceVariable.name.desc())).all():
        if not variable.value:
            continue
        query = select(InstanceVariable.instance_id).where(
            InstanceVariable.name == variable.name, InstanceVariable.value == variable.value
        )
        found = list(session.scalars(query.limit(MAX_SHARED + 1)))
        if 1 < len(found) <= MAX_SHARED and _tells_whose(session, variable.name):
            yield from ((each, variable.name) for each in found)


def _tells_whose(session: Session, name: str) -> bool:
    """Whether hardly any cases share a value of this variable, as it is with customer numbers."""
    some = select(InstanceVariable.value).where(InstanceVariable.name == name).limit(SAMPLE)
    values = some.subquery().c.value
    cases, distinct = session.execute(select(func.count(), func.count(values.distinct()))).one()
    return cases < ENOUGH or cases <= MAX_MEAN_SHARED * distinct
