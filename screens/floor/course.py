"""The course of a day as a small drawing: running totals of today beside the usual ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from work.floor.plan import SLOT_SECONDS, Line

WIDTH, HEIGHT = 180, 52
#: Hours that are always shown, from and to.
SHOWN = (6, 20)
_A_DAY = 24


@dataclass(frozen=True)
class Course:
    """Paths in a box of WIDTH by HEIGHT."""

    label: str
    today: str
    usual: str
    #: Where it is now.
    now: float
    #: Hours below the box, with their places.
    hours: tuple[tuple[int, float], ...]
    #: The highest total of both.
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def course(label: str, line: Line, part: float) -> Course:
    """Draw one line of the plan; `part` is how far the day is, from 0 to 1."""
    a_slot = SLOT_SECONDS / 3600
    begin = min(
        [SHOWN[0], *_first_hour(line.course, a_slot), *_first_hour(line.usual_course, a_slot)]
    )
    end = max(SHOWN[1], min(_A_DAY, part * _A_DAY), _last_hour(line.usual_course, a_slot))
    top = max([1.0, *line.course, *line.usual_course])

    def x(hour: float) -> float:
        return round(WIDTH * (min(max(hour, begin), end) - begin) / (end - begin), 1)

    def y(total: float) -> float:
        return round(HEIGHT - 2 - (HEIGHT - 6) * total / top, 1)

    def path(totals: Sequence[float], until: float) -> str:
        points = [(begin, 0.0)]
        points += [
            (min((place + 1) * a_slot, until), total)
            for place, total in enumerate(totals)
            if place * a_slot <= until and (place + 1) * a_slot > begin
        ]
        return "M" + " L".join(f"{x(hour):g} {y(total):g}" for hour, total in points)

    now = part * _A_DAY
    marks = range(-(-int(begin) // 3) * 3, int(end) + 1, 3)
    words = _("%(label)s today: %(number)s so far", label=label, number=line.so_far)
    return Course(
        label=str(words),
        today=path(line.course, now),
        usual=path(line.usual_course, end) if line.usual_course else "",
        now=x(now),
        hours=tuple((hour, x(hour)) for hour in marks),
        top=round(top),
    )


def _first_hour(totals: Sequence[float], a_slot: float) -> list[int]:
    place = next((place for place, total in enumerate(totals) if total), None)
    return [] if place is None else [int(place * a_slot)]


def _last_hour(totals: Sequence[float], a_slot: float) -> float:
    """When the last of a day usually comes."""
    if not totals:
        return 0
    place = next(place for place, total in enumerate(totals) if total >= totals[-1])
    return min(_A_DAY, (place + 1) * a_slot)
