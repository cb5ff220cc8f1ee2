"""Checks files before anything is deployed: every problem, and a verdict for each file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePath
from typing import Literal

from lxml import etree

from core import feel
from engine.bpmn.data_flow import moved_texts
from engine.bpmn.extensions import Settings, is_feel
from engine.bpmn.file_names import SUFFIXES, file_kind
from engine.bpmn.grammar import unknown_names
from engine.bpmn.imports import problems, translate
from engine.bpmn.lint import lint
from engine.bpmn.model import DATA, NODES, Element, ProcessModel
from engine.bpmn.namespaces import BPMN, WORK, bpmn, kind, split
from engine.bpmn.normalize import GLOBAL_TASKS, give_ids
from engine.bpmn.problem import Problem, error, todo, warning
from engine.bpmn.process_reader import models
from engine.bpmn.reader import UnreadableModel, read
from engine.dmn import decisions

__all__ = ["FileReport", "Problem", "check_files", "check_paths"]

Verdict = Literal["runs", "drawing", "refused"]
Kind = Literal["process", "decision", "form"]
#: Whether a definition of a kind and key is there already: `known("form", "sign_up")`.
Known = Callable[[str, str], bool]
#: Problems of one form beyond its outline.
CheckForm = Callable[[bytes], Iterable[Problem]]

#: Most problems that are told of one file.
MAX_PROBLEMS = 500
#: Longest id of a process, decision or form: the API takes no longer ones.
MAX_KEY_LENGTH = 200
_GRAVITY = ("error", "todo", "warning")
#: What the engine finds by its id.
_ASKED_FOR = NODES | DATA | {
    "sequenceFlow", "process", "message", "signal", "error", "escalation", "resource",
    "dataInput", "dataOutput", "property", *GLOBAL_TASKS,
}  # fmt: skip
#: What refuses a model of ours and is unfinished in one that is written in another language.
_OF_LANGUAGE = frozenset(["expression", "script", "timer", "duration"])
#: What says at least something where no process does.
_WITHOUT_PROCESS = ("collaboration", "choreography", "globalConversation")


@dataclass(frozen=True)
class FileReport:
    """All problems of one file: `refused` with an error, else a `drawing` with a todo."""

    file: str
    verdict: Verdict
    problems: tuple[Problem, ...]


@dataclass
class _File:
    """One file while it is being checked."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    #: What it defines.
    keys: list[tuple[Kind, str]] = field(default_factory=list)
    models: tuple[ProcessModel, ...] = ()
    #: Ids of everything in a decision file.
    ids: frozenset[str] = frozenset()


def check_files(
    files: Mapping[str, bytes],
    *,
    known: Known | None = None,
    check_form: CheckForm | None = None,
) -> list[FileReport]:
    """A report for each file, references between them and to what is `known` included.

    Without `known`, what the files do not define is only warned of: it may be deployed elsewhere.
    """
    checked = [_check(name, data, check_form) for name, data in files.items()]
    _check_decisions(checked, files)
    _refuse_long_keys(checked)
    _refuse_doubles(checked, severe=known is not None)
    defined = {key for file in checked for key in file.keys}
    for file in checked:
        for model in file.models:
            file.problems += _references(model, defined, known)
    return [FileReport(each.name, _verdict(each), _told(each.problems)) for each in checked]


def check_paths(
    paths: Iterable[str | Path], as_json: bool = False, write: Callable[[str], object] = print
) -> int:
    """Check files and folders of them, print a report and answer 1 when one is refused, else 0.

    With `as_json` one JSON object a file, else text for people; `write` gets whole lines.
    """
    reports = []
    for package in _packages(paths):
        files = {str(path): path.read_bytes() for path in package if path.is_file()}
        missing = [path for path in package if not path.is_file()]
        problem = (error(None, "no_file", "There is no such file."),)
        reports += [FileReport(str(path), "refused", problem) for path in missing]
        reports += check_files(files)
    for report in reports:
        write(json.dumps(asdict(report), ensure_ascii=False) if as_json else _as_text(report))
    return int(any(each.verdict == "refused" for each in reports))


def _packages(paths: Iterable[str | Path]) -> list[list[Path]]:
    """Files belong together when they lie in one folder: they refer to one another."""
    packages: dict[Path, list[Path]] = {}
    for path in map(Path, paths):
        inside = sorted(each for each in path.rglob("*") if file_kind(each.name))
        for each in inside if path.is_dir() else [path]:
            packages.setdefault(each.parent, []).append(each)
    return list(packages.values())


