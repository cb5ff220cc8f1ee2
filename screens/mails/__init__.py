"""The mails that the demo caught instead of sending them on."""

from screens.mails.views import bp

__all__ = ["bp"]
