"""Deployed versions of processes, decisions and forms, and the programs made of them."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased, undefer

from engine import deciding
from engine.bpmn import parser
from engine.bpmn.model import Element
from engine.errors import DefinitionNotFound
from engine.models import Definition

#: Programs that each process of the platform keeps at hand.
MAX_PROGRAMS = 256

_CacheKey = tuple[UUID, tuple[tuple[str, str], ...], tuple[str, ...]]
_programs: OrderedDict[_CacheKey, parser.Program] = OrderedDict()
#: Versions that ask a decision bound to the latest: their programs change with it.
_follows_latest: set[UUID] = set()
_lock = threading.Lock()


def get(session: Session, definition_id: UUID) -> Definition:
    """One version. Raises DefinitionNotFound."""
    definition = session.get(Definition, definition_id)
    if definition is None:
        raise DefinitionNotFound(definition_id=str(definition_id))
    return definition


def latest(session: Session, kind: str, key: str) -> Definition:
    """The newest version. Raises DefinitionNotFound."""
    definition = find_latest(session, kind, key)
    if definition is None:
        raise DefinitionNotFound(kind=kind, key=key)
    return definition


def find_latest(session: Session, kind: str, key: str) -> Definition | None:
    """The newest version, if there is one."""
    versions = select(Definition).where(Definition.kind == kind, Definition.key == key)
    return session.scalar(versions.order_by(Definition.version.desc()).limit(1))


def version(session: Session, kind: str, key: str, number: int) -> Definition | None:
    """One version by its number, if there is one."""
    return session.scalar(
        select(Definition).where(
            Definition.kind == kind, Definition.key == key, Definition.version == number
        )
    )


def numbered(session: Session, kind: str, key: str, number: int | None) -> Definition:
    """One version by its number, without one the newest. Raises DefinitionNotFound."""
    if number is None:
        return latest(session, kind, key)
    found = version(session, kind, key, number)
    if found is None:
        raise DefinitionNotFound(kind=kind, key=key, version=number)
    return found


def find(
    session: Session,
    *,
    key: str | None = None,
    latest: bool = False,
    kind: str = "process",
    after: UUID | None = None,
    limit: int = 50,
) -> list[Definition]:
    """Definitions of one kind, newest first; `after` is the last id of the page before."""
    query = select(Definition).where(Definition.kind == kind)
    if key is not None:
        query = query.where(Definition.key == key)
    if latest:
        newest = select(Definition.key, func.max(Definition.version).label("version"))
        top = newest.where(Definition.kind == kind).group_by(Definition.key).subquery()
        query = query.join(
            top, (Definition.key == top.c.key) & (Definition.version == top.c.version)
        )
    if after is not None:
        query = query.where(Definition.id < after)
    return list(session.scalars(query.order_by(Definition.id.desc()).limit(limit)))


def names(session: Session, *, kind: str = "process", limit: int = 50) -> dict[str, str]:
    """What the newest versions of one kind are called, by key, the newest first."""
    newest = select(Definition.key, func.max(Definition.version).label("version"))
    top = newest.where(Definition.kind == kind).group_by(Definition.key).subquery()
    query = select(Definition.key, Definition.name).where(Definition.kind == kind)
    query = query.join(top, (Definition.key == top.c.key) & (Definition.version == top.c.version))
    rows = session.execute(query.order_by(Definition.id.desc()).limit(limit))
    return {row.key: row.name for row in rows}


def is_newest(kind: str) -> ColumnElement[bool]:
    """Those of one kind that are the newest of their key, as a condition on Definition."""
    other = aliased(Definition)
    newest = select(func.max(other.version)).where(other.kind == kind, other.key == Definition.key)
    return and_(Definition.kind == kind, Definition.version == newest.scalar_subquery())


def content(session: Session, definition_id: UUID) -> bytes:
    """The file as it was deployed. Raises DefinitionNotFound."""
    found = session.scalar(select(Definition.content).where(Definition.id == definition_id))
    if found is None:
        raise DefinitionNotFound(definition_id=str(definition_id))
    return found


def called_by(session: Session, definition: Definition) -> dict[str, str]:
    """The versions of the processes it calls, and those call in turn: key → definition id.

    What is bound to `latest` is fixed here, so an instance keeps what it found at its start.
    """
    called: dict[str, str] = {}
    queue = [definition]
    while queue:
        for key, bound in _called_directly(session, queue.pop()):
            if key not in called and key != definition.key:
                called[key] = str(bound.id)
                queue.append(bound)
    return called


def program(
    session: Session, definition: Definition, called: Mapping[str, str] | None = None
) -> parser.Program:
    """The executable form of a process version, shared by all who ask.

    `called` fixes the versions of the processes it calls; without it they are those of now.
    """
    called = called_by(session, definition) if called is None else called
    asked = tuple(str(each.id) for each in _latest_decisions(session, definition))
    cache_key = (definition.id, tuple(sorted(called.items())), asked)
    kept = _kept(cache_key)
    if kept is not None:
        return kept
    made = _load(session, definition, called)
    with _lock:
        _programs[cache_key] = made
        if asked:
            _follows_latest.add(definition.id)
        while len(_programs) > MAX_PROGRAMS:
            _programs.popitem(last=False)
    return made


def program_by_id(
    session: Session, definition_id: UUID, called: Mapping[str, str]
) -> parser.Program:
    """As `program`, without a look at the database where the program is at hand."""
    if definition_id not in _follows_latest:
        kept = _kept((definition_id, tuple(sorted(called.items())), ()))
        if kept is not None:
            return kept
    return program(session, get(session, definition_id), called)


def element(session: Session, definition: Definition, element_id: str) -> Element | None:
    """One element of a process version, also of the processes it calls."""
    made = program(session, definition)
    for model in (made.model, *made.models.values()):
        if element_id in model.elements:
            return model.elements[element_id]
    return None


def form_of(session: Session, definition: Definition, element_id: str) -> Definition | None:
    """The form of a user task or start event, in the version its binding means."""
    found = element(session, definition, element_id)
    if found is None or found.settings.form is None:
        return None
    return bound(session, definition, "form", found.settings.form.key, found.settings.form.binding)


def bound(
    session: Session, definition: Definition, kind: str, key: str, binding: str
) -> Definition | None:
    """What a reference of `definition` means: the version fixed at deployment, or the latest."""
    fixed = definition.bindings.get(binding_name(kind, key, binding))
    return session.get(Definition, UUID(fixed)) if fixed else find_latest(session, kind, key)


def binding_name(kind: str, key: str, binding: str) -> str:
    """How `Definition.bindings` names one reference."""
    return f"{kind}:{key}@{binding}"


def _called_directly(session: Session, definition: Definition) -> list[tuple[str, Definition]]:
    calls = []
    for name, fixed in definition.bindings.items():
        kind, _, rest = name.partition(":")
        key = rest.rpartition("@")[0]
        if kind == "process":
            found = (
                session.get(Definition, UUID(fixed))
                if fixed
                else find_latest(session, "process", key)
            )
            if found is not None:
                calls.append((key, found))
    return calls


def _kept(cache_key: _CacheKey) -> parser.Program | None:
    with _lock:
        if cache_key in _programs:
            _programs.move_to_end(cache_key)
        return _programs.get(cache_key)


def _latest_decisions(session: Session, definition: Definition) -> list[Definition]:
    found = (
        bound(session, definition, "decision", key, binding)
        for key, binding in deciding.references(definition)
        if not definition.bindings[binding_name("decision", key, binding)]
    )
    return [each for each in found if each is not None]


def _load(session: Session, definition: Definition, called: Mapping[str, str]) -> parser.Program:
    ids = [definition.id, *(UUID(each) for each in called.values())]
    query = select(Definition).where(Definition.id.in_(ids))
    rows = {row.id: row for row in session.scalars(query.options(undefer(Definition.content)))}
    files: dict[str, bytes] = {}
    for each in ids:
        row = rows[each]
        # One file may hold several of the processes: it must be there once.
        if row.content not in files.values():
            # Where a key is there twice the last file counts: that of the process itself.
            files[f"{row.id == definition.id:d}/{row.id}/{row.file}"] = row.content
    decide = deciding.decide_for(session, rows.values(), partial(bound, session))
    return parser.load(files, definition.key, decide=decide)
