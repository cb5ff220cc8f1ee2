"""Expressions of other languages in FEEL: JUEL, Python, Java and JavaScript of the simple kind.

What they have in common is read by one small parser: names, properties, indexes, literals,
comparisons, and, or, not, arithmetic, a choice between two, and the few calls that FEEL knows
too. Everything else is not translated; nothing is ever run.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from core import feel
from core.errors import BackOfficeError

#: Longest text that is looked at, and deepest nesting.
MAX_LENGTH = 2000
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)[LlFfDd]?"
    r"|(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]{}]))"
)
_WORDS = {
    "and": "&&", "or": "||", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "div": "/", "mod": "%", "===": "==", "!==": "!=",
}  # fmt: skip
_LEVELS = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">=", "in"), ("+", "-"), ("*", "/", "%"))
_CONSTANTS = {
    "true": "true", "True": "true", "false": "false", "False": "false", "null": "null",
    "None": "null", "undefined": "null",
}  # fmt: skip
#: Counters of a multi-instance activity, by the names other engines give them.
_COUNTERS = {
    "nrOfInstances": "numberOfInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
}
#: XPath's way to a variable.
_DATA_OBJECT = re.compile(r"(?:\w+:)?getDataObject\(\s*[\"']([^\W\d][\w ]*)[\"']\s*\)")
_EMPTY = 'list contains([null, "", [], {{}}], {0})'
_FUNCTIONS: dict[tuple[str, int], str] = {
    ("len", 1): "count({0})",
    ("str", 1): "string({0})",
    ("int", 1): "floor(number({0}))",
    ("float", 1): "number({0})",
    ("abs", 1): "abs({0})",
    ("min", 2): "min({0}, {1})",
    ("max", 2): "max({0}, {1})",
    ("sum", 1): "sum({0})",
    ("round", 1): "round half even({0}, 0)",
    ("now", 0): "now()",
    ("dateTime", 0): "now()",
    ("KieFunctions.isTrue", 1): "{0} = true",
    ("KieFunctions.isFalse", 1): "{0} = false",
    ("KieFunctions.isNull", 1): "{0} = null",
    ("KieFunctions.isEmpty", 1): _EMPTY,
    ("KieFunctions.equalsTo", 2): "string({0}) = string({1})",
    ("KieFunctions.greaterThan", 2): "number({0}) > number({1})",
    ("KieFunctions.lessThan", 2): "number({0}) < number({1})",
}
_METHODS: dict[tuple[str, int], str] = {
    ("equals", 1): "{0} = {1}",
    ("equalsIgnoreCase", 1): "lower case({0}) = lower case({1})",
    ("size", 0): "count({0})",
    ("isEmpty", 0): _EMPTY,
    ("toUpperCase", 0): "upper case({0})",
    ("upper", 0): "upper case({0})",
    ("toLowerCase", 0): "lower case({0})",
    ("lower", 0): "lower case({0})",
    ("startsWith", 1): "starts with({0}, {1})",
    ("startswith", 1): "starts with({0}, {1})",
    ("endsWith", 1): "ends with({0}, {1})",
    ("endswith", 1): "ends with({0}, {1})",
    ("get", 1): "get value({0}, {1})",
    ("toString", 0): "string({0})",
    ("booleanValue", 0): "{0}",
    ("intValue", 0): "{0}",
    ("toDate", 0): "{0}",
    ("plusDays", 1): '{0} + duration("P" + string({1}) + "D")',
    ("plusHours", 1): '{0} + duration("PT" + string({1}) + "H")',
    ("plusMinutes", 1): '{0} + duration("PT" + string({1}) + "M")',
    ("plusWeeks", 1): '{0} + duration("P" + string(7 * {1}) + "D")',
}
#: Signs and texts in quotes; a call of anything but `not` means something that is not known.
_SPELLED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\s*(?:===?|!==|&&|\|\|)\s*")
_SPELLING = {"==": " = ", "===": " = ", "!==": " != ", "&&": " and ", "||": " or "}
_CALL = re.compile(r"\w\s*(?<!\bnot)\(")
#: Objects of other engines through which variables are read.
_CONTEXTS = frozenset(["execution", "task", "kcontext", "delegateExecution"])


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


class _Foreign(Exception):
    """Something that FEEL has no simple word for."""


@lru_cache(maxsize=2048)
def to_feel(text: str) -> str | None:
    """The FEEL for an expression of another language, None when it is not of the simple kind."""
    if len(text) > MAX_LENGTH:
        return None
    statement = _statement(text)
    if _PLAIN.fullmatch(statement) and statement not in _MEANT_OTHERWISE:
        return _compiling(statement)
    try:
        return _compiling(_Parser(_tokens(statement)).whole())
    except _Foreign:
        respelled = _respelled(statement)
        is_other = respelled != text.strip() and not _CALL.search(statement)
        return _compiling(respelled) if is_other else None


def _compiling(text: str) -> str | None:
    try:
        feel.compile(text)
    except BackOfficeError:
        return None
    return text


def _respelled(text: str) -> str:
    """FEEL with signs of other languages, such as `Service Level == 'Premium'`."""
    return _SPELLED.sub(lambda match: _SPELLING.get(match[0].strip()) or _string(match[0]), text)


def entries(text: str) -> dict[str, str] | None:
    """Keys and FEEL of a dictionary such as `{"id": order.id}`, None for anything else."""
    try:
        parser = _Parser(_tokens(text[:MAX_LENGTH]))
        parser.expect("{")
        found = dict(parser.entries())
        if parser.tokens:
            return None
        for value in found.values():
            feel.compile(value)
    except (_Foreign, BackOfficeError):
        return None
    return {key[1:-1]: value for key, value in found.items()}


def quoted(text: str) -> str:
    """A FEEL string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def _statement(text: str) -> str:
    """The expression of `return …;`."""
    bare = re.sub(r"^\s*return\b|;\s*$", "", text.strip())
    return _DATA_OBJECT.sub(lambda match: match[1], bare).strip()


