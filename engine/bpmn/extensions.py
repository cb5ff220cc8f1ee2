"""The `work` vocabulary of one element as plain values: what BPMN itself leaves open.

All values are the raw text of the model; text that begins with "=" is FEEL, other text is meant
literally. `work.json` beside this file is the same vocabulary as the designer reads it.
"""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from core import feel
from engine.bpmn.namespaces import bpmn, work
from engine.bpmn.service_levels import Sla, read_slas, waits_for

_BOX = bpmn("extensionElements")


@dataclass(frozen=True)
class Form:
    """The form of a user task or start event."""

    key: str
    binding: str = "deployment"


@dataclass(frozen=True)
class Assignment:
    """Who may and who should do a task."""

    assignee: str | None = None
    groups: str | None = None
    skills: str | None = None
    exclude: str | None = None
    affinity: str | None = None
    #: Where it is done; several mean any of them.
    site: str | None = None


@dataclass(frozen=True)
class Schedule:
    """When a task is due, reminded of and looked at again; durations are business time."""

    due: str | None = None
    remind: str | None = None
    follow_up: str | None = None
    calendar: str | None = None


@dataclass(frozen=True)
class Priority:
    """What the queue's rules may use to order tasks."""

    category: str | None = None
    weight: str | None = None


@dataclass(frozen=True)
class Mapping:
    """One `work:input` or `work:output`: a variable's name and where its value comes from."""

    name: str
    value: str


@dataclass(frozen=True)
class InOut:
    """One `work:in` or `work:out` of a call activity."""

    source: str | None = None
    target: str | None = None
    all: bool = False


@dataclass(frozen=True)
class Connector:
    """What a service task calls; type "external" waits for a worker that leases its topic."""

    type: str
    topic: str | None = None
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()


@dataclass(frozen=True)
class Retry:
    """How often and how soon a failed call is tried again."""

    attempts: str | None = None
    delay: str | None = None
    backoff: str | None = None
    max: str | None = None
    promise: str | None = None
    #: How far a wait is spread by chance: 0.2 is a fifth either way.
    jitter: str | None = None
    #: FEEL over `response` and `failure`: whether this failure is final.
    final: str | None = None


@dataclass(frozen=True)
class ErrorMap:
    """A technical answer that means a BPMN error: `when` is FEEL over `response`."""

    code: str
    when: str | None = None


@dataclass(frozen=True)
class Decision:
    """The decision a business rule task evaluates, and the variable of its result."""

    key: str
    binding: str = "deployment"
    result: str | None = None


@dataclass(frozen=True)
class Call:
    """Which version a call activity calls, and what goes in and comes out."""

    binding: str = "deployment"
    ins: tuple[InOut, ...] = ()
    outs: tuple[InOut, ...] = ()


@dataclass(frozen=True)
class Correlation:
    """The key that tells which instance a message is meant for."""

    key: str
    unique: bool = False


@dataclass(frozen=True)
class BusinessKey:
    """Whether only one active instance of a process may have a business key."""

    unique: bool = False


@dataclass(frozen=True)
class Collection:
    """A multi-instance collection that is an expression, and the variable of one item."""

    value: str
    item: str | None = None


@dataclass(frozen=True)
class Expect:
    """What the process designer expects: waiting time and cost."""

    wait: str | None = None
    cost: str | None = None


@dataclass(frozen=True)
class Data:
    """Variables of a process, by name, whose values are masked where people draw and try."""

    personal: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()


@dataclass(frozen=True)
class Owner:
    """Who answers for a process or an activity."""

    person: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Label:
    """A variable by which instances can be searched, and the words people know it by."""

    variable: str
    name: str | None = None


@dataclass(frozen=True)
class Settings:
    """All that the `work` vocabulary says about one element; None and () where it is silent."""

    form: Form | None = None
    assignment: Assignment | None = None
    schedule: Schedule | None = None
    priority: Priority | None = None
    instructions: str | None = None
    connector: Connector | None = None
    retry: Retry | None = None
    error_map: tuple[ErrorMap, ...] = ()
    decision: Decision | None = None
    result: str | None = None
    call: Call | None = None
    inputs: tuple[Mapping, ...] = ()
    outputs: tuple[Mapping, ...] = ()
    correlation: Correlation | None = None
    collection: Collection | None = None
    expect: Expect | None = None
    owner: Owner | None = None
    data: Data | None = None
    label: tuple[Label, ...] = field(default=())
    business_key: BusinessKey | None = None
    may_start: tuple[str, ...] | None = None
    visible: tuple[str, ...] | None = None
    slas: tuple[Sla, ...] = ()
    waits_for: str | None = None
    catch_up: str | None = None


#: What most elements say.
NOTHING = Settings()


def read_settings(element: etree._Element) -> Settings:
    """The settings in the `extensionElements` of a BPMN element."""
    found = _extensions(element)
    if not found:
        catch_up = element.get(work("catchUp"))
        return Settings(catch_up=catch_up) if catch_up else NOTHING
    connector = _first(found, "connector")
    return Settings(
        form=_form(_first(found, "form")),
        assignment=_assignment(_first(found, "assignment")),
        schedule=_schedule(_first(found, "schedule")),
        priority=_priority(_first(found, "priority")),
        instructions=_body(_first(found, "instructions")),
        connector=None if connector is None else _connector(connector),
        retry=_retry(_first(found, "retry")),
        error_map=tuple(
            ErrorMap(each.get("code", ""), _text(each, "when")) for each in _all(found, "errorMap")
        ),
        decision=_decision(_first(found, "decision")),
        result=_attribute(_first(found, "result"), "variable"),
        call=_call(found),
        inputs=_mappings(found, "input"),
        outputs=_mappings(found, "output"),
        correlation=_correlation(_first(found, "correlation")),
        collection=_collection(_first(found, "collection")),
        expect=_expect(_first(found, "expect")),
        owner=_owner(_first(found, "owner")),
        data=_data(_first(found, "data")),
        label=tuple(
            Label(each.get("variable", ""), _text(each, "name")) for each in _all(found, "label")
        ),
        business_key=_business_key(_first(found, "businessKey")),
        may_start=_groups(_first(found, "mayStart")),
        visible=_groups(_first(found, "visible")),
        slas=read_slas(found),
        waits_for=waits_for(found),
        catch_up=element.get(work("catchUp")),
    )


