"""Comments and files of cases, at the case and at its tasks."""

from screens.notes.views import bp

__all__ = ["bp"]
