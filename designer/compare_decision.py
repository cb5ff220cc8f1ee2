"""What changed between two texts of a decision file: tables, columns, rules and cells, formulas."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from designer.changes import Change, Detail, out_of_order, shown
from engine.dmn import model, reader


def changes(before: str, after: str) -> list[Change]:
    """Changes in the order of the newer text. Raises what reading a text raises."""
    old = reader.read(before.encode()).elements
    new = reader.read(after.encode()).elements
    found = [
        Change("removed", key, _("“%(name)s” is gone", name=_name(each)), _name(each))
        for key, each in old.items()
        if key not in new
    ]
    for key, each in new.items():
        if key in old:
            found += _of_element(key, old[key], each)
        else:
            found.append(
                Change("added", key, _("“%(name)s” is new", name=_name(each)), _name(each))
            )
    return found


def _name(element: model.Element) -> str:
    return element.name or element.id


def _of_element(key: str, old: model.Element, new: model.Element) -> Iterator[Change]:
    details = list(_details((_("name"), old.name, new.name)))
    details += _details((_("type"), old.variable.type_ref, new.variable.type_ref))
    details += _details((_("needs"), _needs(old), _needs(new)))
    logic, later = _logic(old), _logic(new)
    tables = [each for each in (logic, later) if isinstance(each, model.Table)]
    if len(tables) < 2 and logic != later:
        details += _details((_("logic"), _words(logic), _words(later)))
    if details:
        yield _changed(key, _name(new), details)
    if len(tables) == 2:
        yield from _of_table(_name(new), *tables)


def _needs(element: model.Element) -> tuple[str, ...]:
    return tuple(reference.rpartition("#")[2] for reference in element.requires)


def _logic(element: model.Element) -> model.Expression | None:
    if isinstance(element, model.Decision):
        return element.logic
    if isinstance(element, model.Knowledge) and element.logic is not None:
        return element.logic.body
    return None


def _words(logic: model.Expression | None) -> str:
    if isinstance(logic, model.Literal):
        return logic.text
    if isinstance(logic, model.Table):
        return _("a table")
    return "" if logic is None else _("a boxed expression")


def _of_table(owner: str, old: model.Table, new: model.Table) -> Iterator[Change]:
    policy = list(_details((_("hit policy"), old.policy_letters, new.policy_letters)))
    if policy:
        yield _changed(new.id, owner, policy)
    yield from _of_parts(owner, _columns(old), _columns(new), _column_details)
    yield from _of_rules(owner, old, new)


def _columns(table: model.Table) -> dict[str, model.Input | model.Output]:
    return {each.id: each for each in (*table.inputs, *table.outputs)}


def _column_name(column: model.Input | model.Output) -> str:
    if isinstance(column, model.Input):
        return _("column “%(name)s”", name=column.title)
    return _("result “%(name)s”", name=column.title)


def _column_details(old: Any, new: Any) -> list[Detail]:
    if isinstance(old, model.Input) and isinstance(new, model.Input):
        return _details(
            (_("label"), old.label, new.label),
            (_("expression"), old.expression.text, new.expression.text),
            (_("type"), old.expression.type_ref, new.expression.type_ref),
            (_("allowed values"), old.allowed, new.allowed),
        )
    return _details(
        (_("name"), old.name, new.name),
        (_("type"), old.type_ref, new.type_ref),
        (_("allowed values"), old.values, new.values),
        (_("default"), _text(old.default), _text(new.default)),
    )


def _of_parts(
    owner: str, old: Mapping[str, Any], new: Mapping[str, Any], details_of: Any
) -> Iterator[Change]:
    for key, each in old.items():
        if key not in new:
            name = f"{owner}, {_column_name(each)}"
            yield Change("removed", key, _("%(name)s is gone", name=name), name)
    for key, each in new.items():
        name = f"{owner}, {_column_name(each)}"
        if key not in old:
            yield Change("added", key, _("%(name)s is new", name=name), name)
        elif details := details_of(old[key], each):
            yield _changed(key, name, details)


def _of_rules(owner: str, old: model.Table, new: model.Table) -> Iterator[Change]:
    before = {rule.id: (number, rule) for number, rule in enumerate(old.rules, 1)}
    after = {rule.id: (number, rule) for number, rule in enumerate(new.rules, 1)}
    for key, (number, rule) in before.items():
        if key not in after:
            name = _("%(owner)s, rule %(number)s", owner=owner, number=number)
            gone = tuple(Detail(one.label, one.after, "") for one in _cells(new, None, old, rule))
            yield Change("removed", key, _("%(name)s is gone", name=name), name, gone)
    elsewhere = out_of_order(before, after)
    for key, (number, rule) in after.items():
        name = _("%(owner)s, rule %(number)s", owner=owner, number=number)
        if key not in before:
            cells = tuple(_cells(old, None, new, rule))
            yield Change("added", key, _("%(name)s is new", name=name), name, cells)
            continue
        cells = tuple(_cells(old, before[key][1], new, rule))
        if cells:
            yield _changed(key, name, cells)
        if key in elsewhere:
            words = _("%(name)s was rule %(before)s", name=name, before=before[key][0])
            yield Change("moved", key, words, name)


def _cells(
    old: model.Table, was: model.Rule | None, new: model.Table, rule: model.Rule
) -> list[Detail]:
    """The cells of a rule that read otherwise, by the names of their columns."""
    before = dict(_texts(old, was)) if was else {}
    labels = {each.id: _column_name(each) for each in (*old.inputs, *old.outputs)}
    labels |= {each.id: _column_name(each) for each in (*new.inputs, *new.outputs)}
    after = dict(_texts(new, rule))
    details = _details(
        *((labels[key], before.get(key), after.get(key)) for key in {**before, **after})
    )
    notes = (was.annotations if was else ()), rule.annotations
    return [*details, *_details((_("note"), *notes))]


def _texts(table: model.Table, rule: model.Rule) -> Iterator[tuple[str, str]]:
    columns: Sequence[Any] = (*table.inputs, *table.outputs)
    for column, cell in zip(columns, (*rule.inputs, *rule.outputs), strict=False):
        yield column.id, cell.text


def _text(literal: model.Literal | None) -> str:
    return literal.text if literal else ""


def _details(*values: tuple[str, object, object]) -> list[Detail]:
    return [
        Detail(label, shown(before), shown(after))
        for label, before, after in values
        if shown(before) != shown(after)
    ]


def _changed(key: str, name: str, details: Sequence[Detail]) -> Change:
    words = ", ".join(detail.label for detail in details)
    sentence = _("%(name)s: %(what)s", name=name, what=words)
    return Change("changed", key, sentence, name, tuple(details))
