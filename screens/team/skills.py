"""Skills and limits as they are typed on the pages of people and bots."""

from flask_babel import gettext as _

from core.errors import Invalid
from work import skills
from work.models import Worker


def skills_of(text: str) -> dict[str, int]:
    """Lines such as `gas: 2`; without a level it is 1."""
    lines = text.replace(",", "\n").splitlines()
    return dict(skills.parse(line) for line in lines if line.strip())


def written(worker: Worker | None) -> str:
    """The same lines."""
    declared = worker.skills if worker else {}
    return "\n".join(f"{name}: {level}" for name, level in declared.items())


def limit_of(text: str) -> int | None:
    """A whole number of tasks; None for nothing. Raises Invalid."""
    text = text.strip()
    if text and not text.isdecimal():
        raise Invalid(_("Write a whole number of tasks, or nothing."))
    return int(text) if text else None
