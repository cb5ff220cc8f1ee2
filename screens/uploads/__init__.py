"""Files that are chosen in forms."""

from screens.uploads.views import bp

__all__ = ["bp"]
