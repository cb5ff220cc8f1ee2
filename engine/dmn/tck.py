"""Runs the tests of the DMN Technology Compatibility Kit: `*-test-*.xml` beside `.dmn` files."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from core.errors import BackOfficeError
from core.feel.timetext import parse_date, parse_datetime, parse_feel_duration, parse_time
from core.feel.values import equal, format_value
from core.model import Json
from engine.bpmn import reader as xml
from engine.dmn.decisions import DecisionModel, load
from engine.dmn.errors import NoTestFiles

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: How far a number may be off the expected one, relatively: results are given with few digits.
_TOLERANCE = Decimal("1e-8")


@dataclass(frozen=True)
class Failure:
    """A result that is not the expected one."""

    file: str
    case: str
    node: str
    expected: str
    found: str

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.file, self.case, self.node)))
        return f"{place}: {self.found}" + (f" instead of {self.expected}" if self.expected else "")


@dataclass
class Report:
    """How many results were as expected, wrong, or could not be had at all."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All test cases."""
        return self.passed + self.failed + self.errors

    def to_json(self) -> Json:
        """What `backoffice tck --json` prints."""
        return {
            "passed": self.passed,
            "failed": self.failed,
            "errors": self.errors,
            "total": self.total,
            "failures": [asdict(failure) for failure in self.failures],
        }

    def __str__(self) -> str:
        counts = f"{self.total} cases, {self.failed} failed, {self.errors} could not be run"
        return "\n".join([*map(str, self.failures), counts])


def run_folder(path: Path | str) -> Report:
    """Run every test file in a folder and below. Raises NoTestFiles."""
    files = sorted(Path(path).rglob("*-test-*.xml"))
    if not files:
        raise NoTestFiles(path=str(path))
    report = Report()
    for file in files:
        run_file(file, report)
    return report


def run_file(path: Path, report: Report) -> None:
    """Run one test file and count its cases."""
    try:
        root = xml.read(path.read_bytes(), name=path.name)
    except BackOfficeError as failure:
        report.errors += 1
        report.failures.append(Failure(path.name, "", "", "", str(failure)))
        return
    model = next((node.text or "" for node in _all(root, "modelName")), "").strip()
    try:
        decisions = load(_files(path), tolerant=True)
    except BackOfficeError as failure:
        for case in _all(root, "testCase"):
            _count_error(report, path, case, str(failure))
        return
    for case in _all(root, "testCase"):
        try:
            failures = list(_run_case(decisions, case, path.name, model))
        except BackOfficeError as failure:
            _count_error(report, path, case, str(failure))
            continue
        report.failures.extend(failures)
        if failures:
            report.failed += 1
        else:
            report.passed += 1


def _files(path: Path) -> dict[str, bytes]:
    """All models of the folder."""
    return {file.name: file.read_bytes() for file in sorted(path.parent.glob("*.dmn"))}


def _count_error(report: Report, path: Path, case: etree._Element, reason: str) -> None:
    report.errors += 1
    report.failures.append(Failure(path.name, case.get("id", ""), "", "", reason))


def _run_case(
    decisions: DecisionModel, case: etree._Element, file: str, model: str
) -> Iterator[Failure]:
    inputs = {node.get("name", ""): _value(node) for node in _all(case, "inputNode")}
    for node in _all(case, "resultNode"):
        name = node.get("name", "")
        is_service = case.get("type") == "decisionService"
        key = case.get("invocableName", name) if is_service else name
        evaluation = decisions.evaluate(key, inputs, file=model)
        found = evaluation.outputs
        if (
            is_service
            and type(found) is dict
            and name in found
            and len(_all(case, "resultNode")) > 1
        ):
            found = found[name]
        expected_node = next(iter(_all(node, "expected")), None)
        expected = None if expected_node is None else _value(expected_node)
        if not same(expected, found):
            yield Failure(
                file,
                case.get("id", ""),
                name,
                format_value(expected),
                "; ".join([format_value(found), *evaluation.warnings]),
            )


def same(expected: Any, found: Any) -> bool:
    """Whether a result is the expected one; numbers may differ in far digits."""
    if type(expected) is Decimal and type(found) is Decimal:
        return abs(expected - found) <= _TOLERANCE * max(abs(expected), Decimal(1))
    if type(expected) is list and type(found) is list:
        return len(expected) == len(found) and all(map(same, expected, found))
    if type(expected) is dict and type(found) is dict:
        return expected.keys() == found.keys() and all(
            same(value, found[key]) for key, value in expected.items()
        )
    return equal(expected, found) is True


# -- reading


def _all(node: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in node if etree.QName(child).localname == name]


def _value(node: etree._Element) -> Any:
    components = _all(node, "component")
    if components:
        return {part.get("name", ""): _value(part) for part in components}
    lists = _all(node, "list")
    if lists:
        return [_value(item) for item in _all(lists[0], "item")]
    values = _all(node, "value")
    return _scalar(values[0]) if values else None


def _scalar(node: etree._Element) -> Any:
    if node.get(f"{_XSI}nil") in ("true", "1"):
        return None
    text = node.text or ""
    kind = (node.get(f"{_XSI}type") or "xsd:string").rpartition(":")[2]
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return Decimal(text.strip())
    convert = _TEMPORAL.get(kind)
    return convert(text.strip()) if convert else text


_TEMPORAL = {
    "date": parse_date,
    "time": parse_time,
    "dateTime": parse_datetime,
    "duration": parse_feel_duration,
    "dayTimeDuration": parse_feel_duration,
    "yearMonthDuration": parse_feel_duration,
}
