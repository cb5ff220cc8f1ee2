"""A back office in a simulator: what the order of work does to service levels.

`python benchmarks/dispatch.py --json` plays 65 measured days of sixty people who know one to four
of four skills, eight kinds of work in two tiers with log-normal handling times, peaks on Mondays
and at the end of the month, noisy days, nights and holidays, at four loads, with ten seeds that all
rules share. `default` is the product's own choice, `work.priorities.choose`, with what the product
knows: a class's mean handling time, the due date and the tier's weight; the others are what people
and other products do. Rules never see how long one item will really take.

sla: items due in the measured days that were done in time. weighted_tardiness_h: mean of weight by
hours late. mean_age_h, p999_age_h: from arrival to done, in business hours; what is never done
counts to the end.
"""

import argparse
import json
import math
import os
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from multiprocessing import Pool
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from core.calendars import Calendar, Opening, Shift
from work.priorities import GUARD_SECONDS, Head, choose

LOADS = (0.85, 0.97, 1.0, 1.05)
RULES = ("default", "fifo", "edd", "priority", "cherry_pick", "urgency")
SEEDS = 10
PEOPLE = 60
SKILLS = 4
#: Of a hundred people so many know one, two, three and four skills.
SKILLED = (40, 35, 20, 5)
ABSENT = 0.08
WARM_UP_DAYS, MEASURED_DAYS = 20, 65
#: How much days differ, and how much of that the next day keeps.
NOISE, MEMORY = 0.18, 0.6
DAY = 8 * 3600
OFFICE = Calendar(
    "office",
    Opening("Europe/Berlin", ((Shift.of("09:00", "17:00"),),) * 5 + ((), ()), "DE"),
)
FIRST = date(2026, 1, 12)


@dataclass(frozen=True)
class Kind:
    """One type of work: minutes it takes, how much that varies, days to do it in, its share."""

    skill: int
    mean_minutes: float
    variation: float
    target_days: float
    share: float


#: Two kinds a skill; the shares give every skill a quarter of the minutes.
KINDS = (
    Kind(0, 6, 0.8, 1, 0.25 * 0.5 / 6),
    Kind(0, 45, 1.6, 5, 0.25 * 0.5 / 45),
    Kind(1, 10, 1.0, 1.5, 0.25 * 0.6 / 10),
    Kind(1, 60, 1.8, 8, 0.25 * 0.4 / 60),
    Kind(2, 15, 1.2, 1, 0.25 * 0.5 / 15),
    Kind(2, 30, 1.4, 3, 0.25 * 0.5 / 30),
    Kind(3, 20, 1.2, 3, 0.25 * 0.6 / 20),
    Kind(3, 90, 2.0, 10, 0.25 * 0.4 / 90),
)
#: Share of items and weight of each tier.
TIERS = ((0.8, 1.0), (0.2, 3.0))
CLASSES = [(kind, tier) for kind in range(len(KINDS)) for tier in range(len(TIERS))]


@dataclass(slots=True)
class Item:
    """One piece of work. Times are business seconds."""

    arrived: float
    due: float
    work: float
    kind: int
    tier: int
    done: float = math.inf

    @property
    def group(self) -> int:
        return self.kind * len(TIERS) + self.tier


@dataclass
class Person:
    """Somebody who works at their own pace."""

    skills: frozenset[int]
    speed: float
    absent: frozenset[int]
    groups: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = tuple(
            g for g, (kind, _) in enumerate(CLASSES) if KINDS[kind].skill in self.skills
        )


@dataclass
class World:
    """What one seed and load make: all rules meet the same people, items and absences."""

    people: list[Person]
    items: list[Item]
    days: int


