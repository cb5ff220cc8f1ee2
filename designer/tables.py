"""A deployed decision file to look at: its tables and formulas, as written."""

from dataclasses import dataclass

from engine.dmn import model, reader

#: Rules of one table that a page shows.
MAX_RULES = 500


@dataclass(frozen=True)
class Picture:
    """One decision or knowledge model: a table, or the text of its expression."""

    key: str
    name: str
    table: model.Table | None
    text: str
    #: Rules that are not shown.
    hidden: int = 0

    @property
    def rules(self) -> tuple[model.Rule, ...]:
        """The rules that are shown."""
        return self.table.rules[:MAX_RULES] if self.table else ()

    @property
    def annotations(self) -> tuple[str, ...]:
        """Titles of the columns in which rules are explained; "" is one without."""
        if self.table is None:
            return ()
        said = max((len(rule.annotations) for rule in self.table.rules), default=0)
        titles = self.table.annotations
        return titles + ("",) * (said - len(titles))


def of(content: str) -> list[Picture]:
    """All decisions and knowledge models of a file, in its order."""
    elements = reader.read(content.encode()).elements.values()
    return [
        _picture(element)
        for element in elements
        if isinstance(element, model.Decision | model.Knowledge)
    ]


def _picture(element: model.Decision | model.Knowledge) -> Picture:
    logic: model.Expression | None = element.logic
    if isinstance(logic, model.FunctionDefinition):
        logic = logic.body
    if isinstance(logic, model.Table):
        hidden = max(len(logic.rules) - MAX_RULES, 0)
        return Picture(element.id, element.name, logic, "", hidden)
    return Picture(element.id, element.name, None, _text(logic))


def _text(logic: model.Expression | None) -> str:
    return logic.text if isinstance(logic, model.Literal) else ""
