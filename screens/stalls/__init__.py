"""Cases that wait longer than expected."""

from screens.stalls.views import bp

__all__ = ["bp"]
