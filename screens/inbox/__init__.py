"""My work: the tasks a person has, may take, or may see."""

from screens.inbox.views import bp

__all__ = ["bp"]
