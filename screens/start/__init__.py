"""Starting a case by hand."""

from screens.start.views import bp

__all__ = ["bp"]
