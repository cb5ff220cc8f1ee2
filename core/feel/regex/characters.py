"""Sets of characters: literals, ranges, escapes, categories, blocks, and differences."""

from collections.abc import Callable
from typing import TypeAlias
from unicodedata import category

#: Does a character belong to the set?
Test: TypeAlias = Callable[[str], bool]

_BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Bengali": (0x980, 0x9FF),
    "Tamil": (0xB80, 0xBFF),
    "Thai": (0xE00, 0xE7F),
    "Georgian": (0x10A0, 0x10FF),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "GeometricShapes": (0x25A0, 0x25FF),
    "MiscellaneousSymbols": (0x2600, 0x26FF),
    "Dingbats": (0x2700, 0x27BF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "PrivateUse": (0xE000, 0xF8FF),
}
_CATEGORIES = {
    *("L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No"),
    *("P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp"),
    *("S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn"),
}
_SPACES = " \t\n\r"


def _is_name_start(character: str) -> bool:
    return character in ":_" or category(character)[0] == "L"


def _is_name_part(character: str) -> bool:
    return character in ":_-.·" or category(character)[0] in "LNM"


_ESCAPES: dict[str, Test] = {
    "d": lambda character: category(character) == "Nd",
    "s": lambda character: character in _SPACES,
    "w": lambda character: category(character)[0] not in "PZC",
    "i": _is_name_start,
    "c": _is_name_part,
}
#: Characters that a backslash makes plain, and those it gives a meaning.
PLAIN = "\\|.?*+(){}[]-^$"
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


def escape(letter: str) -> Test | None:
    """The set of `\\d`, `\\D` …; None when there is none of that letter."""
    found = _ESCAPES.get(letter.lower())
    return inverted(found) if found and letter.isupper() else found


def inverted(test: Test) -> Test:
    """All other characters."""
    return lambda character: not test(character)


def named(name: str) -> Test | None:
    """The set of a category (`Lu`) or block (`IsGreek`); None for an unknown name."""
    if name.startswith("Is"):
        block = _BLOCKS.get(name[2:])
        if block is None:
            return None
        low, high = block
        return lambda character: low <= ord(character) <= high
    if name not in _CATEGORIES:
        return None
    return lambda character: category(character).startswith(name)


def one_of(
    singles: str, ranges: list[tuple[str, str]], tests: list[Test], ignore_case: bool
) -> Test:
    """The characters of any of the parts. Case never matters to the sets among them."""
    letters = frozenset(singles)

    def literal(character: str) -> bool:
        return character in letters or any(low <= character <= high for low, high in ranges)

    chosen = any_case(literal) if ignore_case else literal
    if not tests:
        return chosen
    return lambda character: chosen(character) or any(part(character) for part in tests)


def difference(test: Test, other: Test) -> Test:
    """The characters of the first set that are not in the second."""
    return lambda character: test(character) and not other(character)


def any_case(test: Test) -> Test:
    """The set with both cases of each character."""

    def either(character: str) -> bool:
        lower, upper = character.lower()[:1], character.upper()[:1]
        return any(map(test, (character, lower, upper, lower.upper()[:1], upper.lower()[:1])))

    return either
