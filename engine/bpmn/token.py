"""One place where a running process is, with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task

from engine.bpmn.forks import Branch
from engine.bpmn.states import READY
from engine.bpmn.variables import Scope

if TYPE_CHECKING:
    from engine.bpmn.level import Level
    from engine.bpmn.specs.node import Node
    from engine.bpmn.workflow import Case


class Token(Task):  # type: ignore[misc]
    """One token: where it stands, since when, and which variables it sees."""

    workflow: Level
    id: str
    scope: Scope

    def __init__(
        self,
        level: Level,
        node: Node,
        token_id: str,
        *,
        since: datetime,
        parent: Token | None = None,
        scope: Scope | None = None,
        state: int = READY,
        listener: bool = False,
    ) -> None:
        self.scope = scope or (parent.scope if parent is not None else level.scope)
        self._kept: dict[str, None] = {}
        super().__init__(level, node, parent, state, token_id)
        self.since = since
        #: Variables declared here: by a loop's item, then by the activity's inputs.
        self.layers: list[dict[str, Any]] = []
        self.flow: str | None = None
        #: The sides of open forks this token is on.
        self.branch: Branch = parent.branch if parent is not None else ()
        self.previous: tuple[str, datetime] | None = None
        self.entered = False
        #: Whether it waits, or has waited, for others at a join.
        self.arrived = False
        self.leaving = False
        #: Listens beside the tokens of its level and does not keep the level running.
        self.listener = listener

    @property
    def case(self) -> Case:
        """The process instance this token belongs to."""
        return self.workflow.top_workflow

    @property
    def node(self) -> Node:
        """The element this token stands at."""
        node: Node = self.task_spec
        return node

    @property
    def is_alive(self) -> bool:
        """Whether this token is still part of its instance."""
        return self.case.tokens.get(self.id) is self

    @property
    def data(self) -> Mapping[str, Any]:
        """The variables as this token sees them; they belong to scopes, not to tasks."""
        return self.scope.view()

    @data.setter
    def data(self, value: Mapping[str, Any]) -> None:
        """The library gives each new task an empty dict of its own; ours have none."""

    @property
    def _children(self) -> dict[str, None]:
        return self._kept

    @_children.setter
    def _children(self, value: Iterable[str]) -> None:
        self._kept = dict.fromkeys(value)

    def _child_added_notify(self, child: Token) -> None:
        self._kept[child.id] = None

    def _set_state(self, value: int) -> None:
        self._state = value

    @property
    def belongs(self) -> bool:
        """Whether this token ends at its element, on behalf of another."""
        return self._parent is not None or "owner" in self.internal_data

    @property
    def owner(self) -> Token | None:
        """The token on whose behalf this one works: an item's loop, a handler's thrower."""
        return self.parent or self.case.tokens.get(self.internal_data.get("owner", ""))

    @property
    def stays(self) -> bool:
        """Whether this token only holds a compensation that nothing waits for."""
        return "apart" in self.internal_data

    @property
    def has_children(self) -> bool:
        """Whether boundary events or items belong to this token."""
        return bool(self._kept)

    @property
    def parent_id(self) -> str | None:
        """Id of the token this one belongs to."""
        found: str | None = self._parent
        return found

    def turn(self, state: int) -> None:
        """Change the state, whatever it was."""
        self._set_state(state)

    def forget(self, child: Token) -> None:
        """Let go of a child."""
        self._kept.pop(child.id, None)

    def declare(self, own: dict[str, Any]) -> None:
        """Open a scope of this token's own that declares these variables."""
        self.layers.append(own)
        self.scope = Scope(own, self.scope, key=f"{self.id}.{len(self.layers) - 1}")
