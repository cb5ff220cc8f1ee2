"""The palette of Ctrl K: pages, processes to start, cases by business key."""

from screens.palette.views import bp

__all__ = ["bp"]
