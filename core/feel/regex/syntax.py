"""From a pattern to a program: a row of small instructions for the matcher.

char test      one character that passes          split a, b   try a first, then b
jump a         go on at a                         save n       remember the place
start, end     at the edge of text or line        same n       what group n matched, again
"""

from typing import NamedTuple

from core.feel.errors import Null
from core.feel.regex import characters
from core.feel.regex.characters import Test

#: Most instructions of one pattern; counted repetitions are written out.
MAX_PROGRAM = 5_000
#: Deepest nesting of groups.
MAX_GROUPS_DEEP = 50


class Instruction(NamedTuple):
    """One instruction; which of the fields count depends on the kind."""

    kind: str
    test: Test | None = None
    first: int = 0
    second: int = 0


class Program(NamedTuple):
    """A compiled pattern."""

    code: tuple[Instruction, ...]
    groups: int
    has_references: bool


def parse(pattern: str, flags: str) -> Program:
    """Compile a pattern. Raises Null when it is none, or is too large."""
    unknown = set(flags) - set("smix")
    if unknown:
        raise Null(f"There is no flag {''.join(sorted(unknown))}")
    return _Parser(pattern, flags).program()


Code = list[Instruction]


class _Parser:
    def __init__(self, pattern: str, flags: str) -> None:
        self.text = _without_spaces(pattern) if "x" in flags else pattern
        self.at = 0
        self.groups = 0
        self.closed: set[int] = set()
        self.depth = 0
        self.has_references = False
        self.dot_all = "s" in flags
        self.lines = "m" in flags
        self.ignore_case = "i" in flags

    def program(self) -> Program:
        code = self.alternatives()
        if self.at < len(self.text):
            raise self.wrong()
        return Program((*code, Instruction("match")), self.groups, self.has_references)

    def wrong(self) -> Null:
        return Null(f"{self.text!r} is not a pattern, see position {self.at}")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise self.wrong()
        self.at += 1
        return character

    def alternatives(self) -> Code:
        branches = [self.branch()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.branch())
        code = branches.pop()
        while branches:
            code = self.either(branches.pop(), code)
        return code

    def either(self, first: Code, second: Code) -> Code:
        return self.limited(
            [
                Instruction("split", None, 1, len(first) + 2),
                *first,
                Instruction("jump", None, len(second) + 1),
                *second,
            ]
        )

    def limited(self, code: Code) -> Code:
        if len(code) > MAX_PROGRAM:
            raise Null("the pattern is too large")
        return code

    def branch(self) -> Code:
        code: Code = []
        while self.peek() and self.peek() not in "|)":
            code = self.limited(code + self.piece())
        return code

    def piece(self) -> Code:
        character = self.peek()
        if character in "^$":
            self.at += 1
            return [Instruction("start" if character == "^" else "end", None, self.lines)]
        if character and character in "?*+{}]":
            raise self.wrong()
        return self.quantified(self.atom())

    def quantified(self, atom: Code) -> Code:
        bounds = self.quantifier()
        if bounds is None:
            return atom
        low, high = bounds
        lazy = self.peek() == "?"
        self.at += lazy
        if self.peek() and self.peek() in "?*+{":
            raise self.wrong()
        if len(atom) * max(low, high or 0) > MAX_PROGRAM:
            raise Null("the pattern is too large")
        code = atom * low
        if high is None:
            return self.limited(code + self.repeated(atom, lazy))
        optional: Code = []
        for _ in range(high - low):
            skip = len(atom) + len(optional) + 1
            optional = [self.fork(1, skip, lazy), *atom, *optional]
        return self.limited(code + optional)

    def repeated(self, atom: Code, lazy: bool) -> Code:
        size = len(atom)
        return [
            self.fork(1, size + 2, lazy),
            *atom,
            Instruction("jump", None, -size - 1),
        ]

    def fork(self, inside: int, beyond: int, lazy: bool) -> Instruction:
        if lazy:
            return Instruction("split", None, beyond, inside)
        return Instruction("split", None, inside, beyond)

    def quantifier(self) -> tuple[int, int | None] | None:
        character = self.peek()
        if character and character in "?*+":
            self.at += 1
            return {"?": (0, 1), "*": (0, None), "+": (1, None)}[character]
        if character != "{":
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        numbers = [part for part in (low, high) if part]
        if end < 0 or not low or not all(part.isdecimal() and len(part) < 6 for part in numbers):
            raise self.wrong()
        self.at = end + 1
        most = int(high) if high else None if comma else int(low)
        if most is not None and most < int(low):
            raise self.wrong()
        return int(low), most

    def atom(self) -> Code:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return [self.char(self.character_class())]
        if character == ".":
            return [Instruction("char", _anything if self.dot_all else _not_line_end)]
        if character == "\\":
            return self.escaped()
        return [self.char(self.literal(character))]

    def char(self, test: Test) -> Instruction:
        return Instruction("char", test)

    def literal(self, character: str) -> Test:
        return characters.one_of(character, [], [], self.ignore_case)

    def group(self) -> Code:
        captures = not self.text.startswith("?:", self.at)
        if self.peek() == "?" and captures:
            raise self.wrong()
        self.depth += 1
        if self.depth > MAX_GROUPS_DEEP:
            raise Null("the pattern is nested too deeply")
        number = 0
        if captures:
            self.groups += 1
            number = self.groups
        else:
            self.at += 2
        code = self.alternatives()
        if self.take() != ")":
            raise self.wrong()
        self.depth -= 1
        if not captures:
            return code
        self.closed.add(number)
        save = Instruction("save", None, 2 * number), Instruction("save", None, 2 * number + 1)
        return [save[0], *code, save[1]]

    def escaped(self) -> Code:
        character = self.take()
        if character in "123456789":
            return [self.reference(int(character))]
        return [self.char(self.escaped_set(character))]

    def reference(self, number: int) -> Instruction:
        while self.peek().isdecimal() and number * 10 + int(self.peek()) <= self.groups:
            number = number * 10 + int(self.take())
        if number not in self.closed:
            raise self.wrong()
        self.has_references = True
        return Instruction("same", None, number, self.ignore_case)

    def escaped_set(self, character: str) -> Test:
        if character in "pP":
            return self.property_set(character == "P")
        found = characters.escape(character)
        if found is not None:
            return found
        return self.literal(self.plain(character))

    def plain(self, character: str) -> str:
        if character in characters.CONTROLS:
            return characters.CONTROLS[character]
        if character in characters.PLAIN:
            return character
        raise self.wrong()

    def property_set(self, negated: bool) -> Test:
        if self.take() != "{":
            raise self.wrong()
        end = self.text.find("}", self.at)
        name = self.text[self.at : end] if end >= 0 else ""
        found = characters.named(name)
        if found is None:
            raise self.wrong()
        self.at = end + 1
        return characters.inverted(found) if negated else found

    def character_class(self) -> Test:
        """The set of `[…]`, after its first bracket; may end in a difference `-[…]`."""
        self.depth += 1
        if self.depth > MAX_GROUPS_DEEP:
            raise Null("the pattern is nested too deeply")
        negated = self.peek() == "^"
        self.at += negated
        singles = ""
        ranges: list[tuple[str, str]] = []
        tests: list[Test] = []
        without: Test | None = None
        first = True
        while self.peek() != "]" or first:
            if self.text.startswith("-[", self.at) and not first:
                self.at += 2
                without = self.character_class()
                if self.peek() != "]":
                    raise self.wrong()
                break
            first = False
            part = self.class_part()
            if isinstance(part, str) and self.is_range():
                self.at += 1
                ranges.append((part, self.range_end(part)))
            elif isinstance(part, str):
                singles += part
            else:
                tests.append(part)
        self.at += 1
        self.depth -= 1
        test = characters.one_of(singles, ranges, tests, self.ignore_case)
        if negated:
            test = characters.inverted(test)
        return characters.difference(test, without) if without else test

    def is_range(self) -> bool:
        """Whether a `-` with a further end stands here."""
        return self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", "")

    def range_end(self, low: str) -> str:
        high = self.class_part()
        if not isinstance(high, str) or high < low:
            raise self.wrong()
        return high

    def class_part(self) -> str | Test:
        character = self.take()
        if character == "[" or character == "]":
            raise self.wrong()
        if character != "\\":
            return character
        letter = self.take()
        if letter in characters.CONTROLS or letter in characters.PLAIN:
            return self.plain(letter)
        return self.escaped_set(letter)


def _without_spaces(pattern: str) -> str:
    """The pattern without white space, except inside of brackets."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in pattern:
        if not escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        escaped = character == "\\" and not escaped
        if depth or character not in " \t\r\n":
            kept.append(character)
    return "".join(kept)


def _anything(character: str) -> bool:
    return True


def _not_line_end(character: str) -> bool:
    return character not in "\n\r"
