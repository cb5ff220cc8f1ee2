"""Decisions of a case as tables: what went in, which rules matched, what came out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session, load_only

from engine.dmn import model, reader
from engine.models import Definition, LogEntry
from screens.cases.values import Shown, shown

#: A table with more rules shows those that matched, and says how many others there are.
MAX_ROWS = 40
#: Tables up to this many rows stand open in the story.
OPEN_ROWS = 12


@dataclass(frozen=True)
class Row:
    """One rule, as written."""

    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    matched: bool


@dataclass(frozen=True)
class Table:
    """A decision table with its matched rows."""

    name: str
    policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    #: Rules that are not shown.
    hidden: int


@dataclass(frozen=True)
class Made:
    """One decision that was made in a case."""

    name: str
    version: int
    words: str
    is_open: bool
    inputs: tuple[Shown, ...]
    outcome: Shown
    tables: tuple[Table, ...]
    warnings: tuple[str, ...]


def made(session: Session, entries: Iterable[LogEntry]) -> dict[UUID, Made]:
    """The decisions that log entries tell of, by the id of the entry."""
    deciding = [entry for entry in entries if entry.decision]
    wanted = {UUID(entry.decision["definition"]) for entry in deciding if entry.decision}
    columns = load_only(Definition.name, Definition.content, Definition.file, Definition.version)
    files = {each: session.get(Definition, each, options=[columns]) for each in wanted}
    found: dict[UUID, Made] = {}
    for entry in deciding:
        details = entry.decision or {}
        definition = files[UUID(details["definition"])]
        if definition is not None:
            found[entry.id] = _made(definition, details)
    return found


def _made(definition: Definition, details: Mapping[str, Any]) -> Made:
    tables = tuple(_tables(definition, details))
    return Made(
        name=definition.name,
        version=details["version"],
        words=_words(tables, details["rules"]),
        is_open=sum(len(table.rows) for table in tables) <= OPEN_ROWS,
        inputs=tuple(shown(name, value) for name, value in details["inputs"].items()),
        outcome=shown(str(_("Result")), details["outputs"]),
        tables=tables,
        warnings=tuple(details["warnings"]),
    )


def _words(tables: tuple[Table, ...], rules: list[list[Any]]) -> str:
    """What matched: by table where several took part; a formula has no rules at all."""
    if not rules:
        return str(_("No rule matched") if tables else _("Decided"))
    lit = [(table.name, [row.number for row in table.rows if row.matched]) for table in tables]
    lit = [(name, numbers) for name, numbers in lit if numbers]
    if len(lit) > 1:
        return " · ".join(f"{name}: {_matched(numbers)}" for name, numbers in lit)
    return _matched([number for _id, number in rules[:MAX_ROWS]])


def _matched(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers))
    return str(
        ngettext(
            "Rule %(numbers)s matched", "Rules %(numbers)s matched", len(numbers), numbers=listed
        )
    )


def _tables(definition: Definition, details: Mapping[str, Any]) -> Iterator[Table]:
    """The table of the decision itself, and those of its file whose rules matched on the way."""
    matched = {(rule, number) for rule, number in details["rules"]}
    elements = reader.read(definition.content, file=definition.file).elements.values()
    for element in elements:
        logic = element.logic if isinstance(element, model.Decision | model.Knowledge) else None
        if isinstance(logic, model.FunctionDefinition):
            logic = logic.body
        if not isinstance(logic, model.Table):
            continue
        table = _table(element.name, logic, matched)
        if element.id == details["key"] or any(row.matched for row in table.rows):
            yield table


def _table(name: str, table: model.Table, matched: set[tuple[str, int]]) -> Table:
    rows = [
        Row(
            number,
            tuple(each.text or "–" for each in rule.inputs),
            tuple(each.text for each in rule.outputs),
            (rule.id, number) in matched,
        )
        for number, rule in enumerate(table.rules, 1)
    ]
    kept = rows if len(rows) <= MAX_ROWS else [row for row in rows if row.matched][:MAX_ROWS]
    return Table(
        name=name,
        policy=table.policy_letters,
        inputs=tuple(column.title for column in table.inputs),
        outputs=tuple(output.title or name for output in table.outputs),
        rows=tuple(kept),
        hidden=len(rows) - len(kept),
    )
