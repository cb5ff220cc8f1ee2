"""Mutated expressions: no crash, and none that takes long. `make fuzz` tries 100,000.

python -m tests.core.feel.fuzz [COUNT] [SEED]
"""

import json
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core import feel

ROWS = json.loads(Path(__file__).with_name("expressions.json").read_text())
TEXTS = [text for text, _ in ROWS]
PIECES = [
    *("(", ")", "[", "]", "{", "}", ",", "..", ".", "-", "+", "**", "/", "*", "<", ">=", "=", "!="),
    *(" in ", " and ", " or ", " between ", " instance of ", "not(", "if ", " then ", " else "),
    *("for x in ", " return ", "some x in ", " satisfies ", "function(x) ", "@", '"', "\\", "\\u"),
    *("null", "true", "1e6144", "0.000001", "99999999999", "?", "item", "partial", "🐎", "\x00"),
    *('@"P1D"', '@"2020-02-29"', "[1..5]", "(< 5)", "sum(", "matches(", "replace(", "sort("),
]
CONTEXT = {"x": 3, "y z": [1, {"a": None}], "?": 2.5}
#: The budget of one evaluation is steps, not time; this much time has never been needed.
SECONDS = 5.0


def mutated(count: int, seed: int) -> Iterator[str]:
    """Expressions of the table with cuts, doubles, swaps and pieces of others in them."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(TEXTS)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            text = _mutate(text, chance)
        yield text[:500]


def _mutate(text: str, chance: random.Random) -> str:
    start, end = sorted(chance.randint(0, len(text)) for _ in range(2))
    other = chance.choice(TEXTS)
    match chance.randint(0, 6):
        case 0:
            return text[:start] + text[end:]
        case 1:
            return text[:end] + text[start:end] + text[end:]
        case 2:
            return text[:start] + chance.choice(PIECES) + text[start:]
        case 3:
            return text[:start] + chance.choice(PIECES) + text[end:]
        case 4:
            return text[:start] + other + text[end:]
        case 5:
            return text[:start] + chr(chance.randint(0, 0x10FFFF)) + text[start + 1 :]
        case _:
            return text[:start] + text[start:end][::-1] + text[end:]


def survive(text: str) -> float:
    """Compile, check and run, as expression and as cell; the seconds that it took."""
    begun = time.perf_counter()
    with suppress(feel.FeelSyntaxError, feel.FeelLimitExceeded):
        feel.format_value(feel.compile(text).evaluate(CONTEXT).value)
    with suppress(feel.FeelSyntaxError, feel.FeelLimitExceeded):
        feel.unary_tests(text)(3, CONTEXT)
    feel.check(text, {"x"})
    return time.perf_counter() - begun


def main(count: int = 100_000, seed: int = 1) -> int:
    """Try so many; 1 when one of them failed in a way that is not ours, or took long."""
    failed, slowest, compiled = 0, (0.0, ""), 0
    for text in mutated(count, seed):
        try:
            seconds = survive(text)
        except Exception as error:  # noqa: BLE001 (any is what is looked for)
            failed += 1
            print(f"{type(error).__name__}: {error}: {text!r}")
            continue
        slowest = max(slowest, (seconds, text))
        compiled += not feel.check(text, None)
    print(f"feel_fuzz: {count - failed}/{count}, {compiled} compile, slowest {slowest[0]:.3f} s")
    print(f"  {slowest[1]!r}")
    return int(failed > 0 or slowest[0] > SECONDS)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