def _as_text(report: FileReport) -> str:
    lines = [f"{report.file}: {report.verdict}"]
    for each in report.problems:
        place = f"{each.element}: " if each.element else ""
        lines.append(f"  {each.severity:<7} {place}{each.message} [{each.rule}]")
    return "\n".join(lines)


def _verdict(file: _File) -> Verdict:
    severities = {each.severity for each in file.problems}
    if "error" in severities:
        return "refused"
    return "drawing" if "todo" in severities else "runs"


def _told(problems: list[Problem]) -> tuple[Problem, ...]:
    """All problems, or the gravest of very many."""
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    gravest = sorted(problems, key=lambda each: _GRAVITY.index(each.severity))[:MAX_PROBLEMS]
    hidden = len(problems) - MAX_PROBLEMS
    message = f"There are {hidden:,} problems more; they are told once these are mended."
    return (*gravest, warning(None, "more_problems", message))


def _check(name: str, data: bytes, check_form: CheckForm | None) -> _File:
    file = _File(name)
    what = file_kind(name)
    if what == "form":
        _check_form(file, data, check_form)
    elif what is not None:
        try:
            root = read(data, name=PurePath(name).name)
        except UnreadableModel as refusal:
            message = f"{refusal}; save it anew in its tool, or leave it out."
            file.problems.append(error(None, "unreadable", message))
        else:
            _CHECKS[what](file, root)
    else:
        message = f"{PurePath(name).name} is no {', '.join(SUFFIXES)} file; leave it out."
        file.problems.append(error(None, "file_kind", message))
    return file


def _check_bpmn(file: _File, root: etree._Element) -> None:
    if root.tag != bpmn("definitions"):
        message = f"This file begins with {split(str(root.tag))[1]}, not as BPMN 2.0; export it so."
        file.problems.append(error(None, "not_bpmn", message))
        return
    imported = translate(root)
    tree = deepcopy(imported.tree)
    file.problems += [warning(each.element, each.rule, each.message) for each in give_ids(tree)]
    doubles = [each for each in _ids(tree) if each.severity == "error"]
    file.problems += _ids(tree)
    file.problems += unknown_names(root, imported.namespaces)
    file.problems += problems(imported.notes)
    file.problems += _dangling(tree)
    file.problems += _moved_data(tree)
    file.models = models(tree, file=file.name)
    file.keys += [("process", model.key) for model in file.models]
    file.keys += [("process", each.get("id", "")) for each in tree if kind(each)[:6] == "global"]
    if not file.keys:
        message = "There is no process in this file; draw one, or leave the file out."
        make = todo if any(kind(each) in _WITHOUT_PROCESS for each in tree) else error
        file.problems.append(make(None, "no_process", message))
    # What is meant by an id that two elements have is anybody's guess.
    for model in () if doubles else file.models:
        file.problems += lint(model)
    if imported.namespaces or not any(WORK in each.nsmap.values() for each in root.iter()):
        file.problems = [_of_others(each) for each in file.problems]


def _of_others(problem: Problem) -> Problem:
    """A text that is no FEEL of ours, in a file of another tool: somebody has to write it anew."""
    is_text = problem.rule in _OF_LANGUAGE and problem.severity == "error"
    return replace(problem, severity="todo") if is_text else problem


def _check_dmn(file: _File, root: etree._Element) -> None:
    namespace, name = split(str(root.tag))
    if name != "definitions" or "/DMN/" not in namespace:
        message = f"This file begins with {name}, not as DMN; export it so."
        file.problems.append(error(None, "not_dmn", message))
        return
    found = [*root.iter(f"{{{namespace}}}decision"), *root.iter(f"{{{namespace}}}decisionService")]
    file.keys += [("decision", each.get("id", "")) for each in found]
    file.ids = frozenset(str(each.get("id")) for each in root.iter() if each.get("id"))


def _check_decisions(checked: list[_File], files: Mapping[str, bytes]) -> None:
    """Decision files are checked together, for they import from one another."""
    readable = [each for each in checked if each.ids]
    for problem in decisions.check({each.name: files[each.name] for each in readable}):
        owners = [each for each in readable if problem.element in each.ids] or readable
        owners[0].problems.append(problem)


_CHECKS = {"process": _check_bpmn, "decision": _check_dmn}


