"""The execution log of a case as a story: who did what, how long it took, and what changed.

A start and the end that belongs to it become one moment; gateways and flows are left out, the
diagram shows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import LazyString, format_date, format_time, to_user_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from core import clock
from engine.models import LogEntry
from screens.cases.decisions import Made
from screens.cases.values import Shown, in_words, shown
from web.i18n import duration

#: Kinds that say nothing a reader of the story wants to know.
SILENT = frozenset(
    {"sequenceFlow", "startEvent", "exclusiveGateway", "parallelGateway", "inclusiveGateway"}
    | {"eventBasedGateway", "complexGateway"}
)

PERSON, MACHINE, RECEIVE, WAIT, MOMENT = "person", "machine", "receive", "wait", "moment"
FAMILY = {
    "userTask": PERSON,
    "manualTask": PERSON,
    "serviceTask": MACHINE,
    "sendTask": MACHINE,
    "businessRuleTask": MACHINE,
    "scriptTask": MACHINE,
    "task": MACHINE,
    "receiveTask": RECEIVE,
    "intermediateCatchEvent": WAIT,
    "boundaryEvent": MOMENT,
    "intermediateThrowEvent": MOMENT,
    "endEvent": "end",
    "subProcess": "part",
    "adHocSubProcess": "part",
    "transaction": "part",
    "callActivity": "part",
    "process": "process",
    "incident": "incident",
    "sla": "sla",
}

ICONS = {
    PERSON: "user",
    MACHINE: "settings",
    RECEIVE: "mail",
    WAIT: "hourglass",
    MOMENT: "bolt",
    "end": "flag",
    "part": "stack-2",
    "process": "briefcase",
    "incident": "alert-triangle",
    "sla": "clock",
}


@dataclass(frozen=True)
class Phrase:
    """How a step is told: its words, and the tone of its mark."""

    words: LazyString
    tone: str


PHRASES: Mapping[tuple[str, str], Phrase] = {
    (PERSON, "start"): Phrase(_l("%(what)s waits for a person"), "needs-person"),
    (PERSON, "complete"): Phrase(_l("%(who)s completed %(what)s"), "done"),
    (PERSON, "claim"): Phrase(_l("%(who)s claimed %(what)s"), "quiet"),
    (PERSON, "release"): Phrase(_l("%(who)s released %(what)s"), "quiet"),
    (PERSON, "assign"): Phrase(_l("%(who)s handed over %(what)s"), "quiet"),
    (PERSON, "undo"): Phrase(_l("%(who)s took back that %(what)s was completed"), "quiet"),
    (PERSON, "abort"): Phrase(_l("%(what)s was no longer needed"), "quiet"),
    (MACHINE, "start"): Phrase(_l("%(what)s is being done"), "waits"),
    (MACHINE, "complete"): Phrase(_l("%(what)s was done"), "done"),
    (MACHINE, "abort"): Phrase(_l("%(what)s was called off"), "quiet"),
    (MACHINE, "error"): Phrase(_l("%(what)s failed"), "trouble"),
    (RECEIVE, "start"): Phrase(_l("Waiting: %(what)s"), "waits"),
    (RECEIVE, "complete"): Phrase(_l("%(what)s: the message came"), "done"),
    (RECEIVE, "abort"): Phrase(_l("%(what)s: no longer waited for"), "quiet"),
    (WAIT, "start"): Phrase(_l("Waiting: %(what)s"), "waits"),
    (WAIT, "complete"): Phrase(_l("%(what)s"), "done"),
    (WAIT, "abort"): Phrase(_l("%(what)s: no longer waited for"), "quiet"),
    (MOMENT, "complete"): Phrase(_l("%(what)s"), "done"),
    ("end", "complete"): Phrase(_l("Reached the end: %(what)s"), "done"),
    ("part", "start"): Phrase(_l("Began %(what)s"), "waits"),
    ("part", "complete"): Phrase(_l("Finished %(what)s"), "done"),
    ("part", "abort"): Phrase(_l("%(what)s was left"), "quiet"),
    ("process", "start"): Phrase(_l("%(who)s started the case"), "done"),
    ("process", "complete"): Phrase(_l("The case was completed"), "done"),
    ("process", "abort"): Phrase(_l("%(who)s cancelled the case"), "trouble"),
    ("process", "suspend"): Phrase(_l("%(who)s suspended the case"), "paused"),
    ("process", "resume"): Phrase(_l("%(who)s resumed the case"), "quiet"),
    ("process", "variables"): Phrase(_l("%(who)s changed variables"), "quiet"),
    ("sla", "begin"): Phrase(_l("The clock %(what)s began"), "quiet"),
    ("sla", "pause"): Phrase(_l("%(what)s stands still: others are waited for"), "paused"),
    ("sla", "resume"): Phrase(_l("%(what)s goes on"), "quiet"),
    ("sla", "target"): Phrase(_l("%(what)s got another target"), "quiet"),
    ("sla", "reminder"): Phrase(_l("Reminder: %(what)s"), "quiet"),
    ("sla", "at_risk"): Phrase(_l("%(what)s is at risk"), "needs-person"),
    ("sla", "breach"): Phrase(_l("%(what)s is late"), "trouble"),
    ("sla", "met"): Phrase(_l("%(what)s was kept in time"), "done"),
    ("sla", "missed"): Phrase(_l("%(what)s was missed"), "trouble"),
    ("sla", "cancelled"): Phrase(_l("%(what)s was called off"), "quiet"),
    ("sla", "reopen"): Phrase(_l("%(what)s goes on: it was taken back that it ended"), "quiet"),
    ("sla", "priority"): Phrase(_l("%(what)s raised the priority of its tasks"), "quiet"),
    ("sla", "assign"): Phrase(_l("%(what)s passed its tasks on"), "quiet"),
    ("sla", "notify"): Phrase(_l("%(what)s wrote a mail"), "quiet"),
    ("sla", "escalate"): Phrase(_l("%(what)s escalated"), "needs-person"),
    ("incident", "open"): Phrase(_l("%(what)s failed and needs a look"), "trouble"),
    ("incident", "retried"): Phrase(_l("%(who)s had %(what)s tried again"), "quiet"),
    ("incident", "skipped"): Phrase(_l("%(who)s went on without %(what)s"), "quiet"),
    ("incident", "error_thrown"): Phrase(_l("%(who)s ended %(what)s with an error"), "quiet"),
}
OTHER = Phrase(_l("%(what)s: %(lifecycle)s"), "quiet")
PLATFORM = _l("The platform")

#: Life of a wait that ended at once: not worth telling how long it took.
NOTICEABLE = timedelta(seconds=1)
#: Steps whose details are words about them rather than variables of the case.
TOLD = frozenset({"incident", "sla"})
TOLD_OF_PROCESS = frozenset({"abort", "suspend", "resume"})


@dataclass(frozen=True)
class Moment:
    """One sentence of the story."""

    at: datetime
    #: Local time of day.
    clock: str
    sentence: Markup
    tone: str
    icon: str
    element_id: str | None
    note: str = ""
    lasted: str = ""
    changes: tuple[Shown, ...] = ()
    decision: Made | None = None


@dataclass(frozen=True)
class Day:
    """The moments of one day in the reader's time zone, oldest first."""

    words: str
    moments: tuple[Moment, ...]


