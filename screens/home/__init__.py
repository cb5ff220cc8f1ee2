"""The way in: each person's first page is what their role does all day; and their preferences."""

from screens.home.views import bp

__all__ = ["bp"]
