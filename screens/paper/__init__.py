"""Forms as they are printed."""

from screens.paper.views import bp

__all__ = ["bp"]