def _tokens(text: str) -> list[_Token]:
    found, position, text = [], 0, text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _Foreign
        word = match[match.lastgroup]
        sign = _WORDS.get(word)
        found.append(_Token("sign", sign) if sign else _Token(match.lastgroup, word))
        position = match.end()
    return found


class _Parser:
    """Reads tokens from left to right, and writes FEEL."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.depth = 0

    def whole(self) -> str:
        """The whole text as one expression."""
        found = self.choice()
        if self.tokens:
            raise _Foreign
        return found

    def choice(self) -> str:
        """`a ? b : c`, Python's `b if a else c`, or less."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Foreign
        found = self.binary(0)
        if self.skip("?"):
            yes = self.choice()
            self.expect(":")
            found = f"if {found} then {yes} else {self.choice()}"
        elif self.skip("if"):
            condition = self.binary(0)
            self.expect("else")
            found = f"if {condition} then {found} else {self.choice()}"
        self.depth -= 1
        return found

    def binary(self, level: int) -> str:
        """Operators of one level and of those that bind closer."""
        if level == len(_LEVELS):
            return self.unary()
        if level == 2 and self.skip("not"):  # Python's, which binds looser than a comparison
            return f"not({self.binary(level)})"
        found = self.binary(level + 1)
        while (sign := self.operator(_LEVELS[level])) is not None:
            found = _joined(sign, found, self.binary(level + 1))
        return found

    def operator(self, signs: tuple[str, ...]) -> str | None:
        """The next token when it is one of these operators; Python's `is` and `not in` too."""
        if "==" in signs and self.skip("is"):
            return "!=" if self.skip("not") else "=="
        if "in" in signs and self.ahead("not", "in"):
            self.tokens[:2] = []
            return "not in"
        if self.tokens and self.tokens[0].kind != "string" and self.tokens[0].text in signs:
            return self.tokens.pop(0).text
        return None

    def unary(self) -> str:
        """A sign before an operand."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Foreign
        if self.skip("!"):
            found = f"not({self.unary()})"
        elif self.skip("-"):
            found = f"-{self.unary()}"
        elif self.skip("empty"):
            found = _EMPTY.format(self.unary())
        else:
            found = self.path()
        self.depth -= 1
        return found

    def path(self) -> str:
        """An operand with its properties, indexes and calls."""
        found = self.operand()
        while True:
            if self.skip("."):
                name = self.name()
                found = self.method(found, name) if self.skip("(") else _property(found, name)
            elif self.skip("["):
                found = self.index(found)
            else:
                return found

    def operand(self) -> str:
        """A literal, a name, a call, a list, or something in brackets."""
        if not self.tokens:
            raise _Foreign
        token = self.tokens.pop(0)
        if token.kind == "number":
            return token.text
        if token.kind == "string":
            return _string(token.text)
        if token.kind == "name":
            return self.named(token.text)
        if token.text == "(":
            given = self.arguments(")")
            # Python's (a, b) is a list of two.
            return f"({given[0]})" if len(given) == 1 else f"[{', '.join(given)}]"
        if token.text == "[":
            return f"[{', '.join(self.arguments(']'))}]"
        if token.text == "{":
            return "{" + ", ".join(f"{name}: {value}" for name, value in self.entries()) + "}"
        raise _Foreign

    def entries(self) -> list[tuple[str, str]]:
        """The entries of a dictionary behind its opening brace; keys are literal."""
        found: list[tuple[str, str]] = []
        while not self.skip("}"):
            if found:
                self.expect(",")
                if self.skip("}"):
                    break
            if not self.tokens or self.tokens[0].kind != "string":
                raise _Foreign
            name = _string(self.tokens.pop(0).text)
            self.expect(":")
            found.append((name, self.choice()))
        return found

    def named(self, name: str) -> str:
        """A name, or a call of a function of that name."""
        if name in _CONTEXTS and self.skip("."):
            return self.of_context(self.name())
        if name == "KieFunctions" and self.skip("."):
            name = f"KieFunctions.{self.name()}"
        if self.skip("("):
            return _filled(_FUNCTIONS, name, self.arguments(")"))
        if name in _RESERVED:
            raise _Foreign
        if name == "loopCounter":
            # Others count the items from 0.
            return "(loopCounter - 1)"
        return _CONSTANTS.get(name) or _COUNTERS.get(name, name)

    def of_context(self, name: str) -> str:
        """`execution.getVariable("x")`."""
        if not self.skip("("):
            raise _Foreign
        given = self.arguments(")")
        if len(given) != 1 or not re.fullmatch(r'"[A-Za-z_]\w*"', given[0]):
            raise _Foreign
        variable = given[0].strip('"')
        if name == "getVariable":
            return variable
        if name == "hasVariable":
            return f"{variable} != null"
        raise _Foreign

    def method(self, found: str, name: str) -> str:
        """A call of a method that FEEL has a word for."""
        return _filled(_METHODS, name, [found, *self.arguments(")")], own=1)

    def index(self, found: str) -> str:
        """`list[0]` or `map["key"]`."""
        if not self.tokens:
            raise _Foreign
        token = self.tokens[0]
        inside = self.choice()
        self.expect("]")
        if token.kind == "string":
            return f"get value({found}, {inside})"
        if re.fullmatch(r"-\d+", inside):
            return f"{found}[{inside}]"
        return f"{found}[{int(inside) + 1}]" if inside.isdigit() else f"{found}[({inside}) + 1]"

    def arguments(self, end: str) -> list[str]:
        """Expressions up to a closing bracket."""
        given: list[str] = []
        while not self.skip(end):
            if given:
                self.expect(",")
            given.append(self.choice())
        return given

    # --- tokens

    def ahead(self, *texts: str) -> bool:
        """Whether these tokens come next."""
        upcoming = self.tokens[: len(texts)]
        return [each.text for each in upcoming if each.kind != "string"] == list(texts)

    def skip(self, text: str) -> bool:
        """Pass over the next token if it reads so."""
        is_next = bool(self.tokens) and self.tokens[0].text == text
        if is_next and self.tokens[0].kind != "string":
            self.tokens.pop(0)
            return True
        return False

    def expect(self, text: str) -> None:
        """Pass over a token that must be there."""
        if not self.skip(text):
            raise _Foreign

    def name(self) -> str:
        """The name that must come next."""
        if not self.tokens or self.tokens[0].kind != "name":
            raise _Foreign
        return self.tokens.pop(0).text


_PLAIN = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset(
    ["new", "lambda", "instanceof", "for", "while", "if", "else", "return", "some", "every", "then"]
)
#: Names that are not just variables.
_MEANT_OTHERWISE = _RESERVED | {*_CONSTANTS, *_COUNTERS, *_WORDS, "loopCounter", "not", "empty"}
_JOINED: dict[str, Callable[[str, str], str]] = {
    "&&": lambda left, right: f"{left} and {right}",
    "||": lambda left, right: f"{left} or {right}",
    "==": lambda left, right: f"{left} = {right}",
    "%": lambda left, right: f"modulo({left}, {right})",
    "in": lambda left, right: f"list contains({right}, {left})",
    "not in": lambda left, right: f"not(list contains({right}, {left}))",
}


def _joined(sign: str, left: str, right: str) -> str:
    made = _JOINED.get(sign)
    return made(left, right) if made else f"{left} {sign} {right}"


def _property(found: str, name: str) -> str:
    if found[-1] in ')"' and not found.startswith("get value("):
        raise _Foreign
    return f"{found}.{name}"


def _filled(
    templates: dict[tuple[str, int], str], name: str, given: list[str], own: int = 0
) -> str:
    template = templates.get((name, len(given) - own))
    if template is None:
        raise _Foreign
    filled = template.format(*given)
    return f"({filled})" if re.search(r" [=<>+!]", template) else filled


def _string(text: str) -> str:
    inside = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
    return quoted(inside)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
