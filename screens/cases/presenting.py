"""What the pages of cases show, as finished values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, permissions
from core.people import Actor, Role
from core.values import to_json
from engine import definitions, instances, log
from engine.models import Incident, LogEntry, ProcessInstance, UserTask
from screens.cases import story
from screens.cases.decisions import made
from screens.cases.names import Names, case_name
from screens.cases.story import Moment
from screens.cases.values import Shown, in_words, shown
from screens.notes.presenting import Notes
from web.i18n import duration, relative

STATES: dict[str, LazyString] = {
    "active": _l("Active"),
    "suspended": _l("Suspended"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
}
#: How the states of a case look: see components/badge.html.
BADGES = {"active": "on_time", "suspended": "paused", "completed": "done", "cancelled": "draft"}
#: Facts that the side panel of a task shows before it leads to the case.
MAX_FACTS = 14


@dataclass(frozen=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    text: str = ""
    url: str = ""
    at: datetime | None = None
    shown: Shown | None = None


@dataclass(frozen=True)
class Picture:
    """A diagram with what happened on it."""

    title: str
    xml_url: str
    overlays: Mapping[str, Any]


@dataclass(frozen=True)
class History:
    """The log entries of a case, and the views of them."""

    entries: Sequence[LogEntry]
    next: UUID | None

    @property
    def people(self) -> set[str | None]:
        return {entry.by for entry in self.entries}

    def story(
        self, session: Session, names: Names, notes: Notes | None = None
    ) -> tuple[story.Day, ...]:
        beside = self._beside(notes) if notes else []
        return story.tell(self.entries, names.people, made(session, self.entries), beside)

    def _beside(self, notes: Notes) -> list[Moment]:
        """Comments and files of the time that these entries tell of."""
        said = [story.commented(each.at, each.by, each.plain) for each in notes.comments]
        files = [story.added(each.at, each.by, each.name) for each in notes.files]
        until = self.entries[-1].at if self.next and self.entries else None
        return [each for each in (*said, *files) if until is None or each.at <= until]

    def last_change(self, name: str) -> LogEntry | None:
        """The entry that wrote a variable last."""
        entries = reversed(log.without_undone(self.entries))
        writes = (each for each in entries if name in (each.variables or {}))
        return next(writes, None)


@dataclass(frozen=True)
class CaseRow:
    """One case in a list."""

    id: UUID
    name: str
    url: str
    process: str
    version: int
    state: LazyString
    badge: str
    incidents: int
    labels: tuple[str, ...]
    waits_for: str
    started_at: datetime
    took: str


@dataclass(frozen=True)
class CaseView:
    """One case on its page."""

    id: UUID
    name: str
    short_id: str
    process: str
    process_url: str
    version: int
    state: LazyString
    badge: str
    reason: str | None
    reason_words: str
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    took: str
    has_ended: bool
    may_suspend: bool
    may_resume: bool
    may_cancel: bool
    may_start_another: bool
    may_change_variables: bool
    start_url: str


@dataclass(frozen=True)
class VariableRow:
    """A variable and its last change."""

    shown: Shown
    changed_at: datetime | None
    changed_by: str
    step: str


def history(
    session: Session, instance: ProcessInstance, *, limit: int, after: UUID | None = None
) -> History:
    """The log of a case from its beginning, or from where a page left off."""
    entries = log.entries(session, instance.id, after, limit + 1)
    return History(entries[:limit], entries[limit - 1].id if len(entries) > limit else None)


def case_row(
    instance: ProcessInstance, names: Names, labels: tuple[str, ...], waits_for: str
) -> CaseRow:
    """A case for a list."""
    return CaseRow(
        instance.id,
        case_name(instance.business_key, instance.id),
        url_for("cases.show", instance_id=instance.id),
        names.process(instance.key),
        instance.version,
        STATES[instance.state],
        "late" if instance.incidents else BADGES[instance.state],
        instance.incidents,
        labels,
        waits_for,
        instance.started_at,
        duration(_length(instance)) if instance.has_ended else "",
    )


def case_view(instance: ProcessInstance, me: Actor, names: Names) -> CaseView:
    """A case for its page."""
    is_theirs = instance.started_by == me.name or me.has(Role.OPERATOR)
    may_suspend = permissions.may(me, "instance.suspend", instance)
    return CaseView(
        id=instance.id,
        name=case_name(instance.business_key, instance.id),
        short_id=f"…{instance.id.hex[-8:]}",
        process=names.process(instance.key),
        process_url=url_for("processes.show", key=instance.key, version=instance.version),
        version=instance.version,
        state=STATES[instance.state],
        badge=BADGES[instance.state],
        reason=instance.reason,
        reason_words=_reason(instance, names),
        started_at=instance.started_at,
        started_by=names.person(instance.started_by),
        ended_at=instance.ended_at,
        took=_took(instance),
        has_ended=instance.has_ended,
        may_suspend=may_suspend and instance.state == "active",
        may_resume=may_suspend and instance.is_suspended,
        may_cancel=not instance.has_ended
        and is_theirs
        and permissions.may(me, "instance.cancel", instance),
        may_change_variables=not instance.has_ended
        and permissions.may(me, "variables.change", instance),
        may_start_another=permissions.may(me, "instance.start", instance.definition),
        start_url=url_for("start.new", key=instance.key),
    )


def facts(session: Session, instance: ProcessInstance, names: Names) -> list[Fact]:
    """What a person who works on a case wants to know about it, beside its form."""
    known = [
        Fact(
            str(_("Case")),
            case_name(instance.business_key, instance.id),
            url_for("cases.show", instance_id=instance.id),
        ),
        Fact(str(_("Process")), names.process(instance.key)),
        Fact(str(_("State")), str(STATES[instance.state])),
        Fact(str(_("Started")), relative(instance.started_at), at=instance.started_at),
    ]
    name = case_name(instance.business_key, instance.id)
    others = [fact for fact in variable_facts(session, instance) if _says(fact) != name]
    return known + others[:MAX_FACTS]


def _says(fact: Fact) -> str:
    return fact.shown.short if fact.shown else fact.text


def variable_facts(session: Session, instance: ProcessInstance) -> list[Fact]:
    """The variables of a case as facts: those the model labels first, with their words."""
    words = _labels(session, instance)
    values = to_json(instances.variables(session, instance))
    rest = [name for name in values if name not in words and _is_simple(values[name])]
    taken = set(words.values())
    said = words | {name: name if in_words(name) in taken else in_words(name) for name in rest}
    return [
        Fact(said[name], shown=shown(name, values[name]))
        for name in (*(name for name in words if name in values), *rest)
    ]


def labelled_facts(session: Session, instance: ProcessInstance) -> list[Fact]:
    """The variables that the model labels: what people know the case by."""
    words = _labels(session, instance)
    values = to_json(instances.variables(session, instance)) if words else {}
    return [Fact(words[name], shown=shown(name, values[name])) for name in words if name in values]


def assignees(session: Session, instance: ProcessInstance) -> set[str | None]:
    """Who works on the open tasks of a case."""
    query = select(UserTask.assignee).where(
        UserTask.instance_id == instance.id, UserTask.state == "open"
    )
    return set(session.scalars(query))


def variables(
    session: Session, instance: ProcessInstance, history: History, names: Names
) -> list[VariableRow]:
    """All variables by name, with who changed them last, where and when."""
    values = to_json(instances.variables(session, instance))
    rows = []
    for name in sorted(values, key=str.casefold):
        change = history.last_change(name)
        rows.append(
            VariableRow(
                shown(name, values[name]),
                change.at if change else None,
                (names.person(change.by) or str(story.PLATFORM)) if change else "",
                _step(change) if change else "",
            )
        )
    return rows


def _step(change: LogEntry) -> str:
    if change.kind == "process":
        return str(_("Start of the case")) if change.lifecycle == "start" else ""
    return change.name or change.element_id or ""


def picture(
    session: Session,
    instance: ProcessInstance,
    history: History,
    incidents: Sequence[Incident] = (),
) -> Picture:
    """The diagram of a case: where its tokens are, and the way they came."""
    return Picture(
        title=str(_("Diagram of %(process)s", process=instance.definition.name)),
        xml_url=url_for("processes.xml", definition_id=instance.definition_id),
        overlays={
            "tokens": _tokens(session, instance),
            "visited": story.visited(log.without_undone(history.entries)),
            "incidents": [
                {
                    "elementId": incident.element_id,
                    "message": incident.message,
                    "href": f"#incident-{incident.id}",
                }
                for incident in incidents
                if incident.element_id
            ],
            "links": {},
        },
    )


def _labels(session: Session, instance: ProcessInstance) -> dict[str, str]:
    """Words of each variable that the model labels."""
    program = definitions.program(session, instance.definition, instance.called)
    labels = program.model.settings.label
    return {label.variable: label.name or in_words(label.variable) for label in labels}


def _tokens(session: Session, instance: ProcessInstance) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for token in instances.tokens(session, instance):
        counts[token.element_id] = counts.get(token.element_id, 0) + 1
    return [{"elementId": element, "count": count} for element, count in counts.items()]


def _is_simple(value: Any) -> bool:
    return value is not None and not isinstance(value, dict | list)


def _length(instance: ProcessInstance) -> timedelta:
    return (instance.ended_at or clock.now()) - instance.started_at


def _took(instance: ProcessInstance) -> str:
    length = duration(_length(instance))
    if instance.has_ended:
        return str(_("Took %(time)s", time=length))
    return str(_("Open for %(time)s", time=length))


def _reason(instance: ProcessInstance, names: Names) -> str:
    if instance.is_suspended:
        person = names.person(instance.suspended_by)
        return str(_("%(person)s suspended it: %(reason)s", person=person, reason=instance.reason))
    person = names.person(instance.cancelled_by)
    return str(_("%(person)s cancelled it: %(reason)s", person=person, reason=instance.reason))
