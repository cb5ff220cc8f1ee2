"""From tokens to the syntax tree (the grammar of DMN 1.5, 10.3.1.2)."""

from collections.abc import Iterable
from decimal import Decimal

from core.feel import tree
from core.feel.errors import FeelSyntaxError
from core.feel.lexer import Token, tokens, unquote
from core.feel.limits import MAX_CHAIN, MAX_NESTING, MAX_TEXT
from core.feel.names import NameTable
from core.feel.numbers import parse_number
from core.feel.timetext import parse_temporal

#: How tightly an infix operator binds.
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER, _TIGHT = range(1, 8)
_LEVELS = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "between", "in"), _COMPARE),
    "+": _ADD,
    "-": _ADD,
    "*": _MULTIPLY,
    "/": _MULTIPLY,
    "**": _POWER,
}
_TEST_OPERATORS = frozenset(("<", "<=", ">", ">=", "=", "!="))
_LITERALS = {"true": True, "false": False, "null": None}
_TEXTUAL = frozenset(("if", "for", "some", "every", "function"))
#: Words that end a name nobody declared.
_STOPS = frozenset(("and", "or", "in", "between", "then", "else", "return", "satisfies"))
_AFTER_RANGE = frozenset(
    (
        *(")", "]", "}", ",", ".", "=", "!=", "<", "<=", ">", ">=", "*", "/", "**", ":"),
        *("and", "or", "then", "else", "return", "satisfies", "between", "in", "instance"),
    )
)


def parse_expression(text: str, scopes: Iterable[NameTable], members: NameTable) -> tree.Node:
    """The tree of one expression. Raises FeelSyntaxError."""
    return _Parser(text, scopes, members).whole_expression()


def parse_tests(text: str, scopes: Iterable[NameTable], members: NameTable) -> tree.Tests:
    """The tree of the unary tests of a decision table cell. Raises FeelSyntaxError."""
    return _Parser(text, scopes, members).whole_tests()


