"""Which sides of open forks a token is on, so that writes on two sides can be noted.

A branch names, outermost first, the forks a token has passed and its side of each: `("7.0",
"12.1")` is the first way out of the fork of token 7, then the second one of token 12. A join takes
away what its tokens do not share.
"""

from collections.abc import Iterable

Branch = tuple[str, ...]

#: Forks that are remembered; a loop that forks and never joins would remember ever more.
MAX_FORKS = 16


def side(branch: Branch, fork: str, number: int) -> Branch:
    """The branch of one way out of a fork."""
    return (*branch, f"{fork}.{number}")[-MAX_FORKS:]


def joined(branches: Iterable[Branch]) -> Branch:
    """The branch of what several tokens became: as far as they agree."""
    first, *others = branches
    for other in others:
        first = _shared(first, other)
    return first


def on_two_sides(one: Branch, other: Branch) -> bool:
    """Whether two writers stood on different sides of one fork."""
    shared = len(_shared(one, other))
    if shared == min(len(one), len(other)):
        return False
    return _fork(one[shared]) == _fork(other[shared])


def _shared(one: Branch, other: Branch) -> Branch:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return one[:length]


def _fork(place: str) -> str:
    return place.partition(".")[0]
