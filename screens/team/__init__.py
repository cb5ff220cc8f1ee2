"""The team: skills, absences, lending, cover, what is offered, and bots."""

from screens.team import bots, days, desk
from screens.team.views import bp

bp.register_blueprint(bots.bp)
bp.register_blueprint(days.bp)
bp.register_blueprint(desk.bp)

__all__ = ["bp"]
