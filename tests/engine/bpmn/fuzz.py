"""Mutated models through `check`: nothing may crash, hang, or take more and more memory.

    python -m tests.engine.bpmn.fuzz 100000 --processes 2   # prints JSON, 1 when it failed

Each number is one mutation of one of the models of the tests: attributes, elements and texts are
deleted, doubled, swapped, moved, nested and renamed, and bytes are changed. The same number
always makes the same file, so that a failure can be looked at.
"""

import argparse
import json
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from types import FrameType

from lxml import etree

from engine.bpmn.check import check_files
from engine.bpmn.export import export
from engine.bpmn.namespaces import BPMN

TESTS = Path(__file__).parents[2]
#: Longest that one check may take of a processor, when it is cut off, and a process's memory.
MAX_SECONDS = 2.0
ALARM_SECONDS = 30
MAX_BYTES = 2_000_000_000
#: Files in one task of a process.
CHUNK = 250
_EXPORT_EVERY = 20
_ODD = (
    "", " ", "=", "${", "${x}", "=1 +", "P1D", "PT", "R/PT0S", "-P1D", "0 0 * * *", "x" * 5000,
    "tns:a", ":", "é\u202e", "\t\n", "true", "9" * 21, "[[[[", "if " * 200, "((" * 300,
)  # fmt: skip
_NAMES = (
    "userTask", "subProcess", "process", "startEvent", "sequenceFlow", "extensionElements",
    "multiInstanceLoopCharacteristics", "timerEventDefinition", "lane", "dataObject", "nonsense",
    "conditionExpression", "adHocSubProcess", "transaction", "event", "potentialOwner",
)  # fmt: skip


@dataclass
class Found:
    """What came of some mutated models."""

    count: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    #: Number of a file, and what went wrong with it.
    failures: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    slowest_number: int = -1
    peak_megabytes: int = 0

    def add(self, other: "Found") -> None:
        """Count another part in."""
        self.count += other.count
        self.verdicts += other.verdicts
        self.failures += other.failures
        self.peak_megabytes = max(self.peak_megabytes, other.peak_megabytes)
        if other.slowest_seconds > self.slowest_seconds:
            self.slowest_seconds = other.slowest_seconds
            self.slowest_number = other.slowest_number


@cache
def seeds() -> tuple[bytes, ...]:
    """The models that are mutated."""
    folders = ("conformance/miwg", "engine/bpmn/vendors", "engine/bpmn/scenarios")
    files = (file for folder in folders for file in sorted((TESTS / folder).glob("*.bpmn")))
    return tuple(file.read_bytes() for file in files)


def mutated(number: int) -> bytes:
    """The file of a number."""
    dice = Random(number)
    data = seeds()[number % len(seeds())]
    if dice.random() < 0.15:
        return _bytes(dice, data)
    root = etree.fromstring(data.lstrip())
    for _ in range(dice.choice((1, 1, 2, 3, 5, 20))):
        dice.choice(_MUTATIONS)(dice, root)
    made = etree.tostring(root)
    return _bytes(dice, made) if dice.random() < 0.05 else made


def run(numbers: Iterable[int]) -> Found:
    """Check the files of these numbers."""
    found = Found()
    for number in numbers:
        data = mutated(number)
        found.count += 1
        # Processor time: what else runs on the machine is no hang; the alarm is for those.
        started = time.process_time()
        if signal.getsignal(signal.SIGALRM) is _hangs:
            signal.alarm(ALARM_SECONDS)
        try:
            [report] = check_files({"model.bpmn": data})
            found.verdicts[report.verdict] += 1
            if number % _EXPORT_EVERY == 0 and report.verdict != "refused":
                export(data)
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            found.failures.append(f"{number}: {type(error).__name__}: {error}"[:300])
        seconds = time.process_time() - started
        if seconds > found.slowest_seconds:
            found.slowest_seconds, found.slowest_number = seconds, number
        if seconds > MAX_SECONDS:
            found.failures.append(f"{number}: took {seconds:.1f} s")
    found.peak_megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def run_in_processes(count: int, processes: int, first: int = 0) -> Found:
    """Check the files of `count` numbers, shared out among processes with bounded memory."""
    parts = [range(at, min(at + CHUNK, first + count)) for at in range(first, first + count, CHUNK)]
    found = Found()
    with ProcessPoolExecutor(processes, initializer=_bounded) as pool:
        for part in pool.map(run, parts):
            found.add(part)
    return found


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
    signal.signal(signal.SIGALRM, _hangs)


