"""Where the variables of an instance live: once per scope, read outward, written where declared.

process instance            root, no outer scope
  └ activity with inputs    declares its inputs
      └ item of a loop      declares its item, its counter and its output
"""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from typing import Any


class Scope:
    """The variables of one scope, inside an outer one or at the root of a process."""

    __slots__ = ("key", "outer", "own", "written")

    def __init__(self, own: dict[str, Any], outer: "Scope | None" = None, *, key: str = "") -> None:
        self.own = own
        self.outer = outer
        #: Its name in the log: "" for the process instance, the call activity's token for a called
        #: process, token and number ("12.0") for what a token declares.
        self.key = key
        #: Names written since the scope was opened; what a called process hands back.
        self.written: dict[str, None] = {}

    @property
    def root(self) -> "Scope":
        """The scope of the process instance or called process."""
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope

    def declaring(self, name: str) -> "Scope":
        """The innermost scope that declares `name`, else the root."""
        scope = self
        while scope.outer is not None and name not in scope.own:
            scope = scope.outer
        return scope

    def view(self) -> Mapping[str, Any]:
        """All variables as seen from here, inner ones first. Not to be written to."""
        if self.outer is None:
            return self.own
        layers: list[MutableMapping[str, Any]] = []
        scope: Scope | None = self
        while scope is not None:
            layers.append(scope.own)
            scope = scope.outer
        return ChainMap(*layers)
