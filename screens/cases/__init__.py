"""Cases: search them, and see where one stands and how it came there."""

from screens.cases.views import bp

__all__ = ["bp"]