def world(load: float, seed: int) -> World:
    """People, absences and arrivals of one seed; the load changes the number of items only."""
    chance = random.Random(seed)
    days = WARM_UP_DAYS + MEASURED_DAYS
    people = [_person(chance, number, days) for number in range(PEOPLE)]
    capacity = sum(person.speed for person in people) * (1 - ABSENT) * DAY
    per_minute = sum(kind.share * kind.mean_minutes * 60 for kind in KINDS)
    usual = load * capacity / per_minute
    shapes = list(_days(chance, days))
    scale = days / sum(peak * noise for _, peak, noise in shapes)
    table = OFFICE.table(datetime(2026, 6, 1, tzinfo=UTC))
    zero = table.open_before(int(_at(shapes[0][0], 0).timestamp()))
    items: list[Item] = []
    for day, peak, noise in shapes:
        expected = usual * peak * scale * noise
        for index, kind in enumerate(KINDS):
            count = _poisson(chance, expected * kind.share)
            for _ in range(count):
                arrived = table.open_before(int(_arrival(chance, day).timestamp())) - zero
                items.append(_item(chance, index, float(arrived)))
    items.sort(key=lambda item: item.arrived)
    for first, last in ((0, WARM_UP_DAYS), (WARM_UP_DAYS, days)):
        _fit(items, people, load, range(first, last))
    return World(people, items, days)


def _fit(items: list[Item], people: list[Person], load: float, days: range) -> None:
    """Make the load of these days exact: the work that comes in by what those present can do."""
    there = [item for item in items if days.start * DAY <= item.arrived < days.stop * DAY]
    present = ((person, len(person.absent.intersection(days))) for person in people)
    capacity = sum(person.speed * (len(days) - absent) * DAY for person, absent in present)
    factor = load * capacity / sum(item.work for item in there)
    for item in there:
        item.work *= factor


def _person(chance: random.Random, number: int, days: int) -> Person:
    place = (number + 0.5) / PEOPLE * 100
    count = next(n + 1 for n in range(SKILLS) if place < sum(SKILLED[: n + 1]))
    first = number % SKILLS
    others = [skill for skill in range(SKILLS) if skill != first]
    skills = frozenset([first, *chance.sample(others, count - 1)])
    speed = min(1.5, max(0.6, chance.gauss(1, 0.15)))
    absent = frozenset(day for day in range(days) if chance.random() < ABSENT)
    return Person(skills, speed, absent)


def _days(chance: random.Random, days: int) -> Iterator[tuple[date, float, float]]:
    """Working days with their peaks (Mondays, ends of months) and a noise of mean 1 with memory."""
    day, noise, found = FIRST, chance.gauss(0, NOISE), 0
    while found < days:
        if OFFICE.is_open(_at(day, 12 * 60)):
            noise = MEMORY * noise + chance.gauss(0, NOISE * math.sqrt(1 - MEMORY**2))
            peak = 1.35 if day.weekday() == 0 else 1.0
            peak *= 1.3 if (day + timedelta(days=7)).month != day.month else 1.0
            yield day, peak, math.exp(noise - NOISE**2 / 2)
            found += 1
        day += timedelta(days=1)


def _arrival(chance: random.Random, day: date) -> datetime:
    """Three of ten come in the night before, the others during the day."""
    if chance.random() < 0.3:
        return _at(day, chance.uniform(0, 7 * 60))
    return _at(day, 8 * 60 + chance.uniform(0, 8 * 60))


def _at(day: date, minute: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)


def _item(chance: random.Random, index: int, arrived: float) -> Item:
    kind = KINDS[index]
    variance = math.log(1 + kind.variation**2)
    work = chance.lognormvariate(
        math.log(kind.mean_minutes * 60) - variance / 2, math.sqrt(variance)
    )
    tier = 0 if chance.random() < TIERS[0][0] else 1
    target = kind.target_days * DAY * (1 - chance.uniform(0, 0.4))
    return Item(arrived, arrived + target, work, index, tier)


def _poisson(chance: random.Random, mean: float) -> int:
    return max(0, round(chance.gauss(mean, math.sqrt(mean))))


# --- rules: a queue for each class, and a choice between their heads


