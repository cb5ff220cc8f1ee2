"""What came to the supplier in the weeks before the demo begins: the same every time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.company import ZONE
from demo.customers import complaint, moving, sign_up

SEED = 2_026
#: How many days the supplier has been at work, unless the demo is told otherwise.
DAYS = 31
MAX_DAYS = 120
#: Cases on a working day and on a day of the weekend, by process.
USUALLY = {
    "customer_onboarding": (5, 2),
    "complaint_handling": (5, 2),
    "moving_out": (3, 1),
}
#: How many come in each hour of the day, in parts of those in the busiest one.
BY_HOUR = (0, 0, 0, 0, 0, 0, 1, 4, 9, 10, 10, 8, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1, 0)


@dataclass(frozen=True)
class PastCase:
    """One case that came in the past."""

    key: str
    business_key: str
    at: datetime
    variables: dict[str, Any]
    #: What it draws its luck from.
    seed: int


def cases(now: datetime, days: int) -> Iterator[PastCase]:
    """The cases of so many days up to `now`: the newest day first, each from morning on.

    So whoever looks while the past is being told sees the present first, and every day whole.
    """
    today = now.astimezone(ZoneInfo(ZONE)).date()
    for back in range(days + 1):
        for case in _of_day(today - timedelta(days=back), back, days):
            if case.at < now:
                yield case


def _of_day(day: date, back: int, days: int) -> list[PastCase]:
    chance = random.Random(SEED + back)  # noqa: S311 - a demo
    found = []
    for place, (key, (usual, at_weekend)) in enumerate(USUALLY.items()):
        mean = at_weekend if day.weekday() > 4 else usual
        for index in range(max(1, mean + chance.choice((-1, 0, 0, 1)))):
            number = (days - back) * 10 + index
            found.append(_case(key, number, day, chance, SEED + back * 1_000 + place * 100 + index))
    return sorted(found, key=lambda case: case.at)


def _case(key: str, number: int, day: date, chance: random.Random, seed: int) -> PastCase:
    hour = chance.choices(range(24), BY_HOUR)[0]
    local = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(ZONE))
    at = local + timedelta(seconds=chance.randrange(3_600))
    if key == "customer_onboarding":
        # The live ones of the demo are numbered on from there.
        variables = sign_up(number - 5_000, day)
        return PastCase(key, variables["caseNumber"], at, variables, seed)
    if key == "complaint_handling":
        return PastCase(key, f"CO-{4_000 + number}", at, complaint(number), seed)
    return PastCase(key, f"MO-{2_000 + number}", at, moving(number, day), seed)
