"""Decision tables looked at as a whole: gaps, rules that clash, rules that are never reached.

Columns are cut where a cell begins or ends; within one cut all values meet the same rules. Walking
through the cuts of one column after the other leaves sets of rules, and what was walked before with
the same set is not walked again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core import feel
from core.feel.temporal import YearsMonths, day_number
from core.feel.timemath import add_nanos
from core.feel.values import format_value
from engine.bpmn.problem import Problem, warning
from engine.dmn.index import ColumnIndex, KindIndex
from engine.dmn.tables import CompiledTable

#: Most cuts that are walked through; larger tables are analysed in part.
MAX_CUTS = 20_000
#: Most findings of one kind that are told.
MAX_FINDINGS = 10
#: Stands for any value at all, and for any text that no cell names.
ANYTHING = "anything"
OTHER_TEXT = "another text"

Example = tuple[tuple[str, str], ...]


@dataclass
class Findings:
    """What was found, each with an example: (column, value) for the columns that matter."""

    gaps: list[Example] = field(default_factory=list)
    clashes: dict[tuple[int, int], Example] = field(default_factory=dict)
    reached: int = 0
    is_complete: bool = True


def problems(table: CompiledTable) -> list[Problem]:
    """Warnings about a table, for the people who wrote it."""
    if not table.rows:
        return _without_rules(table)
    findings = _Walk(table).findings
    return [*_gaps(table, findings), *_clashes(table, findings), *_unreached(table, findings)]


class _Walk:
    """Walks through all cuts of a table."""

    def __init__(self, table: CompiledTable) -> None:
        self.table = table
        self.findings = Findings()
        self.seen: set[tuple[int, int]] = set()
        self.cuts = 0
        self.asked = sum(1 << at for at, row in enumerate(table.rows) if row.tests)
        self.columns = [
            list(_cuts(index, column.allowed))
            for index, column in zip(table.index, table.columns, strict=True)
        ]
        self.walk(0, (1 << len(table.rows)) - 1, ())

    def walk(self, column: int, rules: int, example: Example) -> None:
        """Go through the cuts of a column with the rules that are left."""
        if (column, rules) in self.seen or not self.findings.is_complete:
            return
        self.seen.add((column, rules))
        if column == len(self.columns):
            self.leaf(rules, example)
            return
        label = self.table.columns[column].label
        in_gap = False
        for value, accepted in self.columns[column]:
            self.cuts += 1
            if self.cuts > MAX_CUTS:
                self.findings.is_complete = False
                return
            shown = example if value is ANYTHING else (*example, (label, value))
            if rules & accepted:
                self.walk(column + 1, rules & accepted, shown)
            elif not in_gap:
                # Cuts beside each other are one gap to the people who mend it.
                self.findings.gaps.append(shown)
            in_gap = not rules & accepted

    def leaf(self, rules: int, example: Example) -> None:
        certain = rules & ~self.asked
        lowest = certain & -certain
        self.findings.reached |= (lowest | (rules & self.asked)) if self.first_only else rules
        rest = certain ^ lowest
        while rest and self.forbids_overlap:
            second = rest & -rest
            rest ^= second
            pair = lowest.bit_length() - 1, second.bit_length() - 1
            if self.differ(*pair):
                self.findings.clashes.setdefault(pair, example)

    @property
    def first_only(self) -> bool:
        return self.table.node.hit_policy.upper() == "FIRST"

    @property
    def forbids_overlap(self) -> bool:
        return self.table.node.hit_policy.upper() in ("UNIQUE", "ANY")

    def differ(self, first: int, second: int) -> bool:
        """Whether two rules may not match together: always for UNIQUE, else if outputs differ."""
        if self.table.node.hit_policy.upper() == "UNIQUE":
            return True
        rules = self.table.node.rules
        outputs = [[entry.text for entry in rules[at].outputs] for at in (first, second)]
        return outputs[0] != outputs[1]


def _cuts(index: ColumnIndex, allowed: feel.UnaryTests | None) -> Iterator[tuple[str, int]]:
    """The cuts of a column: an example of each, and the rules that accept it."""
    if not index.by_kind:
        yield ANYTHING, index.others
        return
    for kind, cells in index.by_kind.items():
        for value, accepted in _examples(kind, cells):
            if value is OTHER_TEXT and allowed is not None:
                value = _other_text(allowed, cells)
            if allowed is None or _allows(allowed, value):
                shown = value if value is OTHER_TEXT else _shown(value)
                yield shown, index.others | accepted


def _other_text(allowed: feel.UnaryTests, cells: KindIndex) -> str:
    """An allowed text that no cell names, if the allowed values are told one by one."""
    named = [cells.values[key] for key in cells.keys]
    texts = (value for value in allowed.constants or () if isinstance(value, str))
    return next((text for text in texts if text not in named), OTHER_TEXT)


def _allows(allowed: feel.UnaryTests, value: Any) -> bool:
    return value is not OTHER_TEXT and allowed(value, {}) is True


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else format_value(value)


def _examples(kind: str, cells: KindIndex) -> Iterator[tuple[Any, int]]:
    """A value for each cut that has any, in their order, with the rules that accept it."""
    values = [cells.values[key] for key in cells.keys]
    if kind == "boolean" or (kind == "string" and not cells.has_ranges):
        yield from ((value, cells.sets[2 * at + 1]) for at, value in enumerate(values))
        if kind == "string":
            yield OTHER_TEXT, cells.sets[0]
        else:
            yield from ((value, 0) for value in (True, False) if value not in values)
        return
    for at in range(len(values) + 1):
        low = values[at - 1] if at else None
        high = values[at] if at < len(values) else None
        between = _between(low, high)
        if between is not None:
            yield between, cells.sets[2 * at]
        if at < len(values):
            yield high, cells.sets[2 * at + 1]


def _between(low: Any, high: Any) -> Any:
    """A value after `low` and before `high`, either of which may lack; None when there is none."""
    known = high if low is None else low
    if isinstance(known, Decimal):
        return _between_numbers(low, high)
    if isinstance(known, date):
        day = 24 * 3600 * 10**9
        found = add_nanos(known, -day if low is None else day)
        enough = low is None or high is None or day_number(high) - day_number(low) > 1
        return found if enough else None
    if isinstance(known, str):
        return "" if low is None and high else (low or "") + "\u0020" if low is not None else None
    if isinstance(known, YearsMonths):
        months = known.months + (-1 if low is None else 1)
        return YearsMonths(months) if high is None or low is None or months < high.months else None
    return None


def _between_numbers(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    if low is None:
        return None if high is None else high - 1
    if high is None:
        return low + 1
    whole = low.to_integral_value() + 1
    return whole if low < whole < high else (low + high) / 2


# -- sentences


def _words(example: Example) -> str:
    parts = [f"{label} = {value}" for label, value in example]
    return ", ".join(parts) or "any input"


def _without_rules(table: CompiledTable) -> list[Problem]:
    if any(output.default is not None for output in table.node.outputs):
        return []
    message = "This table has no rules: nothing is ever decided."
    return [warning(table.node.id or None, "table_gap", message)]


def _gaps(table: CompiledTable, findings: Findings) -> Iterator[Problem]:
    if any(output.default is not None for output in table.node.outputs):
        return
    if table.node.hit_policy.upper() == "COLLECT":
        return
    for example in findings.gaps[:MAX_FINDINGS]:
        message = f"No rule matches {_words(example)}: the decision is null then."
        yield warning(table.node.id or None, "table_gap", message)


def _clashes(table: CompiledTable, findings: Findings) -> Iterator[Problem]:
    policy = table.node.hit_policy.upper()
    for (first, second), example in list(findings.clashes.items())[:MAX_FINDINGS]:
        message = (
            f"Rules {first + 1} and {second + 1} both match {_words(example)}, "
            f"which hit policy {policy} forbids."
        )
        yield warning(table.rows[second].id or None, "table_overlap", message)


def _unreached(table: CompiledTable, findings: Findings) -> Iterator[Problem]:
    if not findings.is_complete:
        return
    for at, row in enumerate(table.rows):
        if not findings.reached >> at & 1:
            reason = "earlier rules match whatever it matches"
            if table.node.hit_policy.upper() != "FIRST":
                reason = "no input fits all of its cells"
            message = f"Rule {at + 1} is never reached: {reason}."
            yield warning(row.id or None, "table_unreachable", message)
