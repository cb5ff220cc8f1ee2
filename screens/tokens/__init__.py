"""The API tokens of programs, for an administrator."""

from screens.tokens.views import bp

__all__ = ["bp"]
