"""The groups that work is offered to, for an administrator."""

from screens.groups.views import bp

__all__ = ["bp"]
