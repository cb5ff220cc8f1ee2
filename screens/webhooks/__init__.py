"""The webhooks of the installation, for an operator."""

from screens.webhooks.views import bp

__all__ = ["bp"]
