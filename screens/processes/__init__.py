"""What is deployed: processes, their versions, and deploying files."""

from screens.processes.views import bp

__all__ = ["bp"]