class _Parser:
    def __init__(self, text: str, scopes: Iterable[NameTable], members: NameTable) -> None:
        if len(text) > MAX_TEXT:
            raise FeelSyntaxError(f"An expression may have {MAX_TEXT} characters", MAX_TEXT)
        self.text = text
        self.row = tokens(text)
        self.index = 0
        self.scopes = list(scopes)
        self.members = members
        self.keys = NameTable()
        self.nesting = 0
        self.in_endpoint = False

    # -- whole texts

    def whole_expression(self) -> tree.Node:
        node = self.expression()
        self.require_end()
        return node

    def whole_tests(self) -> tree.Tests:
        start = self.token
        if start.text == "-" and self.row[self.index + 1].kind == "end":
            return tree.Tests(start.start, [], False)
        if start.text == "not" and self.row[self.index + 1].text == "(":
            negated = self.attempt_negated()
            if negated is not None:
                return negated
        tests = self.tests()
        self.require_end()
        return tree.Tests(start.start, tests, False)

    def attempt_negated(self) -> tree.Tests | None:
        """`not(tests)` as the whole cell; None when more follows, as in `not(a) and b`."""
        start = self.index
        self.index += 2
        try:
            tests = self.tests()
            self.expect(")")
        except FeelSyntaxError:
            self.index = start
            return None
        if self.token.kind != "end":
            self.index = start
            return None
        return tree.Tests(self.row[start].start, tests, True)

    def tests(self) -> list[tree.Test]:
        found = [self.test(0)]
        while self.accept(","):
            found.append(self.test(0))
        return found

    def test(self, level: int) -> tree.Test:
        token = self.token
        if token.text in _TEST_OPERATORS:
            self.index += 1
            return tree.Test(token.start, token.text, self.expression(_ADD))
        return tree.Test(token.start, "", self.expression(level))

    # -- tokens

    @property
    def token(self) -> Token:
        return self.row[self.index]

    def accept(self, text: str) -> bool:
        token = self.row[self.index]
        if token.text == text and token.kind in ("symbol", "word"):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.unexpected(f"expected {text!r}")

    def require_end(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected("expected the end")

    def unexpected(self, hint: str) -> FeelSyntaxError:
        token = self.token
        what = f"{token.text!r}" if token.kind != "end" else "the end"
        return FeelSyntaxError(f"Unexpected {what}, {hint}", token.start, self.text)

    def source(self, first: int, last: int) -> str:
        """The text of the tokens first..last-1, with runs of white space as one space."""
        row = self.row
        parts = [row[first].text]
        for index in range(first + 1, last):
            gap = " " if row[index].start > row[index - 1].end else ""
            parts.append(gap + row[index].text)
        return "".join(parts)

    # -- operators

    def expression(self, floor: int = 0) -> tree.Node:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FeelSyntaxError(
                f"Nested deeper than {MAX_NESTING} levels", self.token.start, self.text
            )
        left = self.operand()
        chain = 0
        while True:
            token = self.row[self.index]
            level = _LEVELS.get(token.text, 0) if token.kind in ("symbol", "word") else 0
            if not level or level < floor:
                break
            left = self.infix(left, token.text, level)
            chain += 1
            if chain > MAX_NESTING:
                raise FeelSyntaxError("Too many operators in a row", token.start, self.text)
        self.nesting -= 1
        return left

    def infix(self, left: tree.Node, operator: str, level: int) -> tree.Node:
        if level in (_OR, _AND):
            return self.logic(left, operator, level)
        if level >= _ADD:
            return self.arithmetic(left, level)
        self.index += 1
        if operator == "between":
            low = self.expression(_ADD)
            self.expect("and")
            return tree.Between(left.position, left, low, self.expression(_ADD))
        if operator == "in":
            return tree.In(left.position, left, self.in_tests())
        return tree.Comparison(left.position, operator, left, self.expression(_ADD))

    def logic(self, left: tree.Node, operator: str, level: int) -> tree.Node:
        operands = [left]
        while self.accept(operator):
            operands.append(self.expression(level + 1))
            self.require_chain(operands)
        return tree.Logic(left.position, operator, operands)

    def arithmetic(self, left: tree.Node, level: int) -> tree.Node:
        rest: list[tuple[str, tree.Node]] = []
        while self.token.kind == "symbol" and _LEVELS.get(self.token.text) == level:
            operator = self.token.text
            self.index += 1
            rest.append((operator, self.expression(level + 1)))
            self.require_chain(rest)
        return tree.Arithmetic(left.position, left, rest)

    def require_chain(self, chain: list[tree.Node] | list[tuple[str, tree.Node]]) -> None:
        if len(chain) > MAX_CHAIN:
            raise FeelSyntaxError("Too many operators in a row", self.token.start, self.text)

    def in_tests(self) -> list[tree.Test]:
        if self.token.text != "(" or self.token.kind != "symbol":
            return [self.test(_ADD)]
        start = self.index
        self.index += 1
        tests = self.tests()
        if self.accept(")") and not self.continues():
            return tests
        self.index = start
        return [self.test(_ADD)]

    def continues(self) -> bool:
        """Whether a group goes on as part of an expression, as in `(a + b) * c`."""
        token = self.token
        return token.kind == "symbol" and (
            _LEVELS.get(token.text, 0) >= _ADD or token.text in (".", "[")
        )

    # -- operands

    def operand(self) -> tree.Node:
        token = self.row[self.index]
        kind = token.kind
        if kind == "word":
            return self.postfix(self.word(token))
        if kind == "number":
            self.index += 1
            return self.postfix(tree.Constant(token.start, self.number(token)))
        if kind == "string":
            self.index += 1
            return self.postfix(tree.Constant(token.start, unquote(token.text, token.start)))
        if kind == "at":
            self.index += 1
            value = parse_temporal(unquote(token.text, token.start))
            text = token.text if value is None else ""
            return self.postfix(tree.Constant(token.start, value, text))
        if token.text == "-":
            return self.negation()
        if token.text in ("(", "[", "]", "{"):
            return self.postfix(self.bracketed(token))
        raise self.unexpected("expected a value")

    def number(self, token: Token) -> Decimal:
        value = parse_number(token.text)
        if value is None:
            raise FeelSyntaxError("This number is too large", token.start, self.text)
        return value

    def negation(self) -> tree.Node:
        start = self.token.start
        count = 0
        while self.accept("-"):
            count += 1
        node = self.expression(_TIGHT)
        for _ in range(min(count, 2 + count % 2)):
            node = tree.Negation(start, node)
        return node

    def bracketed(self, token: Token) -> tree.Node:
        outer, self.in_endpoint = self.in_endpoint, False
        self.index += 1
        if token.text == "{":
            node = self.context(token.start)
        elif token.text == "[":
            node = self.list_or_interval(token.start)
        elif token.text == "(":
            node = self.group_or_interval(token.start)
        else:
            node = self.interval(token.start, False, self.expression())
        self.in_endpoint = outer
        return node

    def list_or_interval(self, start: int) -> tree.Node:
        if self.accept("]"):
            return tree.ListOf(start, [])
        items = [self.expression()]
        if self.token.text == "..":
            return self.interval(start, True, items[0])
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return tree.ListOf(start, items)

    def group_or_interval(self, start: int) -> tree.Node:
        operator = self.token.text
        if operator in _TEST_OPERATORS and self.token.kind == "symbol":
            self.index += 1
            operand = self.expression(_ADD)
            self.expect(")")
            return _range_of(start, operator, operand)
        node = self.expression()
        if self.token.text == "..":
            return self.interval(start, False, node)
        self.expect(")")
        return node

    def interval(self, start: int, low_closed: bool, low: tree.Node) -> tree.Node:
        self.expect("..")
        self.in_endpoint = True
        high = self.expression()
        self.in_endpoint = False
        closer = self.token.text
        if closer not in ("]", ")", "["):
            raise self.unexpected("expected the end of the range")
        self.index += 1
        return tree.Interval(start, low_closed, low, high, closer == "]")

    def context(self, start: int) -> tree.Node:
        entries: list[tuple[str, tree.Node]] = []
        self.scopes.append(NameTable())
        if not self.accept("}"):
            while True:
                key = self.key()
                entries.append((key, self.expression()))
                self.scopes[-1].add(key)
                self.keys.add(key)
                if not self.accept(","):
                    break
            self.expect("}")
        self.scopes.pop()
        return tree.Context(start, entries)

    def key(self) -> str:
        token = self.token
        if token.kind == "string":
            self.index += 1
            self.expect(":")
            return unquote(token.text, token.start)
        first = self.index
        while self.token.kind in ("word", "number", "symbol") and self.token.text not in _NOT_KEY:
            self.index += 1
        if self.index == first or self.token.text != ":":
            raise self.unexpected("expected a key and ':'")
        key = self.source(first, self.index)
        self.index += 1
        return key

    # -- after an operand

    def postfix(self, node: tree.Node) -> tree.Node:
        chain = 0
        while True:
            token = self.row[self.index]
            if token.kind == "symbol" and token.text == ".":
                self.index += 1
                node = tree.Path(node.position, node, self.member())
            elif token.kind == "symbol" and token.text == "[" and not self.ends_range():
                node = self.filter(node)
            elif token.kind == "symbol" and token.text == "(":
                node = self.call(node)
            elif token.text == "instance" and self.row[self.index + 1].text == "of":
                self.index += 2
                node = tree.InstanceOf(node.position, node, self.type_name())
            else:
                return node
            chain += 1
            if chain > MAX_NESTING:
                raise FeelSyntaxError("Too many parts in a row", token.start, self.text)

    def ends_range(self) -> bool:
        """Whether the `[` at hand closes a half-open range, as in `[1..5[`."""
        following = self.row[self.index + 1]
        return self.in_endpoint and (following.kind == "end" or following.text in _AFTER_RANGE)

    def filter(self, source: tree.Node) -> tree.Node:
        outer, self.in_endpoint = self.in_endpoint, False
        self.index += 1
        entries = (*self.members.compound(), *self.keys.compound())
        self.scopes.append(NameTable(("item", *entries)))
        test = self.expression()
        self.scopes.pop()
        self.expect("]")
        self.in_endpoint = outer
        return tree.Filter(source.position, source, test)

    def call(self, function: tree.Node) -> tree.Node:
        outer, self.in_endpoint = self.in_endpoint, False
        self.index += 1
        arguments: list[tree.Node] = []
        names: list[str] = []
        if not self.accept(")"):
            while True:
                name = self.argument_name()
                if name is not None:
                    names.append(name)
                arguments.append(self.expression())
                if bool(names) and len(names) != len(arguments):
                    raise self.unexpected("name every argument or none")
                if not self.accept(","):
                    break
            self.expect(")")
        self.in_endpoint = outer
        return tree.Call(function.position, function, arguments, names or None)

    def argument_name(self) -> str | None:
        index = first = self.index
        while self.row[index].kind in ("word", "number"):
            index += 1
        if index == first or self.row[index].text != ":" or self.row[first].kind != "word":
            return None
        self.index = index + 1
        return self.source(first, index)

    def member(self) -> str:
        token = self.token
        if token.kind != "word":
            raise self.unexpected("expected a name after '.'")
        found = (table.match(self.row, self.index) for table in (self.members, self.keys))
        return self.merged(max((match[0] for match in found if match), default=1))

    # -- words

    def word(self, token: Token) -> tree.Node:
        found = self.known()
        size, name = found if found else (1, token.text)
        if size == 1:
            if token.text in _TEXTUAL:
                node = self.textual(token)
                if node is not None:
                    return node
            if token.text in _LITERALS and not self.extends():
                self.index += 1
                return tree.Constant(token.start, _LITERALS[token.text])
            if token.text in _STOPS:
                raise self.unexpected("expected a value")
        elif not self.extends(size):
            self.index += size
            return tree.Name(token.start, name)
        return tree.Name(token.start, self.merged(size))

    def known(self) -> tuple[int, str] | None:
        """The longest name in scope that starts here."""
        best: tuple[int, str] | None = None
        for scope in reversed(self.scopes):
            found = scope.match(self.row, self.index)
            if found and (best is None or found[0] > best[0]):
                best = found
        return best

    def extends(self, size: int = 1) -> bool:
        """Whether the name at hand goes on after `size` tokens: two names never stand together."""
        token = self.row[self.index + size]
        if token.kind == "number":
            return token.text.isdigit() and self.row[self.index + size - 1].kind == "word"
        if token.kind != "word" or token.text in _STOPS:
            return False
        return token.text != "instance" or self.row[self.index + size + 1].text != "of"

    def merged(self, size: int) -> str:
        first = self.index
        while self.extends(size):
            size += 1
        self.index += size
        return self.source(first, self.index)

    def textual(self, token: Token) -> tree.Node | None:
        following = self.row[self.index + 1]
        if token.text == "function":
            return self.function(token.start) if following.text == "(" else None
        if following.kind == "end" or following.text in ("=", ")", ",", ".", "]"):
            return None
        outer, self.in_endpoint = self.in_endpoint, False
        self.index += 1
        if token.text == "if":
            node = self.condition(token.start)
        else:
            node = self.iteration(token)
        self.in_endpoint = outer
        return node

    def condition(self, start: int) -> tree.Node:
        test = self.expression()
        self.expect("then")
        yes = self.expression()
        self.expect("else")
        return tree.If(start, test, yes, self.expression())

    def iteration(self, token: Token) -> tree.Node:
        self.scopes.append(NameTable(("partial",) if token.text == "for" else ()))
        iterators = [self.iterator()]
        while self.accept(","):
            iterators.append(self.iterator())
        self.expect("return" if token.text == "for" else "satisfies")
        body = self.expression()
        self.scopes.pop()
        if token.text == "for":
            return tree.For(token.start, iterators, body)
        return tree.Quantified(token.start, token.text == "every", iterators, body)

    def iterator(self) -> tree.Iterator:
        first = self.index
        start = self.token.start
        while self.token.kind in ("word", "number", "symbol") and self.token.text not in _NOT_NAME:
            self.index += 1
        if self.index == first or not self.accept("in"):
            raise self.unexpected("expected a name and 'in'")
        name = self.source(first, self.index - 1)
        source = self.expression()
        end = self.expression() if self.accept("..") else None
        self.scopes[-1].add(name)
        return tree.Iterator(start, name, source, end)

    def function(self, start: int) -> tree.Node:
        self.index += 2
        parameters: list[tuple[str, tree.TypeName | None]] = []
        if not self.accept(")"):
            while True:
                parameters.append(self.parameter())
                if not self.accept(","):
                    break
            self.expect(")")
        external = self.token.text == "external" and self.row[self.index + 1].text == "{"
        if external:
            self.index += 1
        outer, self.in_endpoint = self.in_endpoint, False
        self.scopes.append(NameTable(name for name, _ in parameters))
        body = self.expression()
        self.scopes.pop()
        self.in_endpoint = outer
        return tree.FunctionDefinition(start, parameters, body, external)

    def parameter(self) -> tuple[str, tree.TypeName | None]:
        first = self.index
        while self.token.kind in ("word", "number", "symbol") and self.token.text not in _NOT_KEY:
            self.index += 1
        if self.index == first:
            raise self.unexpected("expected a parameter")
        name = self.source(first, self.index)
        return name, self.type_name() if self.accept(":") else None

    # -- types

    def type_name(self) -> tree.TypeName:
        token = self.token
        if token.kind != "word":
            raise self.unexpected("expected a type")
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.unexpected("this is nested too deeply")
        node = tree.TypeName(token.start, self.type_words(), [], [])
        if node.name in ("list", "range", "function", "context") and self.accept("<"):
            self.type_parameters(node)
        self.nesting -= 1
        return node

    def type_words(self) -> str:
        first = self.index
        found = _TYPE_NAMES.match(self.row, first)
        size = found[0] if found else 1
        while self.row[first + size].text == "." and self.row[first + size + 1].kind == "word":
            size += 2
        return self.merged(size)

    def type_parameters(self, node: tree.TypeName) -> None:
        while not self.accept(">"):
            if node.name == "context":
                first = self.index
                while self.token.kind in ("word", "number") and self.token.text != ":":
                    self.index += 1
                node.members.append(self.source(first, self.index))
                self.expect(":")
            node.parameters.append(self.type_name())
            if self.token.text != ">":
                self.expect(",")
        if node.name == "function":
            self.expect("->")
            node.result = self.type_name()


_NOT_KEY = frozenset((":", ",", "{", "}", "(", ")", "[", "]"))
_NOT_NAME = frozenset(("in", *_NOT_KEY))
_TYPE_NAMES = NameTable(
    ("date and time", "days and time duration", "years and months duration", "day time duration")
)


def _range_of(start: int, operator: str, operand: tree.Node) -> tree.Node:
    """`(< 5)`, `(= 5)` … as values."""
    nothing = tree.Constant(start, None)
    if operator == "!=":
        return tree.Unequal(start, operand)
    if operator == "=":
        return tree.Interval(start, True, operand, operand, True, operator)
    if operator[0] == "<":
        return tree.Interval(start, False, nothing, operand, operator == "<=", operator)
    return tree.Interval(start, operator == ">=", operand, nothing, False, operator)
