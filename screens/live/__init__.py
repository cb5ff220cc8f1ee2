"""The stream that open desks listen to."""

from screens.live.views import bp

__all__ = ["bp"]
