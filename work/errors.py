"""What can keep somebody from getting or keeping work."""

from core.errors import Conflict, Forbidden, Invalid, NotFound


class HandsFull(Conflict):
    """You have {count} tasks in hand already. Complete or release one before you get the next."""


class QueueFull(Conflict):
    """Your team has as much of this work in hand as it may. Something must be completed first."""


class PullOnly(Conflict):
    """Work of this queue is given out in order: use Get next."""


class KeptForOther(Conflict):
    """The task is kept for {person} at the moment."""


class WorkerNotFound(NotFound):
    """Nobody here is called {name}."""


class QueueInvalid(Invalid):
    """The queue cannot be like that: {reason}."""


class SkillInvalid(Invalid):
    """A skill has a name of 1 to 80 characters and a level from 1 to 9."""


class SiteInvalid(Invalid):
    """A site is one name of up to {limit} characters, without a comma."""


class DoneElsewhere(Forbidden):
    """This task is done at the site {sites}, and you work at {site}."""


class SiteNotDeclared(Forbidden):
    """This task is done at the site {sites}, and nobody has said where you work."""
