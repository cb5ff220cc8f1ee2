"""Words for keys: what processes, groups, people and cases are called on the screen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from core.people import Group, Person
from core.readers import shown_names
from engine import definitions
from engine.models import Definition, InstanceVariable, ProcessInstance, UserTask

#: Values by which people know a case, by the id of its instance.
Labels = Mapping[UUID, tuple[str, ...]]

#: Processes that a list of choices holds at most.
MAX_PROCESSES = 200

_NAMES = union_all(
    select(literal("processes"), Definition.key, Definition.name).where(
        definitions.is_newest("process"),
        Definition.key.in_(bindparam("processes", expanding=True)),
    ),
    select(literal("groups"), Group.name, Group.title).where(
        Group.name.in_(bindparam("groups", expanding=True))
    ),
    select(literal("people"), Person.name, Person.display_name).where(
        Person.name.in_(bindparam("people", expanding=True))
    ),
)


@dataclass(frozen=True)
class Names:
    """What keys are called; a key nobody named is its own name."""

    processes: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)

    def process(self, key: str) -> str:
        return self.processes.get(key) or key

    def group(self, name: str) -> str:
        return self.groups.get(name) or name

    def person(self, name: str | None) -> str:
        return (self.people.get(name) or name) if name else ""


def read_names(session: Session, people: Iterable[str | None] = ()) -> Names:
    """The names of all processes and groups, and of the people asked for."""
    wanted = sorted({name for name in people if name})
    return Names(processes(session), groups(session), shown_names(session, wanted))


def names_in(session: Session, tasks: Collection[UserTask]) -> Names:
    """The names of the processes, groups and people of tasks alone, in one question."""
    given = {
        "processes": sorted({task.key for task in tasks}),
        "groups": sorted({group for task in tasks for group in task.groups}),
        "people": sorted({task.assignee for task in tasks if task.assignee}),
    }
    found: dict[str, dict[str, str]] = {kind: {} for kind in given}
    for kind, key, name in session.execute(_NAMES, given) if tasks else ():
        found[kind][key] = name
    return Names(**found)


def processes(session: Session) -> dict[str, str]:
    """Name of each process in its newest version, in the order of the names."""
    named = definitions.names(session, limit=MAX_PROCESSES)
    return dict(sorted(named.items(), key=lambda item: item[1].casefold()))


def groups(session: Session) -> dict[str, str]:
    """Title of each group, by name."""
    rows = session.execute(select(Group.name, Group.title).order_by(Group.title))
    return {name: title or name for name, title in rows}


def case_name(business_key: str | None, instance_id: UUID) -> str:
    """What people call a case: its business key, else the end of its id."""
    return business_key or f"…{instance_id.hex[-8:]}"


def labels(session: Session, instances: Iterable[ProcessInstance | UserTask]) -> Labels:
    """What else cases are known by: their searchable variables, but for the business key."""
    keys = {_instance_id(each): each.business_key for each in instances}
    query = select(InstanceVariable).where(InstanceVariable.instance_id.in_(list(keys)))
    found: dict[UUID, tuple[str, ...]] = dict.fromkeys(keys, ())
    for variable in session.scalars(query.order_by(InstanceVariable.name)):
        if variable.value and variable.value != keys[variable.instance_id]:
            found[variable.instance_id] += (variable.value,)
    return found


def element_name(session: Session, key: str, version: int | None, element_id: str) -> str:
    """What an element is called in a version of a process, else in the newest; "" for none."""
    if not element_id:
        return ""
    if version is None:
        definition = definitions.find_latest(session, "process", key)
    else:
        definition = definitions.version(session, "process", key, version)
    if definition is None:
        return element_id
    element = definitions.program(session, definition).model.elements.get(element_id)
    return element.name if element is not None and element.name else element_id


def _instance_id(each: ProcessInstance | UserTask) -> UUID:
    return each.instance_id if isinstance(each, UserTask) else each.id
