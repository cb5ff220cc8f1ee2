"""Deploying packages of files as immutable versions, with their references resolved."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import PurePath
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core import clock
from core.people import Actor, peopled_groups
from core.permissions import allow
from engine import definitions, message_starts, timers
from engine.bpmn.check import CheckForm, FileReport, Problem, check_files
from engine.bpmn.extensions import is_feel, listed
from engine.bpmn.file_names import file_kind
from engine.bpmn.imports import translate
from engine.bpmn.model import Element, ProcessModel
from engine.bpmn.normalize import give_ids
from engine.bpmn.process_reader import models
from engine.bpmn.reader import read
from engine.definitions import binding_name
from engine.errors import ModelRefused, NothingToDeploy, TooManyFiles
from engine.models import Definition, Deployment, ProcessGrant, ProcessViewer

MAX_FILES = 50
#: Any number: deployments take turns at this PostgreSQL advisory lock.
_TURN = 7_205_316


@dataclass(frozen=True)
class Outcome:
    """What a deployment led to. `created` is False when everything was there already."""

    deployment: Deployment
    definitions: list[Definition]
    problems: list[dict[str, Any]]
    created: bool


@dataclass(frozen=True)
class _Item:
    """One process, decision or form of the files."""

    kind: str
    key: str
    name: str
    file: str
    content: bytes
    verdict: str
    model: ProcessModel | None = None


@dataclass(frozen=True)
class _Reference:
    kind: str
    key: str
    binding: str


def deploy(
    session: Session,
    files: Mapping[str, bytes],
    *,
    by: Actor,
    check_form: CheckForm | None = None,
) -> Outcome:
    """Store what is new or changed as the next versions, and let them start by their events.

    `files` are contents by file name; `check_form` judges forms beyond their outline. Raises
    ModelRefused with all problems in its context, NothingToDeploy or TooManyFiles; nothing is
    stored then.
    """
    allow(by, "deploy")
    _require_files(files)
    _take_turn(session)
    reports = validate(session, files, check_form=check_form)
    problems = [{"file": r.file, **asdict(problem)} for r in reports for problem in r.problems]
    refused = [report.file for report in reports if report.verdict == "refused"]
    if refused:
        raise ModelRefused(summary=_summary(problems), problems=problems, files=refused)
    items = _items(files, {report.file: report.verdict for report in reports})
    if not items:
        raise NothingToDeploy
    return _Package(session, items, problems, by, clock.now()).deploy()


def validate(
    session: Session, files: Mapping[str, bytes], *, check_form: CheckForm | None = None
) -> list[FileReport]:
    """A report for each file; stores nothing. Raises NothingToDeploy or TooManyFiles."""
    _require_files(files)
    reports = check_files(
        files, known=lambda kind, key: _is_known(session, kind, key), check_form=check_form
    )
    peopled = peopled_groups(session)
    return [_with_warnings(report, files[report.file], peopled) for report in reports]


class _Package:
    """The files of one deployment on their way into the database."""

    def __init__(
        self,
        session: Session,
        items: list[_Item],
        problems: list[dict[str, Any]],
        by: Actor,
        at: datetime,
    ) -> None:
        self.session = session
        self.items = {(item.kind, item.key): item for item in items}
        self.problems = problems
        self.by = by
        self.at = at
        self.hashes = {place: self._identity(item) for place, item in self.items.items()}
        self.deployment = Deployment(created_at=at, created_by=by.name, problems=problems)
        #: What each item is now: the stored version, or a new one.
        self.rows: dict[tuple[str, str], Definition] = {}

    def deploy(self) -> Outcome:
        latest = {place: definitions.find_latest(self.session, *place) for place in self.items}
        new = [p for p, row in latest.items() if not row or row.content_hash != self.hashes[p]]
        self.rows.update({p: row for p, row in latest.items() if row and p not in new})
        if new:
            self._store(new, latest)
        rows = [self.rows[place] for place in self.items]
        deployment = self.deployment if new else rows[0].deployment
        return Outcome(deployment, rows, self.problems, created=bool(new))

    def _store(
        self,
        new: list[tuple[str, str]],
        latest: Mapping[tuple[str, str], Definition | None],
    ) -> None:
        self.session.add(self.deployment)
        self.session.flush()
        for place in new:
            before = latest[place]
            self.rows[place] = self._row(self.items[place], before.version + 1 if before else 1)
        self.session.add_all(self.rows[place] for place in new)
        self.session.flush()
        for place in new:
            row, item = self.rows[place], self.items[place]
            row.bindings = self._bindings(item)
            if item.model is not None:
                message_starts.replace_starts(self.session, row, item.model.triggers, self.at)
                timers.replace_starts(self.session, row, item.model.starts, self.at)
                self._grant(item.key)
                self._show(item.key, item.model.settings.visible or ())
        self.session.flush()

    def _row(self, item: _Item, version: int) -> Definition:
        may_start = item.model.settings.may_start if item.model else None
        return Definition(
            kind=item.kind,
            key=item.key,
            version=version,
            name=item.name,
            file=PurePath(item.file).name,
            content=item.content,
            content_hash=self.hashes[item.kind, item.key],
            deployment_id=self.deployment.id,
            verdict=item.verdict,
            bindings={},
            may_start=list(may_start or ()),
            created_at=self.at,
            created_by=self.by.name,
        )

    def _bindings(self, item: _Item) -> dict[str, str]:
        found = {}
        for reference in _references(item):
            bound = self._bound(reference)
            name = binding_name(reference.kind, reference.key, reference.binding)
            found[name] = str(bound.id) if bound else ""
        return found

    def _bound(self, reference: _Reference) -> Definition | None:
        """The version meant now; None where the latest is meant, or nothing is there yet."""
        if reference.binding == "latest":
            return None
        if reference.binding.isdecimal():
            number = int(reference.binding)
            return definitions.version(self.session, reference.kind, reference.key, number)
        own = self.rows.get((reference.kind, reference.key))
        return own or definitions.find_latest(self.session, reference.kind, reference.key)

    def _identity(self, item: _Item) -> str:
        """A hash over the content and all that is bound with `deployment`, however far.

        What is bound counts by its content, whether it comes along or is stored already.
        """
        parts: set[tuple[str, str, str]] = set()
        queue: list[_Item | Definition] = [item]
        while queue:
            each = queue.pop()
            part = (each.kind, each.key, hashlib.sha256(each.content).hexdigest())
            if part not in parts:
                parts.add(part)
                queue.extend(self._bound_to(each))
        text = json.dumps(sorted(parts))
        return hashlib.sha256(f"{item.kind}:{item.key}\n{text}".encode()).hexdigest()

    def _bound_to(self, each: _Item | Definition) -> list[_Item | Definition]:
        """What a file of this package, or a stored definition, is bound to with `deployment`."""
        if isinstance(each, Definition):
            bindings = each.bindings.items()
            ids = [
                bound for name, bound in bindings if bound and _is_fixed(name.rpartition("@")[2])
            ]
            return [self.session.get_one(Definition, UUID(one)) for one in ids]
        found: list[_Item | Definition] = []
        for reference in _references(each):
            if _is_fixed(reference.binding):
                place = (reference.kind, reference.key)
                bound = self.items.get(place) or definitions.find_latest(self.session, *place)
                found += [bound] if bound else []
        return found

    def _grant(self, key: str) -> None:
        if self.session.get(ProcessGrant, (key, self.by.name)) is None:
            self.session.add(
                ProcessGrant(
                    key=key, actor=self.by.name, granted_at=self.at, granted_by=self.by.name
                )
            )
            self.session.flush()

    def _show(self, key: str, groups: Collection[str]) -> None:
        """Let these groups see the cases of a process, and no others."""
        self.session.execute(delete(ProcessViewer).where(ProcessViewer.key == key))
        self.session.add_all(
            ProcessViewer(key=key, group_name=group) for group in dict.fromkeys(groups)
        )


def _is_fixed(binding: str) -> bool:
    """Whether a deployment decides which version is meant."""
    return binding != "latest" and not binding.isdecimal()


def _require_files(files: Mapping[str, bytes]) -> None:
    if not files:
        raise NothingToDeploy
    if len(files) > MAX_FILES:
        raise TooManyFiles(limit=MAX_FILES, count=len(files))


def _take_turn(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _summary(problems: list[dict[str, Any]]) -> str:
    errors = [problem["message"] for problem in problems if problem["severity"] == "error"]
    return errors[0] if len(errors) == 1 else f"{errors[0]} (and {len(errors) - 1} more)"


def _is_known(session: Session, kind: str, key: str) -> bool:
    return definitions.find_latest(session, kind, key) is not None


def _items(files: Mapping[str, bytes], verdicts: Mapping[str, str]) -> list[_Item]:
    return [
        replace(item, verdict=verdicts[name])
        for name, data in files.items()
        for item in _read(name, data)
    ]


def _read(name: str, data: bytes) -> Iterator[_Item]:
    what = file_kind(name)
    if what == "process":
        for model in _models(name, data):
            yield _Item("process", model.key, model.name, name, data, "", model)
    elif what == "decision":
        for decision in read(data, name=name).iter("{*}decision", "{*}decisionService"):
            key = decision.get("id", "")
            yield _Item("decision", key, decision.get("name") or key, name, data, "")
    else:
        schema = json.loads(data)
        title = schema.get("name") or schema.get("title") or schema["id"]
        yield _Item("form", schema["id"], str(title), name, data, "")


def _models(name: str, data: bytes) -> tuple[ProcessModel, ...]:
    root = translate(read(data, name=name)).tree
    give_ids(root)
    return models(root, file=name)


def _references(item: _Item) -> list[_Reference]:
    """What a process refers to, each once."""
    if item.model is None:
        return []
    found: dict[_Reference, None] = {}
    for element in item.model.elements.values():
        settings = element.settings
        if settings.form and settings.form.key:
            found[_Reference("form", settings.form.key, settings.form.binding)] = None
        if settings.decision and settings.decision.key:
            decision = settings.decision
            found[_Reference("decision", decision.key, decision.binding)] = None
        if element.kind == "callActivity" and element.called_element:
            binding = settings.call.binding if settings.call else "deployment"
            found[_Reference("process", element.called_element, binding)] = None
    return list(found)


def _with_warnings(report: FileReport, data: bytes, peopled: frozenset[str]) -> FileReport:
    if report.verdict == "refused" or file_kind(report.file) != "process":
        return report
    extra = [
        _unmanned(element, group)
        for model in _models(report.file, data)
        for element in model.elements.values()
        for group in _groups_of(element)
        if group not in peopled
    ]
    return replace(report, problems=(*report.problems, *extra))


def _groups_of(element: Element) -> Iterable[str]:
    """The groups that a task is certainly offered to: literal ones, else its lane."""
    if element.kind not in ("userTask", "manualTask"):
        return ()
    assignment = element.settings.assignment
    named = listed(assignment.groups or "") if assignment else ()
    if named:
        return [group for group in named if not is_feel(group)]
    return [element.lane] if element.lane else []


def _unmanned(element: Element, group: str) -> Problem:
    name = element.name or element.id
    message = f"Nobody belongs to {group}, who should do “{name}”; team leaders will see its tasks."
    return Problem(element.id, "unmanned_group", "warning", message)
