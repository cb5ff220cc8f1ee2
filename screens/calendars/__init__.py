"""Calendars: hours, holidays, and days that are different."""

from screens.calendars.views import bp

__all__ = ["bp"]
