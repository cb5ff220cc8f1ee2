"""The team: skills, absences, lending, cover, and what is offered."""

from screens.team import days, desk
from screens.team.views import bp

bp.register_blueprint(days.bp)
bp.register_blueprint(desk.bp)

__all__ = ["bp"]
