"""Sign in, sign out, and one's own account."""

from screens.signin.views import bp

__all__ = ["bp"]
