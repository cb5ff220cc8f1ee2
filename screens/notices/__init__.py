"""What a person was told: their notifications."""

from screens.notices.views import bp

__all__ = ["bp"]