def tell(
    entries: Iterable[LogEntry],
    names: Mapping[str, str],
    made: Mapping[UUID, Made],
    beside: Iterable[Moment] = (),
) -> tuple[Day, ...]:
    """The story that these log entries (oldest first) tell.

    `names` are people as shown, `made` decisions by the id of their entry; `beside` is what people
    put to it: comments and files.
    """
    told: list[Moment | None] = []
    begun: dict[tuple[str | None, str | None], int] = {}
    for entry in entries:
        if entry.kind in SILENT:
            continue
        moment = replace(_moment(entry, names), decision=made.get(entry.id))
        step = entry.token, entry.element_id
        if entry.lifecycle == "start" and entry.kind not in ("process", "incident"):
            begun[step] = len(told)
        elif entry.lifecycle in ("complete", "abort") and step in begun:
            place = begun.pop(step)
            moment = _ended(moment, told[place])
            # What began and ended is told once, at its end.
            told[place] = None
        told.append(moment)
    moments = [*(moment for moment in told if moment is not None), *beside]
    return _by_day(sorted(moments, key=lambda moment: moment.at))


def commented(at: datetime, by: str, text: str) -> Moment:
    """A comment as a moment of the story."""
    sentence = Markup(str(_("%(who)s commented"))) % {"who": _strong(by)}  # noqa: S704
    return Moment(at, format_time(at, "short"), sentence, "quiet", "message", None, text)


