"""Forms for people who do not sign in: by a link of their own, or open to everybody."""

from screens.guest.views import bp

__all__ = ["bp"]
