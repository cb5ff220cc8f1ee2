"""What an SLA clock says, as finished values: words first, colour beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from work.models.sla import BREACHED, CASE, STAGE, TASK
from work.prediction import LIKELY
from work.sla import words
from work.sla.finding import Reading

#: The words of a filter, the most urgent first.
FILTERS: dict[str, LazyString] = {
    "": _l("Any service level"),
    "breached": _l("Breached"),
    "at_risk": _l("At risk"),
    "likely_late": _l("Likely to be late"),
    "paused": _l("Paused"),
    "on_track": _l("On track"),
}
LEVELS = {CASE: _l("Whole case"), STAGE: _l("Stage"), TASK: _l("Task")}
WORDS = {
    "on_track": _l("On track"),
    "at_risk": _l("At risk"),
    "breached": _l("Breached"),
    "paused": _l("Paused"),
    "met": _l("Kept in time"),
    "missed": _l("Missed"),
    "cancelled": _l("Called off"),
}
ICONS = {
    "on_track": "clock",
    "at_risk": "clock-exclamation",
    "breached": "alarm",
    "paused": "player-pause",
    "met": "circle-check",
    "missed": "alarm",
    "cancelled": "circle-x",
}


@dataclass(frozen=True)
class ClockView:
    """One clock as a person reads it."""

    name: str
    level: str
    #: Names its look: "on_track", "at_risk", "breached", "paused", "met" …
    goes: str
    state: str
    icon: str
    #: How much working time is left, or was.
    left: str
    due_at: datetime | None
    #: What was promised, in the words of its calendar.
    promise: str
    #: What past cases say; empty where they say nothing.
    prediction: str
    predicted_at: datetime | None
    is_likely_late: bool
    problem: str
    is_open: bool

    @property
    def is_urgent(self) -> bool:
        """Whether somebody in a hurry must see it, also on a phone."""
        return self.is_likely_late or self.goes in ("breached", "at_risk", "paused")


def clock_views(readings: Iterable[Reading]) -> list[ClockView]:
    """The clocks of one page."""
    return [clock_view(each) for each in readings]


def clock_view(reading: Reading) -> ClockView:
    """One clock."""
    clock = reading.clock
    return ClockView(
        name=clock.name,
        level=str(LEVELS[clock.level]),
        goes=reading.word,
        state=str(WORDS[reading.word]),
        icon=ICONS[reading.word],
        left=_left(reading),
        due_at=clock.due_at if clock.is_open else None,
        promise=_promise(reading),
        prediction=_prediction(reading),
        predicted_at=clock.predicted_at,
        is_likely_late=reading.is_likely_late,
        problem=clock.problem or "",
        is_open=clock.is_open,
    )


def working_time(seconds: int) -> str:
    """Business time in words, to the minute: "1 h 30 min", "14 h"."""
    return words.working_time(seconds, _)


def _left(reading: Reading) -> str:
    if not reading.clock.is_open:
        return str(_("took %(time)s of working time", time=working_time(reading.shown_seconds)))
    seconds = reading.left_seconds
    # At the moment of a breach nothing is left, and it is late all the same.
    return words.left(min(seconds, -1) if reading.word == BREACHED else seconds, _)


def _promise(reading: Reading) -> str:
    clock = reading.clock
    time = working_time(clock.target_seconds)
    return str(_("%(time)s, calendar %(calendar)s", time=time, calendar=clock.calendar))


def _prediction(reading: Reading) -> str:
    """What was expected when it was last looked at, as in `work.prediction.sentence`."""
    late = reading.clock.late_probability
    if late is None or not reading.clock.is_open or reading.left_seconds < 0:
        return ""
    tenths = min(9, max(1, round(late * 10)))
    if late >= LIKELY:
        said = _("Likely to be late: of ten cases like this about %(number)s were.", number=tenths)
    else:
        number = 10 - tenths
        said = _("Likely in time: of ten cases like this about %(number)s were.", number=number)
    return str(said)
