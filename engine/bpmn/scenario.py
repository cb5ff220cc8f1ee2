"""A scenario as an analyst wrote it: one YAML document, read and checked for its outline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from core.errors import Invalid

MAX_BYTES = 1_000_000
MAX_STEPS = 1_000

#: The keys of a step, each with the further keys it may have.
STEPS: Mapping[str, frozenset[str]] = {
    "complete": frozenset(["with"]),
    "service": frozenset(["returns", "fails", "error"]),
    "message": frozenset(),
    "signal": frozenset(),
    "clock": frozenset(),
    "set": frozenset(),
    "choose": frozenset(),
    "expect": frozenset(),
}
_MAPPINGS = frozenset(["message", "signal", "set", "choose", "expect"])
#: Keys below which values are data, not names.
_DATA = frozenset(["with", "variables", "returns", "set", "ended"])
_KEYS = frozenset(["process", "scenario", "start", "steps", "auto", "now"])
_START = frozenset(["variables", "message", "element", "process"])
_BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


class ScenarioInvalid(Invalid):
    """This scenario cannot be read: {reason}"""


@dataclass(frozen=True)
class Step:
    """One step: what it does, to what, and the rest of its keys."""

    kind: str
    value: Any
    more: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The step in one line, as the analyst wrote it."""
        text = self.value if isinstance(self.value, str) else _flow(self.value)
        rest = "".join(f", {key}: {_flow(value)}" for key, value in self.more.items())
        line = f"{self.kind}: {text}{rest}"
        return line if len(line) <= 120 else f"{line[:117]}…"


@dataclass(frozen=True)
class Scenario:
    """A named sequence of steps through the processes of some files."""

    file: Path
    name: str
    #: The files of the package; the first one holds the process that is started.
    package: tuple[Path, ...]
    start: Mapping[str, Any]
    steps: tuple[Step, ...]
    #: How services answer that no step answers, by element id.
    auto: Mapping[str, Mapping[str, Any]]
    now: datetime


def read_scenarios(path: Path) -> list[Scenario]:
    """The scenarios of a YAML file: none when it has no key `scenario`. Raises ScenarioInvalid."""
    return parse_scenarios(path.read_bytes(), path)


def parse_scenarios(data: bytes, path: Path) -> list[Scenario]:
    """The scenarios of a file's bytes, their packages beside `path`. Raises ScenarioInvalid."""
    return [_scenario(path, each) for each in read_documents(data)]


def read_documents(data: bytes) -> list[dict[str, Any]]:
    """The documents with a scenario of a file's bytes, as they were meant.

    Raises ScenarioInvalid when it is no YAML; what stands in them is not looked at.
    """
    if len(data) > MAX_BYTES:
        raise ScenarioInvalid(reason=f"it has more than {MAX_BYTES:,} bytes")
    try:
        documents = list(yaml.load_all(data, Loader=_Loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = str(error).replace("\n", " ")
        raise ScenarioInvalid(reason=f"it is not YAML ({line})") from error
    return [_meant(each) for each in documents if isinstance(each, dict) and "scenario" in each]


def _scenario(path: Path, written: dict[str, Any]) -> Scenario:
    _require_known(written, _KEYS, "a scenario")
    package = written.get("process")
    names = [package] if isinstance(package, str) else package
    if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
        raise ScenarioInvalid(reason="process must name a file, or a list of files")
    start = read_start(written.get("start"))
    steps = written.get("steps") or []
    if not isinstance(steps, list) or len(steps) > MAX_STEPS:
        raise ScenarioInvalid(reason=f"steps must be a list of at most {MAX_STEPS}")
    auto = _mapping(written.get("auto"), "auto")
    return Scenario(
        file=path,
        name=str(written["scenario"]),
        package=tuple(path.parent / name for name in names),
        start=start,
        steps=tuple(read_step(number, each) for number, each in enumerate(steps, 1)),
        auto={key: _answer(key, value) for key, value in auto.items()},
        now=_moment(written.get("now")),
    )


def read_start(written: Any) -> Mapping[str, Any]:
    """How a scenario starts, as it was written. Raises ScenarioInvalid."""
    start = _mapping(written, "start")
    _require_known(start, _START, "start")
    _mapping(start.get("variables"), "variables")
    _with(_mapping(start.get("message"), "message"), "start")
    return start


def read_step(number: int, written: Any) -> Step:
    """One step as it was written. Raises ScenarioInvalid, which names its number."""
    place = f"step {number}"
    if not isinstance(written, dict):
        raise ScenarioInvalid(reason=f"{place} must be one of {', '.join(STEPS)}")
    kinds = [key for key in STEPS if key in written]
    if len(kinds) != 1:
        found = ", ".join(map(str, written)) or "nothing"
        known = ", ".join(STEPS)
        raise ScenarioInvalid(reason=f"{place} has {found}; it needs one of {known}")
    kind = kinds[0]
    more = {key: value for key, value in written.items() if key != kind}
    _require_known(more, STEPS[kind], f"{place}, {kind},")
    if kind == "service":
        _answer(place, more)
    if kind in _MAPPINGS:
        _with(_mapping(written[kind], f"{place}, {kind},"), place)
    return Step(kind, written[kind], _with(more, place))


def _with(written: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    _mapping(written.get("with"), f"{place}, with,")
    return written


def _answer(place: str, written: Any) -> Mapping[str, Any]:
    answer = _mapping(written, place)
    _require_known(answer, STEPS["service"], place)
    _mapping(answer.get("returns"), f"{place}, returns,")
    if len(answer) > 1:
        raise ScenarioInvalid(reason=f"{place} has several of returns, fails and error")
    return answer


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ScenarioInvalid(reason=f"{name} must hold keys and values")
    return value


def _require_known(written: Mapping[str, Any], known: frozenset[str], name: str) -> None:
    unknown = [str(key) for key in written if key not in known]
    if unknown:
        allowed = ", ".join(sorted(known)) or "no more"
        reason = f"{name} has no {', '.join(unknown)}; it knows {allowed}"
        raise ScenarioInvalid(reason=reason)


def _moment(text: Any) -> datetime:
    if text is None:
        return _BEGINNING
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ScenarioInvalid(reason=f"now is no ISO 8601 time: {text}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _flow(value: Any) -> str:
    """A value on one line, as YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")


class _Word(str):
    """`yes`, `no`, `on` or `off` without quotes: a value, or what an element is called."""

    __slots__ = ()


def _meant(written: Any, *, is_data: bool = False) -> Any:
    """What was written, with each word as true or false among data and as a name elsewhere."""
    if isinstance(written, _Word):
        return written.lower() in ("yes", "on") if is_data else str(written)
    if isinstance(written, list):
        return [_meant(each, is_data=is_data) for each in written]
    if isinstance(written, dict):
        return {
            _meant(key): _meant(value, is_data=is_data or key in _DATA)
            for key, value in written.items()
        }
    return written


class _Loader(yaml.SafeLoader):
    """Reads dates as the text they are: process variables are JSON."""

    def construct_word(self, node: yaml.ScalarNode) -> bool | str:
        """A boolean, which YAML 1.1 also writes as words that are good names."""
        text = str(node.value)
        return text.lower() == "true" if text.lower() in ("true", "false") else _Word(text)


_Loader.add_constructor("tag:yaml.org,2002:bool", _Loader.construct_word)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