def _hangs(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


# --- mutations


def _bytes(dice: Random, data: bytes) -> bytes:
    made = bytearray(data)
    for _ in range(dice.choice((1, 2, 8, 40))):
        at = dice.randrange(len(made))
        match dice.randrange(4):
            case 0:
                made[at] = dice.randrange(256)
            case 1:
                del made[at : at + dice.choice((1, 4, 200))]
            case 2:
                made[at:at] = made[dice.randrange(len(made)) :][: dice.choice((1, 30, 400))]
            case _:
                made[at:at] = dice.choice((b"<", b">", b'"', b"&", b"\x00", b"]]>", b"<!--"))
        if not made:
            break
    return bytes(made)


def _any(dice: Random, root: etree._Element) -> etree._Element:
    return dice.choice([each for each in root.iter() if isinstance(each.tag, str)])


def _drop_attribute(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    if each.attrib:
        del each.attrib[dice.choice(list(each.attrib))]


def _odd_attribute(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    name = dice.choice([*each.attrib, "id", "default", "attachedToRef", "startQuantity"])
    each.set(name, dice.choice(_ODD))


def _swap_attributes(dice: Random, root: etree._Element) -> None:
    one, two = _any(dice, root), _any(dice, root)
    if one.attrib and two.attrib:
        first, second = dice.choice(list(one.attrib)), dice.choice(list(two.attrib))
        one.attrib[first], two.attrib[second] = two.attrib[second], one.attrib[first]


def _drop_element(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    parent = each.getparent()
    if parent is not None:
        parent.remove(each)


def _double_element(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    parent = each.getparent()
    if parent is not None and sum(1 for _ in each.iter()) < 200:
        for _ in range(dice.choice((1, 1, 2, 30))):
            parent.append(deepcopy(each))


def _move_element(dice: Random, root: etree._Element) -> None:
    each, target = _any(dice, root), _any(dice, root)
    if each is not root and each not in set(target.iterancestors()) | {target}:
        target.insert(dice.randrange(len(target) + 1), each)


def _shuffle(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    children = list(each)
    dice.shuffle(children)
    each[:] = children


def _nest(dice: Random, root: etree._Element) -> None:
    each = _any(dice, root)
    depth = dice.choice((1, 2, 60, 120))
    for _ in range(depth):
        outer = etree.SubElement(each, f"{{{BPMN}}}{dice.choice(_NAMES)}")
        outer.set("id", f"n{dice.randrange(10**6)}")
        each = outer


def _rename(dice: Random, root: etree._Element) -> None:
    _any(dice, root).tag = f"{{{BPMN}}}{dice.choice(_NAMES)}"


def _odd_text(dice: Random, root: etree._Element) -> None:
    texts = [
        each for each in root.iter() if isinstance(each.tag, str) and (each.text or "").strip()
    ]
    if texts:
        dice.choice(texts).text = dice.choice(_ODD)


def _point_elsewhere(dice: Random, root: etree._Element) -> None:
    """Let a reference mean any other element."""
    ids = [each.get("id") for each in root.iter() if isinstance(each.tag, str) and each.get("id")]
    each = _any(dice, root)
    names = [name for name in each.attrib if str(name).endswith("Ref") or name == "default"]
    if ids and names:
        each.set(dice.choice(names), str(dice.choice(ids)))


_MUTATIONS: tuple[Callable[[Random, etree._Element], None], ...] = (
    _drop_attribute, _odd_attribute, _swap_attributes, _drop_element, _double_element,
    _move_element, _shuffle, _nest, _rename, _odd_text, _point_elsewhere,
)  # fmt: skip


def _told(found: Found, seconds: float) -> Iterator[str]:
    yield json.dumps(
        {
            "models": found.count,
            "failures": len(found.failures),
            "verdicts": dict(found.verdicts),
            "slowest_seconds": round(found.slowest_seconds, 3),
            "slowest_number": found.slowest_number,
            "peak_megabytes": found.peak_megabytes,
            "seconds": round(seconds),
        }
    )
    yield from found.failures[:20]


def main(arguments: list[str] | None = None) -> int:
    """Run and print figures; 1 when anything crashed or took too long."""
    options = argparse.ArgumentParser(description="mutated models through `check`")
    options.add_argument("count", nargs="?", type=int, default=100_000)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--first", type=int, default=0)
    given = options.parse_args(arguments)
    started = time.monotonic()
    found = run_in_processes(given.count, given.processes, given.first)
    for line in _told(found, time.monotonic() - started):
        print(line)
    return int(bool(found.failures))


if __name__ == "__main__":
    sys.exit(main())
