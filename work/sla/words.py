"""Business time in words, on pages and in mails."""

from core.languages import Gettext


def working_time(seconds: int, gettext: Gettext) -> str:
    """Business time to the minute: "1 h 30 min", "14 h"."""
    minutes = max(1, round(abs(seconds) / 60)) if seconds else 0
    hours, rest = divmod(minutes, 60)
    if hours and rest and hours < 10:
        return gettext("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)
    if hours:
        return gettext("%(hours)s h", hours=hours)
    return gettext("%(minutes)s min", minutes=rest)


def left(seconds: int, gettext: Gettext) -> str:
    """Business time that is left; below zero: by which it is late."""
    time = working_time(seconds, gettext)
    if seconds < 0:
        return gettext("late by %(time)s of working time", time=time)
    return gettext("%(time)s of working time left", time=time)