def _check_form(file: _File, data: bytes, check_form: CheckForm | None) -> None:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError):
        file.problems.append(error(None, "not_a_form", "This form is not valid JSON."))
        return
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        message = "This is no form: it needs an object with a list of components."
        file.problems.append(error(None, "not_a_form", message))
        return
    key = schema.get("id")
    if not isinstance(key, str) or not key:
        message = "The form has no id; give it the key by which tasks refer to it."
        file.problems.append(error(None, "form_without_id", message))
        return
    file.keys.append(("form", key))
    file.problems += check_form(data) if check_form else ()


def _ids(tree: etree._Element) -> Iterator[Problem]:
    found: dict[str, list[str]] = {}
    for each in tree.iter(f"{{{BPMN}}}*"):
        if element_id := each.get("id"):
            found.setdefault(element_id, []).append(kind(each))
    for element_id, kinds in found.items():
        if len(kinds) > 1:
            make = error if sum(each in _ASKED_FOR for each in kinds) > 1 else warning
            message = f"{len(kinds)} elements have the id {element_id}; give each its own."
            yield make(element_id, "duplicate_id", message)


def _dangling(tree: etree._Element) -> Iterator[Problem]:
    """References to messages, signals, errors and escalations that the file does not define."""
    defined = {each.get("id") for each in tree}
    for each in tree.iter(f"{{{BPMN}}}*"):
        for name in ("messageRef", "signalRef", "errorRef", "escalationRef"):
            ref = (each.get(name) or "").rpartition(":")[2]
            if ref and ref not in defined and kind(each) != "messageFlow":
                yield _unknown(_owner(each), name, ref)


def _unknown(element: str | None, name: str, ref: str) -> Problem:
    """A reference to nothing: some tools write an error's code there, others rely on an import."""
    if name == "errorRef":
        message = f"The error {ref} is not defined in this file; its id is taken as the code."
        return warning(element, "unknown_reference", message)
    what = name.removesuffix("Ref")
    message = f"The {what} {ref} is not defined in this file; define it, or choose another."
    return todo(element, "unknown_reference", message)


def _moved_data(tree: etree._Element) -> Iterator[Problem]:
    """Data associations whose expressions cannot be read: nothing would be moved."""
    for owner, text in moved_texts(tree):
        for found in feel.check(text, None):
            message = f"The data association's “{text}” is no FEEL: {found.sentence}"
            yield todo(owner, "expression", message)


def _owner(element: etree._Element) -> str | None:
    """The flow element an event definition belongs to."""
    parent = element.getparent()
    inside = kind(element).endswith("EventDefinition") and parent is not None
    return parent.get("id") if inside and parent is not None else element.get("id")


def _refuse_long_keys(checked: list[_File]) -> None:
    for file in checked:
        for what, key in file.keys:
            if len(key) > MAX_KEY_LENGTH:
                many = f"{len(key)} characters"
                message = f"The id of a {what} has {many}; shorten it to {MAX_KEY_LENGTH}."
                file.problems.append(error(key[:MAX_KEY_LENGTH], "key_too_long", message))


def _refuse_doubles(checked: list[_File], *, severe: bool) -> None:
    first: dict[tuple[Kind, str], str] = {}
    for file in checked:
        for what, key in file.keys:
            if (what, key) in first:
                message = f"The {what} {key} is also in {first[what, key]}; give one another id."
                make = error if severe or first[what, key] == file.name else warning
                file.problems.append(make(key, "defined_twice", message))
            first.setdefault((what, key), file.name)


def _references(
    model: ProcessModel, defined: set[tuple[Kind, str]], known: Known | None
) -> Iterator[Problem]:
    for key in _decisions_of(model.settings):
        if ("decision", key) not in defined and not (known is not None and known("decision", key)):
            make = warning if known is None else todo
            message = f"A service level needs the decision {key}, which is not there; deploy it."
            yield make(model.key, "missing_reference", message)
    for each in model.elements.values():
        for what, key in _referred(each):
            if (what, key) in defined or (known is not None and known(what, key)):
                continue
            make = warning if known is None else todo
            message = f"“{each.title}” needs the {what} {key}, which is not there; deploy it too."
            yield make(each.id, "missing_reference", message)


def _referred(element: Element) -> Iterator[tuple[Kind, str]]:
    settings = element.settings
    if settings.form and settings.form.key:
        yield "form", settings.form.key
    if settings.decision and settings.decision.key:
        yield "decision", settings.decision.key
    for key in _decisions_of(settings):
        yield "decision", key
    called = element.called_element
    if element.kind == "callActivity" and called and not is_feel(called):
        yield "process", called


def _decisions_of(settings: Settings) -> list[str]:
    """Decisions that give service levels their targets."""
    return [sla.decision for sla in settings.slas if sla.decision]
