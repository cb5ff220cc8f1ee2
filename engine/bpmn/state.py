"""A case as a plain document for the codec, and back.

    {"version": of this document, "n": last token id, "r": elements run, "e": ended,
     "b": branches of the last writes in forks, "q": changes that no log entry has told yet or None,
     "top": level, "subs": [level, …]}
    level   {"p": token it runs under, "s": path of its spec, "v": variables or None (those of its
             token), "l": large ones as bytes or [reference, size], "w": names written there,
             "t": [token, …], "c": compensations, "d": completed, "h": held open,
             "x": late flows of complex gateways}
    token   [id, node, state, since, flags, parent, flow, previous element, previous time,
            internal data or None, layers of variables or None, branch or None]

Levels stand in the order they were opened, so that a token exists before what runs under it.

Whoever changes this adds one to VERSION, a migration of the version before to MIGRATIONS, and a
fixture of the new version to tests/engine/bpmn/states. None of them is ever changed or removed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from engine.bpmn import codec, large_values
from engine.bpmn.codec import UnreadableState
from engine.bpmn.large_values import Packed, Read, pack, unpackable
from engine.bpmn.level import Level, SubLevel
from engine.bpmn.parser import Program
from engine.bpmn.specs.definition import microseconds, moment
from engine.bpmn.specs.inclusive_gateway import InclusiveGateway
from engine.bpmn.specs.joining import waits_at_join
from engine.bpmn.states import READY
from engine.bpmn.token import Token
from engine.bpmn.variables import Scope
from engine.bpmn.workflow import Case

_ENTERED, _LEAVING, _LISTENER, _ARRIVED = 1, 2, 4, 8
_NO_TIME = moment(0)

Document = dict[str, Any]


def _tell_changes(document: Document) -> Document:
    """Version 1 did not keep changes that the log had not told."""
    return {**document, "version": 2, "q": None}


#: What makes a document of one version one of the next; the first had no number in it.
MIGRATIONS: dict[int, Callable[[Document], Document]] = {1: _tell_changes}
VERSION = 2


#: Large values by reference; None for those that have not been loaded.
Apart = dict[str, bytes | None]


def stored(case: Case, apart: Apart | None = None) -> Document:
    """The document of a case; its large values go into `apart` where there is one."""
    return {
        "version": VERSION,
        "n": case.last_id,
        "r": case.elements_run,
        "e": case.ended,
        "b": case.written_on or None,
        "q": case.delta or None,
        "top": _stored_level(case, apart),
        "subs": [_stored_level(level, apart) for level in case.subprocesses.values()],
    }


def migrated(document: Document) -> Document:
    """A document of this version from one of any version. Raises UnreadableState."""
    version = document.get("version", 1)
    if version > VERSION:
        raise UnreadableState(reason=f"it is of version {version}, this program knows {VERSION}")
    for number in range(version, VERSION):
        document = MIGRATIONS[number](document)
    return document


def restored(program: Program, document: Document, read: Read | None = None) -> Case:
    """The case of a document; `read` loads what was kept apart when somebody wants to know it.

    Raises UnreadableState when the program does not fit the document.
    """
    document = migrated(document)
    top = document["top"]
    case = Case(program, _variables(top, read), _NO_TIME)
    written_on = document["b"] or {}
    case.written_on = {name: tuple(branch) for name, branch in written_on.items()}
    case.delta = document["q"] or {}
    case.last_id, case.elements_run, case.ended = document["n"], document["r"], document["e"]
    try:
        _restore_level(case, top)
        for each in document["subs"]:
            _restore_level(_open(case, each, read), each)
    except KeyError as error:
        reason = f"the model has no {error.args[0]!r} any more"
        raise UnreadableState(reason=reason) from error
    # In the order they were made, as before they were stored level by level.
    case.tokens = dict(sorted(case.tokens.items(), key=lambda item: int(item[0])))
    for token in case.tokens.values():
        _restore_place(case, token)
    return case


def size(case: Case) -> int:
    """About how many bytes the data of a case take before compression."""
    levels = [case, *case.subprocesses.values()]
    scopes = {id(level.scope): level.scope.own for level in levels if level.scope.outer is None}
    kept: list[Any] = []
    for token in case.tokens.values():
        kept += token.layers
        kept += [
            token.internal_data[name] for name in ("items", "out") if name in token.internal_data
        ]
    return sum(map(large_values.size, scopes.values())) + (codec.size(kept) if kept else 0)


def references(document: Document) -> set[str]:
    """The references to large values in a document of this version."""
    levels = [document["top"], *document["subs"]]
    values = [value for level in levels for value in (level["l"] or {}).values()]
    return {value[0] for value in values if not isinstance(value, bytes)}


def _variables(level: Document, read: Read | None) -> dict[str, Any]:
    packed = {name: _packed(value, read) for name, value in (level["l"] or {}).items()}
    return unpackable(level["v"], packed)


def _packed(value: Any, read: Read | None) -> Packed:
    if isinstance(value, bytes):
        return Packed.of(value)
    ref, size_bytes = value
    return Packed(ref, size_bytes, None, *([read] if read else []))


def _put_apart(value: Packed, apart: Apart | None) -> Any:
    if apart is None:
        return value.bytes()
    apart[value.ref] = value.content
    return [value.ref, value.size]


def _stored_level(level: Level, apart: Apart | None) -> Document:
    parent = level.parent_token
    own = level.scope.own if parent is None or level.scope is not parent.scope else None
    small, packed = pack(own) if own is not None else (None, {})
    return {
        "p": parent.id if parent is not None else None,
        "s": level.spec.path,
        "v": small,
        "l": {name: _put_apart(each, apart) for name, each in packed.items()} or None,
        "w": list(level.scope.written) if own is not None else None,
        "t": [_stored_token(token) for token in level.tasks.values()],
        "c": level.compensations,
        "d": level.completed,
        "h": level.held,
        "x": level.swallowing or None,
    }


def _stored_token(token: Token) -> list[Any]:
    element, at = token.previous or (None, None)
    flags = _ENTERED * token.entered + _LEAVING * token.leaving
    flags += _LISTENER * token.listener + _ARRIVED * token.arrived
    return [
        token.id,
        token.node.name,
        token.state,
        microseconds(token.since),
        flags,
        token.parent_id,
        token.flow,
        element,
        microseconds(at) if at is not None else None,
        token.internal_data or None,
        token.layers or None,
        token.branch or None,
    ]


def _open(case: Case, document: Document, read: Read | None) -> SubLevel:
    parent = case.tokens[document["p"]]
    scope = parent.scope
    if document["v"] is not None:
        scope = Scope(_variables(document, read), key=parent.id)
        scope.written = dict.fromkeys(document["w"])
    level = SubLevel(case.program.specs[document["s"]], parent, scope)
    case.subprocesses[parent.id] = level
    return level


def _restore_level(level: Level, document: dict[str, Any]) -> None:
    level.compensations, level.completed = document["c"], document["d"]
    level.held, level.swallowing = document["h"], document["x"] or {}
    for row in document["t"]:
        _restore_token(level, row)


def _restore_token(level: Level, row: list[Any]) -> None:
    token_id, name, state, since, flags, parent, flow, element, at, internal, layers, branch = row
    case = level.top_workflow
    token = Token(
        level,
        level.spec.node(name),
        token_id,
        since=moment(since),
        parent=level.tasks[parent] if parent is not None else None,
        state=state,
        listener=bool(flags & _LISTENER),
    )
    token.entered, token.leaving = bool(flags & _ENTERED), bool(flags & _LEAVING)
    token.arrived = bool(flags & _ARRIVED)
    token.flow = flow
    token.branch = tuple(branch or ())
    token.previous = (element, _moment(at)) if element is not None else None
    token.internal_data = internal or {}
    for own in layers or ():
        token.declare(own)
    case.adopt(token)


def _restore_place(case: Case, token: Token) -> None:
    """Put a token back into the queue or index it was in."""
    level = case.subprocesses.get(token.id)
    if token.state == READY or (level is not None and level.completed):
        case.ready.append(token)
    elif waits_at_join(token):
        token.workflow.arrived.setdefault(token.node.name, []).append(token)
        if isinstance(token.node, InclusiveGateway):
            case.undecided_joins[token.id] = token
    if token.internal_data.get("events"):
        case.listen(token)


def _moment(at: int | None) -> datetime:
    return moment(at or 0)
