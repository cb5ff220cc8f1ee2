"""Small DMN files for tests."""

from xml.sax.saxutils import escape

HEAD = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" '
    'id="{0}" name="{0}" namespace="urn:{0}">'
)


def definitions(body: str, name: str = "d") -> bytes:
    """One DMN file around some elements."""
    return f"{HEAD.format(name)}{body}</definitions>".encode()


def literal(text: str) -> str:
    """A boxed literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def requires(*hrefs: str, kind: str = "requiredDecision") -> str:
    """Requirements of a decision or knowledge model."""
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return "".join(f'<{outer}><{kind} href="{href}"/></{outer}>' for href in hrefs)


def decision(name: str, logic: str, *, type_ref: str = "", requirements: str = "") -> str:
    """A decision whose id is its name."""
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{name}"{kind}/>'
    return f'<decision id="{name}" name="{name}">{variable}{requirements}{logic}</decision>'


def table(
    columns: list[str], rules: list[list[str]], policy: str = "UNIQUE", outputs: str = ""
) -> str:
    """A decision table; the last cell of a rule is its output. Rules are called r1, r2 …"""
    inputs = "".join(
        f'<input id="i_{column}" label="{column}"><inputExpression>'
        f"<text>{column}</text></inputExpression></input>"
        for column in columns
    )
    rows = "".join(
        f'<rule id="r{at}">'
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in rule[:-1])
        + f"<outputEntry><text>{escape(rule[-1])}</text></outputEntry></rule>"
        for at, rule in enumerate(rules, 1)
    )
    outputs = outputs or '<output id="o" name="out"/>'
    return f'<decisionTable id="t" hitPolicy="{policy}">{inputs}{outputs}{rows}</decisionTable>'
