"""Failures that wait for a person, grouped by cause."""

from screens.incidents.views import bp

__all__ = ["bp"]
