"""Names that may contain spaces and operators, found again in a row of tokens."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from core.feel.errors import FeelSyntaxError
from core.feel.lexer import Token, tokens


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """The texts of the tokens a name consists of: ("a", "-", "b") of "a-b"; () if it has none."""
    if name.replace(" ", "").isalpha():
        return tuple(name.split())
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelSyntaxError:
        return ()


class NameTable:
    """The names of one scope, by their first token."""

    __slots__ = ("_by_first",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known."""
        words = words_of(name)
        if not words:
            return
        known = self._by_first.setdefault(words[0], [])
        if (words, name) not in known:
            known.append((words, name))
            if len(known) > 1:
                known.sort(key=_longest_first)

    def match(self, row: list[Token], index: int) -> tuple[int, str] | None:
        """The longest known name that starts at that token, with its number of tokens."""
        for words, name in self._by_first.get(row[index].text, ()):
            size = len(words)
            if size == 1 or (
                index + size < len(row)
                and all(row[index + step].text == words[step] for step in range(1, size))
            ):
                return size, name
        return None

    def compound(self) -> Iterator[str]:
        """The names with operators (`net-price`) of which the first word alone is no name."""
        for known in self._by_first.values():
            if len(known[-1][0]) > 1:
                yield from (name for _, name in known if not name.replace(" ", "").isalnum())


def _longest_first(entry: tuple[tuple[str, ...], str]) -> int:
    return -len(entry[0])