MEAN_SECONDS = [KINDS[kind].mean_minutes * 60 for kind, _ in CLASSES]
WEIGHTS = [TIERS[tier][1] for _, tier in CLASSES]
#: Higher comes first: the tier, then the kind with the shorter target.
PRIORITY = [tier * 100 - KINDS[kind].target_days for kind, tier in CLASSES]


class ByDue:
    """Items of one class, the first due first."""

    __slots__ = ("heap", "number")

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, Item]] = []
        self.number = 0

    def add(self, item: Item) -> None:
        self.number += 1
        heappush(self.heap, (item.due, self.number, item))

    def head(self) -> Item | None:
        return self.heap[0][2] if self.heap else None

    def pop(self) -> Item:
        return heappop(self.heap)[2]


class ByArrival:
    """Items of one class in the order they came."""

    __slots__ = ("line",)

    def __init__(self) -> None:
        self.line: deque[Item] = deque()

    def add(self, item: Item) -> None:
        self.line.append(item)

    def head(self) -> Item | None:
        return self.line[0] if self.line else None

    def pop(self) -> Item:
        return self.line.popleft()


def by_default(groups: list[int], heads: list[Item], now: float) -> int:
    """What the product does."""
    scored = [
        Head(
            WEIGHTS[group],
            MEAN_SECONDS[group],
            head.due - now,
            guard_seconds=GUARD_SECONDS,
        )
        for group, head in zip(groups, heads, strict=True)
    ]
    return choose(scored).index


def by_best(
    value: Callable[[int, Item, float], float],
) -> Callable[[list[int], list[Item], float], int]:
    """The head with the smallest value."""

    def pick(groups: list[int], heads: list[Item], now: float) -> int:
        return min(range(len(heads)), key=lambda i: value(groups[i], heads[i], now))

    return pick


def urgency(group: int, item: Item, now: float) -> float:
    """Like Pega's, up to 100: more with the tier, past the goal, and past the deadline."""
    goal = item.arrived + (item.due - item.arrived) / 2
    score = 10 + 10 * (item.tier == 1) + 30 * (now >= goal)
    if now >= item.due:
        score += 40 + 5 * min(4, int((now - item.due) / DAY))
    return -min(100, score) * 1e9 + item.arrived


PICKS: dict[str, tuple[type[Any], Callable[[list[int], list[Item], float], int]]] = {
    "default": (ByDue, by_default),
    "fifo": (ByArrival, by_best(lambda group, item, now: item.arrived)),
    "edd": (ByDue, by_best(lambda group, item, now: item.due)),
    "priority": (
        ByArrival,
        by_best(lambda group, item, now: -PRIORITY[group] * 1e9 + item.arrived),
    ),
    "cherry_pick": (
        ByArrival,
        by_best(lambda group, item, now: MEAN_SECONDS[group] * 1e9 + item.arrived),
    ),
    "urgency": (ByArrival, by_best(urgency)),
}