def is_feel(text: str) -> bool:
    """Whether a setting's text is an expression rather than meant literally."""
    return text.lstrip().startswith("=")


def literal_or_feel(text: str, context: AnyMapping[str, Any]) -> Any:
    """The value of a setting: evaluated over `context` when it is FEEL, else the text itself."""
    return feel.compile(text)(context) if is_feel(text) else text


def listed(text: str) -> tuple[str, ...]:
    """The entries of a comma-separated setting such as `billing, =team`.

    Commas inside brackets and quotes belong to an entry's expression.
    """
    entries, depth, quoted, start = [], 0, False, 0
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth <= 0:
            entries.append(text[start:position])
            start = position + 1
    entries.append(text[start:])
    return tuple(entry.strip() for entry in entries if entry.strip())


def _extensions(element: etree._Element) -> list[etree._Element]:
    return [each for box in element.iterchildren(_BOX) for each in box]


def _all(found: list[etree._Element], name: str) -> list[etree._Element]:
    return [each for each in found if each.tag == work(name)]


def _first(found: list[etree._Element], name: str) -> etree._Element | None:
    return next(iter(_all(found, name)), None)


def _text(element: etree._Element, name: str) -> str | None:
    return element.get(name, "").strip() or None


def _attribute(element: etree._Element | None, name: str) -> str | None:
    return None if element is None else _text(element, name)


def _body(element: etree._Element | None) -> str | None:
    return None if element is None else (element.text or "").strip() or None


def _yes(element: etree._Element, name: str) -> bool:
    return element.get(name, "").strip().lower() in ("true", "1")


def _form(element: etree._Element | None) -> Form | None:
    if element is None:
        return None
    return Form(element.get("key", "").strip(), _text(element, "binding") or "deployment")


def _assignment(element: etree._Element | None) -> Assignment | None:
    if element is None:
        return None
    names = ("assignee", "groups", "skills", "exclude", "affinity", "site")
    return Assignment(*(_text(element, name) for name in names))


def _schedule(element: etree._Element | None) -> Schedule | None:
    if element is None:
        return None
    return Schedule(*(_text(element, name) for name in ("due", "remind", "followUp", "calendar")))


def _priority(element: etree._Element | None) -> Priority | None:
    return None if element is None else Priority(_text(element, "class"), _text(element, "weight"))


def _connector(element: etree._Element) -> Connector:
    parts = list(element)
    return Connector(
        element.get("type", "").strip(),
        _text(element, "topic"),
        _mappings(parts, "input"),
        _mappings(parts, "output"),
    )


def _mappings(found: list[etree._Element], name: str) -> tuple[Mapping, ...]:
    return tuple(
        Mapping(each.get("name", "").strip(), each.get("value", "")) for each in _all(found, name)
    )


def _retry(element: etree._Element | None) -> Retry | None:
    if element is None:
        return None
    names = ("attempts", "delay", "backoff", "max", "promise", "jitter", "final")
    return Retry(*(_text(element, name) for name in names))


def _decision(element: etree._Element | None) -> Decision | None:
    if element is None:
        return None
    binding = _text(element, "binding") or "deployment"
    return Decision(element.get("key", "").strip(), binding, _text(element, "result"))


def _call(found: list[etree._Element]) -> Call | None:
    call, ins, outs = _first(found, "call"), _all(found, "in"), _all(found, "out")
    if call is None and not ins and not outs:
        return None
    binding = _attribute(call, "binding") or "deployment"
    return Call(binding, tuple(map(_in_out, ins)), tuple(map(_in_out, outs)))


def _in_out(element: etree._Element) -> InOut:
    return InOut(_text(element, "source"), _text(element, "target"), _yes(element, "all"))


def _correlation(element: etree._Element | None) -> Correlation | None:
    if element is None:
        return None
    return Correlation(element.get("key", "").strip(), _yes(element, "unique"))


def _business_key(element: etree._Element | None) -> BusinessKey | None:
    return None if element is None else BusinessKey(_yes(element, "unique"))


def _collection(element: etree._Element | None) -> Collection | None:
    if element is None:
        return None
    return Collection(element.get("value", "").strip(), _text(element, "item"))


def _expect(element: etree._Element | None) -> Expect | None:
    return None if element is None else Expect(_text(element, "wait"), _text(element, "cost"))


def _owner(element: etree._Element | None) -> Owner | None:
    return None if element is None else Owner(_text(element, "person"), _text(element, "group"))


def _data(element: etree._Element | None) -> Data | None:
    if element is None:
        return None
    return Data(listed(element.get("personal", "")), listed(element.get("secret", "")))


def _groups(element: etree._Element | None) -> tuple[str, ...] | None:
    return None if element is None else listed(element.get("groups", ""))
