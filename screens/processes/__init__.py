"""What is deployed: processes, their versions, their heat maps, and deploying files."""

from screens.processes import heat_views
from screens.processes.views import bp

__all__ = ["bp", "heat_views"]
