"""A case as it was: folded from the entries of its execution log.

Tokens are named as the runtime named them. Scopes have keys: "12" is the process that the call
activity with token 12 runs, "12.0" the first variables that token 12 declared for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class Told(Protocol):
    """What an entry tells: a row of the log, or what a runtime has just handed out."""

    @property
    def at(self) -> datetime: ...
    @property
    def element_id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def kind(self) -> str: ...
    @property
    def lifecycle(self) -> str: ...
    @property
    def token(self) -> str | None: ...
    @property
    def process_key(self) -> str: ...
    @property
    def loop_index(self) -> int | None: ...
    @property
    def called_by(self) -> str | None: ...
    @property
    def variables(self) -> dict[str, Any] | None: ...
    @property
    def local_variables(self) -> dict[str, Any] | None: ...


@dataclass(frozen=True)
class Standing:
    """Where a token stood."""

    token: str
    element_id: str
    name: str
    #: BPMN kind of the element.
    kind: str
    process_key: str
    since: datetime
    loop_index: int | None


@dataclass
class Past:
    """A case at one moment; values are those of JSON when the entries come from the database."""

    tokens: dict[str, Standing] = field(default_factory=dict)
    #: Variables of the process instance.
    variables: dict[str, Any] = field(default_factory=dict)
    #: Variables of the other scopes, by their keys.
    scopes: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: bool = False

    def follow(self, entry: Told) -> None:
        """Take in the next entry; what people and incidents wrote moves nothing."""
        if entry.lifecycle not in _FOLLOWED or entry.kind == "incident":
            return
        self._set(entry.called_by or "", entry.variables or {})
        for key, changes in (entry.local_variables or {}).items():
            self._set(key, changes)
        if not entry.token:
            self._follow_process(entry)
        elif entry.lifecycle in _ENTERS:
            self._enter(entry.token, entry)
        elif entry.lifecycle in _LEAVES:
            self._leave(entry.token)

    def _set(self, key: str, changes: dict[str, Any]) -> None:
        if changes:
            scope = self.scopes.setdefault(key, {}) if key else self.variables
            scope.update(changes)

    def _follow_process(self, entry: Told) -> None:
        if entry.lifecycle == "variables":
            # Whoever changes variables by hand deletes with null.
            for name, value in (entry.variables or {}).items():
                if value is None:
                    self.variables.pop(name)
        elif entry.lifecycle in _LEAVES:
            self.ended = True

    def _enter(self, token: str, entry: Told) -> None:
        before = self.tokens.get(token)
        self.tokens[token] = Standing(
            token=token,
            element_id=entry.element_id or "",
            name=entry.name or "",
            kind=entry.kind,
            process_key=entry.process_key,
            since=before.since if before else entry.at,
            loop_index=entry.loop_index,
        )

    def _leave(self, token: str) -> None:
        self.tokens.pop(token, None)
        self.scopes.pop(token, None)
        number = 0
        while self.scopes.pop(f"{token}.{number}", None) is not None:
            number += 1


_ENTERS = frozenset({"start", "arrive"})
_LEAVES = frozenset({"complete", "abort", "join"})
_FOLLOWED = _ENTERS | _LEAVES | {"error", "variables"}


def rebuilt(entries: Iterable[Told]) -> Past:
    """The case after these entries, which are all from its beginning on, oldest first."""
    past = Past()
    for entry in entries:
        past.follow(entry)
    return past
