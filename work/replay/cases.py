"""The last cases of a process, each played again on other files, and the report on all of them."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.people import Actor
from core.permissions import allow
from engine import deciding, definitions
from engine.bpmn.file_names import file_kind
from engine.models import Definition, ProcessInstance
from forms import schema, validate
from forms.errors import FormInvalid, FormUnreadable
from work import masking
from work.replay.comparing import Difference, differences
from work.replay.package import completed, process_models
from work.replay.recorded import Recorded, read
from work.replay.retelling import retell

DEFAULT_CASES = 200
MAX_CASES = 1_000
DEFAULT_DAYS = 30
MAX_DAYS = 366
#: What one replay may take; the report tells how far it came.
SECONDS = 25.0
#: Cases that are named for each difference.
MAX_NAMED = 20


class ReplayInvalid(Invalid):
    """A replay takes 1 to {cases} cases of the last 1 to {days} days."""


@dataclass(frozen=True)
class Case:
    """A real case, as a report names it."""

    id: UUID
    business_key: str | None


@dataclass
class Group:
    """Cases that would differ in the same way; the first of them are named."""

    difference: Difference
    count: int = 0
    cases: list[Case] = field(default_factory=list)


@dataclass
class Report:
    """What became of the cases played again. Values of cases are never part of it."""

    key: str
    cases: int = 0
    same: int = 0
    different: int = 0
    #: Cases that not even their own version repeats: what the log tells does not suffice.
    unclear: int = 0
    #: Whether time was up before all cases were played.
    is_partial: bool = False
    seconds: float = 0.0
    groups: list[Group] = field(default_factory=list)


@dataclass(frozen=True)
class _Version:
    """Files to play a case on, and the forms of their tasks by key."""

    files: Mapping[str, bytes]
    forms: Mapping[str, bytes]
    #: Key of the form by task.
    asks: Mapping[str, str]
    #: Classes of what it writes.
    classes: masking.Classes


def replay(
    session: Session,
    key: str,
    files: Mapping[str, bytes],
    *,
    limit: int = DEFAULT_CASES,
    days: int = DEFAULT_DAYS,
    deadline: float | None = None,
    by: Actor,
) -> Report:
    """Play the newest cases of a process on `files`, its package with the forms.

    What the package names and does not hold is taken as deployed. It ends at `deadline`, by
    `time.monotonic()`, else after SECONDS. Raises ReplayInvalid, and what reading the files raises.
    """
    allow(by, "instance.see")
    allow(by, "validate")
    if not (0 < limit <= MAX_CASES and 0 < days <= MAX_DAYS):
        raise ReplayInvalid(cases=MAX_CASES, days=MAX_DAYS)
    begun = time.monotonic()
    report = Report(key)
    until = begun + SECONDS if deadline is None else deadline
    replaying = _Replaying(session, key, _version(completed(session, files)), until)
    try:
        for instance in _newest(session, key, limit, days):
            replaying.add(report, read(session, instance))
    except TimeoutError:
        report.is_partial = True
    report.groups = sorted(replaying.groups.values(), key=lambda group: -group.count)
    report.seconds = round(time.monotonic() - begun, 2)
    return report


class _Replaying:
    """The draft, the versions that cases ran on, and the differences found so far."""

    def __init__(self, session: Session, key: str, draft: _Version, deadline: float) -> None:
        self.session = session
        self.key = key
        self.draft = draft
        self.deadline = deadline
        self.groups: dict[tuple[str, str], Group] = {}
        self._versions: dict[UUID, _Version] = {}

    def add(self, report: Report, recorded: Recorded) -> None:
        """Play one case, and count what came of it."""
        own = self._own(recorded.definition_id)
        found = list(self._differences(recorded, self.draft, _changed_forms(own, self.draft)))
        if found:
            before = set(self._differences(recorded, own, {}))
            if any(each.kind != "form" for each in before):
                report.cases, report.unclear = report.cases + 1, report.unclear + 1
                return
        report.cases += 1
        report.same += not found
        report.different += bool(found)
        for difference in self._masked(recorded, found):
            place = (difference.kind, difference.sentence)
            group = self.groups.setdefault(place, Group(difference))
            group.count += 1
            if len(group.cases) < MAX_NAMED:
                group.cases.append(Case(recorded.instance_id, recorded.business_key))

    def _differences(
        self, recorded: Recorded, version: _Version, forms: Mapping[str, tuple[str, str]]
    ) -> Iterator[Difference]:
        refusal = partial(_refusal, version, set(forms))
        retold = retell(recorded, version.files, self.key, refusal, self.deadline)
        return differences(recorded, retold, forms)

    def _masked(self, recorded: Recorded, found: list[Difference]) -> Iterator[Difference]:
        """The differences in sentences that tell no value of a personal or secret field."""
        if not found:
            return
        own = self._own(recorded.definition_id)
        known = {**own.classes, **self.draft.classes}
        values = [recorded.variables, *(answer.variables for answer in recorded.answers)]
        for each in found:
            sentence = masking.redacted(each.sentence, values, known)
            yield Difference(each.kind, each.element_id, sentence)

    def _own(self, definition_id: UUID) -> _Version:
        if definition_id not in self._versions:
            definition = definitions.get(self.session, definition_id)
            self._versions[definition_id] = _version(_files_of(self.session, definition))
        return self._versions[definition_id]


def _newest(session: Session, key: str, limit: int, days: int) -> list[ProcessInstance]:
    since = clock.now() - timedelta(days=days)
    query = select(ProcessInstance).where(
        ProcessInstance.key == key, ProcessInstance.started_at >= since
    )
    return list(session.scalars(query.order_by(ProcessInstance.id.desc()).limit(limit)))


def _version(files: Mapping[str, bytes]) -> _Version:
    playable = {name: data for name, data in files.items() if file_kind(name) != "form"}
    forms = {}
    for name, data in files.items():
        if file_kind(name) == "form":
            try:
                forms[schema.parse(data).id] = data
            except FormUnreadable:
                continue
    asks = {
        element.id: element.settings.form.key
        for model in process_models(playable)
        for element in model.elements.values()
        if element.settings.form is not None and element.kind == "userTask"
    }
    known = masking.of_models(process_models(playable), forms.values())
    return _Version(playable, forms, asks, known)


def _changed_forms(own: _Version, draft: _Version) -> dict[str, tuple[str, str]]:
    """Of tasks that both have and that show another form in the draft: its key before and now."""
    changed = {}
    for element_id, key in draft.asks.items():
        before = own.asks.get(element_id)
        if before is None:
            continue
        if before != key or (key in draft.forms and own.forms.get(key) != draft.forms[key]):
            changed[element_id] = (before, key)
    return changed


def _refusal(
    version: _Version,
    changed: set[str],
    element_id: str,
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
) -> str | None:
    """Why a changed form would not take the answers of then; names fields, never values."""
    data = version.forms.get(version.asks.get(element_id, ""))
    if element_id not in changed or data is None:
        return None
    try:
        validate.validate(schema.parse(data), dict(answers), dict(variables))
    except FormInvalid as refused:
        return f"{', '.join(sorted(refused.context['fields']))} would not be accepted."
    return None


def _files_of(session: Session, definition: Definition) -> dict[str, bytes]:
    """A version with all that it asks and calls, as its bindings mean now."""
    files: dict[str, bytes] = {}
    queue, seen = [definition], set()
    while queue:
        each = queue.pop(0)
        if each.id in seen:
            continue
        seen.add(each.id)
        content = definitions.content(session, each.id)
        if content not in files.values():
            files[f"{len(files)}/{each.file}"] = content
        if each.kind == "decision":
            for name, data in deciding.files_of(session, each).items():
                if data not in files.values():
                    files[f"{len(files)}/{name}"] = data
        for name in each.bindings:
            kind, _, rest = name.partition(":")
            key, _, binding = rest.rpartition("@")
            found = definitions.bound(session, each, kind, key, binding)
            queue += [found] if found is not None else []
    return files
