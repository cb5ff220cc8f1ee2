"""Queues: what waits in each, and how it is given out."""

from screens.queues.views import bp

__all__ = ["bp"]