def added(at: datetime, by: str, name: str) -> Moment:
    """A file that was added, as a moment of the story."""
    words = {"who": _strong(by), "what": _strong(name)}
    sentence = Markup(str(_("%(who)s added %(what)s"))) % words  # noqa: S704
    return Moment(at, format_time(at, "short"), sentence, "quiet", "paperclip", None)


def visited(entries: Iterable[LogEntry]) -> list[str]:
    """Ids of the elements and flows that a case went through, in the order of entering them."""
    return [
        entry.element_id
        for entry in entries
        if entry.element_id and entry.kind not in ("process", "incident")
        if entry.lifecycle in ("start", "complete")
    ]


def _moment(entry: LogEntry, names: Mapping[str, str]) -> Moment:
    family = FAMILY.get(entry.kind, MACHINE)
    phrase = PHRASES.get((family, entry.lifecycle), OTHER)
    words = {
        "what": _strong(entry.name or entry.element_id or entry.kind),
        "who": _strong(names.get(entry.by, entry.by) if entry.by else str(PLATFORM)),
        "lifecycle": entry.lifecycle,
    }
    is_told = _is_told(entry)
    details = entry.variables or {}
    return Moment(
        entry.at,
        format_time(entry.at, "short"),
        # The phrases are our own texts; the words put into them are escaped.
        Markup(str(phrase.words)) % words,  # noqa: S704
        phrase.tone,
        ICONS[family],
        entry.element_id,
        _note(details, names) if is_told else _contested(entry),
        changes=() if is_told else _changes(details),
    )


def _changes(details: Mapping[str, Any]) -> tuple[Shown, ...]:
    return tuple(shown(in_words(name), value) for name, value in details.items())


def _contested(entry: LogEntry) -> str:
    if not entry.contested:
        return ""
    written = ", ".join(in_words(name) for name in entry.contested)
    return str(
        _("Another branch wrote this, too, and the later value counts: %(names)s", names=written)
    )


def _is_told(entry: LogEntry) -> bool:
    if entry.kind == "process":
        return entry.lifecycle in TOLD_OF_PROCESS
    return entry.kind in TOLD or entry.lifecycle in ("assign", "claim", "release")


def _note(details: Mapping[str, Any], names: Mapping[str, str]) -> str:
    person = details.get("assignee") or details.get("to") or details.get("group")
    if details.get("people"):
        person = ", ".join(names.get(each, each) for each in details["people"])
    if person:
        return str(_("to %(person)s", person=names.get(person, person)))
    return str(details.get("reason") or details.get("message") or "")


def _ended(moment: Moment, start: Moment | None) -> Moment:
    lasted = moment.at - start.at if start else timedelta(0)
    if lasted < NOTICEABLE:
        return moment
    return replace(moment, lasted=str(_("after %(time)s", time=duration(lasted))))


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


def _by_day(moments: Sequence[Moment]) -> tuple[Day, ...]:
    days: dict[date, list[Moment]] = {}
    for moment in moments:
        days.setdefault(to_user_timezone(moment.at).date(), []).append(moment)
    return tuple(Day(_day_words(day), tuple(found)) for day, found in days.items())


def _day_words(day: date) -> str:
    today = to_user_timezone(clock.now()).date()
    if day == today:
        return str(_("Today"))
    if day == today - timedelta(days=1):
        return str(_("Yesterday"))
    return str(format_date(day, "full"))
