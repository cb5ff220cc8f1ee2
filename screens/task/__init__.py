"""One task: its form, the case around it, and what can be done with it."""

from screens.task.views import bp

__all__ = ["bp"]