class Shop:
    """One day after the other of a world, played by one rule."""

    def __init__(self, rule: str, made: World) -> None:
        kind_of_queue, self.pick = PICKS[rule]
        self.made = made
        self.queues = [kind_of_queue() for _ in CLASSES]
        self.busy = [False] * len(made.people)
        self.idle: list[int] = []
        self.today = 0
        #: (time, order, what happens, number of the day, item or person)
        self.events: list[tuple[float, int, int]] = [
            (float(day * DAY), _MORNING, day) for day in range(made.days)
        ]
        self.events += [(item.arrived, _ARRIVAL, n) for n, item in enumerate(made.items)]
        self.events.sort()

    def play(self) -> None:
        """Let all happen; each item gets the moment at which it is done."""
        steps = {_MORNING: self.morning, _ARRIVAL: self.arrive, _DONE: self.finish}
        end = self.made.days * DAY
        while self.events and self.events[0][0] < end:
            now, what, number = heappop(self.events)
            steps[what](number, now)

    def morning(self, day: int, now: float) -> None:
        """Those who are not absent begin."""
        self.today, self.idle = day, []
        for number, person in enumerate(self.made.people):
            if day not in person.absent and not self.busy[number] and not self.take(number, now):
                self.idle.append(number)

    def arrive(self, number: int, now: float) -> None:
        """An idle person takes it: who knows least, so that the others stay free for the rest."""
        item = self.made.items[number]
        self.queues[item.group].add(item)
        people = self.made.people
        able = [each for each in self.idle if item.group in people[each].groups]
        if able:
            chosen = min(able, key=lambda each: len(people[each].skills))
            self.idle.remove(chosen)
            self.take(chosen, now)

    def finish(self, number: int, now: float) -> None:
        """Somebody is free again."""
        self.busy[number] = False
        if self.today not in self.made.people[number].absent and not self.take(number, now):
            self.idle.append(number)

    def take(self, number: int, now: float) -> bool:
        """Give somebody the item that the rule picks; False when there is none."""
        person = self.made.people[number]
        found = [(group, self.queues[group].head()) for group in person.groups]
        groups = [group for group, head in found if head is not None]
        if not groups:
            return False
        heads = [head for _, head in found if head is not None]
        item = self.queues[groups[self.pick(groups, heads, now)]].pop()
        item.done = now + item.work / person.speed
        self.busy[number] = True
        heappush(self.events, (item.done, _DONE, number))
        return True


#: What happens, in the order of one moment.
_MORNING, _ARRIVAL, _DONE = range(3)


def figures(items: list[Item]) -> dict[str, float]:
    """The measures of one run."""
    begin, end = WARM_UP_DAYS * DAY, (WARM_UP_DAYS + MEASURED_DAYS) * DAY
    due = [item for item in items if begin <= item.due < end]
    late = [TIERS[item.tier][1] * max(0.0, min(item.done, end) - item.due) for item in due]
    came = [item for item in items if begin <= item.arrived < end]
    ages = sorted(min(item.done, end) - item.arrived for item in came)
    return {
        "sla": sum(item.done <= item.due for item in due) / len(due),
        "weighted_tardiness_h": sum(late) / len(late) / 3600,
        "mean_age_h": sum(ages) / len(ages) / 3600,
        "p999_age_h": ages[int(0.999 * len(ages))] / 3600,
        "items": len(due),
    }


def run(task: tuple[float, int, tuple[str, ...]]) -> dict[tuple[str, float, int], dict[str, float]]:
    """All rules in one world."""
    load, seed, rules = task
    made = world(load, seed)
    found = {}
    for rule in rules:
        for item in made.items:
            item.done = math.inf
        Shop(rule, made).play()
        found[rule, load, seed] = figures(made.items)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--rules", nargs="+", default=RULES, choices=RULES)
    parser.add_argument("--loads", nargs="+", type=float, default=LOADS)
    parser.add_argument("--nice", type=int, default=5)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    tasks = [
        (load, seed, tuple(asked.rules)) for seed in range(asked.seeds) for load in asked.loads
    ]
    found: dict[tuple[str, float, int], dict[str, float]] = {}
    with Pool(asked.processes, initializer=os.nice, initargs=(asked.nice,)) as pool:
        for number, each in enumerate(pool.imap_unordered(run, tasks, chunksize=1), start=1):
            found |= each
            print(f"{number} of {len(tasks)} worlds", file=sys.stderr)
    report = {
        str(load): {
            rule: _mean([found[rule, load, seed] for seed in range(asked.seeds)])
            for rule in asked.rules
        }
        for load in asked.loads
    }
    if asked.json:
        print(json.dumps(report))
        return
    for load, rules in report.items():
        for rule, measured in rules.items():
            print(
                f"{load:>5} {rule:12}",
                *(f"{name} {value:9.4f}" for name, value in measured.items()),
            )


def _mean(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(sum(each[name] for each in runs) / len(runs), 4) for name in runs[0]}


if __name__ == "__main__":
    main()
