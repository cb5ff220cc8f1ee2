"""Decisions ready to be evaluated: load files, check them, decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any

from core import feel
from core.errors import Invalid
from core.feel.errors import Null
from engine.bpmn.problem import Problem, error
from engine.dmn import lint, model, needs, reader
from engine.dmn.errors import DecisionRefused, NoSuchDecision
from engine.dmn.graph import Graph, Node, ServiceFunction
from engine.dmn.session import Session
from engine.dmn.texts import from_text

#: Sets of files kept compiled.
CACHE_SIZE = 256


@dataclass(frozen=True)
class Evaluation:
    """What was decided: the value, the rules that matched (id, number from 1), what was looked at.

    `outputs` is the value of the decision: a context for a table with several outputs or a service
    with several output decisions. `inputs` are the values of the input columns by their label.
    `name` is what a single value goes by: the table's output, else the decision.
    """

    outputs: Any
    rules: tuple[tuple[str, int], ...]
    inputs: Mapping[str, Any]
    warnings: tuple[str, ...]
    name: str

    def into(self, result: str | None) -> Any:
        """What a task stores: the value for its result variable, without one the named outputs."""
        return self.named if result is None else self.outputs

    @property
    def named(self) -> Mapping[str, Any]:
        """The outputs by name: a context as it is, any other value under `name`."""
        return self.outputs if isinstance(self.outputs, dict) else {self.name: self.outputs}


class DecisionModel:
    """The decisions of some files. Immutable, and safe to share between threads."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._by_key: dict[str, Node] = {}
        self._by_file: dict[tuple[str, str], Node] = {}
        for kind in (model.Service, model.Decision):
            for node in graph.nodes.values():
                if isinstance(node.element, kind):
                    for key in (node.element.name, node.element.id):
                        self._by_key[key] = node
                        self._by_file[node.unit.definitions.file, key] = node

    def name_of(self, key: str) -> str:
        """The name of a decision or service. Raises NoSuchDecision."""
        return self._node(key).element.name

    def needs(self, key: str) -> tuple[needs.Need, ...]:
        """What has to be given to decide. Raises NoSuchDecision."""
        return needs.of(self._graph, self._node(key))

    def evaluate(
        self,
        key: str,
        variables: Mapping[str, Any],
        *,
        file: str | None = None,
        reads_texts: bool = False,
    ) -> Evaluation:
        """Decide. `key` is the id or name of a decision or decision service, `file` where it is.

        With `reads_texts`, texts given for inputs that are declared as dates, times or durations
        are read as such: what comes from JSON or a form has no other way to say them.

        Raises NoSuchDecision, and FeelLimitExceeded for what costs too much.
        """
        node = self._by_file.get((file or "", key)) or self._node(key)
        session = Session(variables, reads_texts=reads_texts)
        try:
            outputs = self._value(node, session)
        except RecursionError:
            raise feel.FeelLimitExceeded(what="nested calls", limit=100) from None
        return Evaluation(
            outputs,
            tuple(session.matched),
            session.seen,
            tuple(session.warnings),
            _output_name(node.element),
        )

    def _value(self, node: Node, session: Session) -> Any:
        if not isinstance(node.function, ServiceFunction):
            return self._graph.value(node, session)
        service = node.function
        given = {each.name: session.inputs.get(each.name) for each in service.inputs}
        if session.reads_texts:
            kinds = {each.name: each.type for each in service.inputs}
            given = {name: from_text(kinds[name], value) for name, value in given.items()}
        return self._call(service, given, session)

    def _call(self, service: ServiceFunction, given: dict[str, Any], session: Session) -> Any:
        try:
            return service.call_named(session, given)
        except Null as reason:
            session.warn(f"{service.name}: {reason}")
            return None

    def _node(self, key: str) -> Node:
        node = self._by_key.get(key)
        if node is None:
            raise NoSuchDecision(key=key)
        return node


def _output_name(element: model.Element) -> str:
    logic = element.logic if isinstance(element, model.Decision) else None
    if isinstance(logic, model.Table) and len(logic.outputs) == 1:
        return logic.outputs[0].name or element.name
    return element.name


_cache: dict[bytes, DecisionModel] = {}
_lock = Lock()


def load(files: Mapping[str, bytes], *, tolerant: bool = False) -> DecisionModel:
    """The decisions of some DMN files, from the cache if these bytes were loaded before.

    Raises DecisionRefused (context.problems) when something in them is wrong, unless `tolerant`:
    then a wrong expression is null.
    """
    digest = _digest(files, tolerant)
    found = _cache.get(digest)
    if found is None:
        found = compiled(files, tolerant=tolerant)
        with _lock:
            if len(_cache) >= CACHE_SIZE:
                _cache.pop(next(iter(_cache)))
            _cache[digest] = found
    return found


def _digest(files: Mapping[str, bytes], tolerant: bool) -> bytes:
    digest = sha256(b"tolerant" if tolerant else b"strict")
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.digest()


def compiled(files: Mapping[str, bytes], *, tolerant: bool = False) -> DecisionModel:
    """As `load`, past the cache: for files that are being written."""
    graph, problems = _compiled(files)
    mistakes = [problem for problem in problems if problem.severity == "error"]
    if graph is None or (mistakes and not tolerant):
        raise DecisionRefused(
            count=len(mistakes), first=mistakes[0].message, problems=tuple(mistakes)
        )
    return DecisionModel(graph)


def _compiled(files: Mapping[str, bytes]) -> tuple[Graph | None, list[Problem]]:
    problems: list[Problem] = []
    found: list[model.Definitions] = []
    for name, data in sorted(files.items()):
        try:
            found.append(reader.read(data, file=name))
        except Invalid as failure:
            problems.append(error(None, "unreadable", str(failure)))
    if problems:
        return None, problems
    graph = Graph(found)
    return graph, lint.mistakes(graph)


def check(files: Mapping[str, bytes]) -> list[Problem]:
    """Everything wrong, doubtful or unfinished in some DMN files; errors refuse them."""
    graph, problems = _compiled(files)
    return problems if graph is None else lint.problems(graph)
