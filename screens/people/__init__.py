"""Who works here: people with their roles and groups, for an administrator."""

from screens.people.views import bp

__all__ = ["bp"]
