"""The floor: the live board of team leaders, and the lists behind its numbers."""

from screens.floor.views import bp

__all__ = ["bp"]
