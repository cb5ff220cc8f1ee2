"""Business time, added and checked: `python benchmarks/calendars.py --json`.

Additions a second on UTC seconds (processor time), and mismatches against counting every minute of
five years: an office with holidays, nights through both changes of the clock, and hours that begin
and end within the change itself. The baseline is the same walk day by day with `datetime`.
"""

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parent.parent))

from core.calendars import Calendar, Opening, Shift
from tests.core.calendars.minutes import Minutes, start_of

DAY = (Shift.of("08:30", "12:00"), Shift.of("12:45", "17:15"))
NIGHT = (Shift.of("22:00", "06:00"),)
EDGE = (Shift.of("01:15", "02:30"), Shift.of("02:40", "03:20"))
CALENDARS = {
    "office": Opening("Europe/Berlin", (*(DAY,) * 5, (), ()), "DE", "BY"),
    "nights": Opening("Europe/Berlin", (NIGHT,) * 7),
    "edges": Opening("America/New_York", (EDGE,) * 7, "US"),
    "half_hour": Opening("Australia/Lord_Howe", (*(NIGHT,) * 5, (), EDGE)),
}
QUESTIONS = 2_000


def main() -> None:
    figures = {"add_per_second": round(adds()), "baseline_per_second": round(walks())}
    figures["times_better"] = round(figures["add_per_second"] / figures["baseline_per_second"])
    built = time.process_time()
    Calendar("office", CALENDARS["office"]).table(start_of(2025), 2)
    figures["build_five_years_ms"] = round((time.process_time() - built) * 1_000, 1)
    checked = {name: mismatches(opening) for name, opening in CALENDARS.items()}
    report: dict[str, Any] = {**figures, "mismatches": checked, "minutes_checked": 5 * 4 * 525_960}
    if "--json" in sys.argv:
        print(json.dumps(report))
    else:
        for name, value in report.items():
            print(f"{name:22} {value}")


def adds() -> float:
    """Additions a second, the best of seven rounds."""
    table = Calendar("office", CALENDARS["office"]).table(start_of(2025))
    chance = random.Random(1)
    first = int(start_of(2024).timestamp())
    asked = [
        (first + chance.randrange(63_000_000), chance.randrange(400_000)) for _ in range(40_000)
    ]
    rates = []
    for _ in range(7):
        add = table.add
        begin = time.process_time()
        for at, seconds in asked:
            add(at, seconds)
        rates.append(len(asked) / (time.process_time() - begin))
    return max(rates)


def walks() -> float:
    """The same question answered day by day, without holidays: what one would write at first."""
    chance = random.Random(1)
    zone = ZoneInfo("Europe/Berlin")
    asked = [
        (
            start_of(2024) + timedelta(seconds=chance.randrange(63_000_000)),
            chance.randrange(400_000),
        )
        for _ in range(1_000)
    ]
    begin = time.process_time()
    for at, seconds in asked:
        day, left = at.astimezone(zone), seconds
        while left > 0:
            for shift in DAY if day.weekday() < 5 else ():
                start = day.replace(hour=0, minute=0, second=0) + timedelta(minutes=shift.start)
                stop = day.replace(hour=0, minute=0, second=0) + timedelta(minutes=shift.stop)
                opened = max(start.astimezone(UTC), at)
                left -= max(0, int((stop.astimezone(UTC) - opened).total_seconds()))
            day += timedelta(days=1)
    return len(asked) / (time.process_time() - begin)


def mismatches(opening: Opening) -> int:
    """Wrong minutes of five years, and wrong answers to random questions."""
    minutes = Minutes(opening, start_of(2023), start_of(2028))
    calendar = Calendar("checked", opening)
    table = calendar.table(start_of(2025))
    first = int(minutes.first.timestamp())
    wrong = sum(
        table.is_open(first + index * 60) != bool(is_open)
        for index, is_open in enumerate(minutes.open)
    )
    chance = random.Random(7)
    for _ in range(QUESTIONS):
        at = start_of(2024) + timedelta(minutes=chance.randrange(1_440 * 365 * 3))
        work = chance.randrange(1, 4_000)
        later: datetime = at + timedelta(minutes=chance.randrange(60_000))
        wrong += calendar.add_seconds(at, work * 60) != minutes.add(at, work)
        wrong += calendar.add_seconds(at, -work * 60) != minutes.subtract(at, work)
        wrong += calendar.between(at, later) != minutes.between(at, later) * 60
    return wrong


if __name__ == "__main__":
    main()
