"""What the desk knows of somebody who works: skills, and how much they take on."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model, json_column


class Worker(Model):
    """A person, or a program with a token, by name. Skills are declared, never measured."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(primary_key=True)
    #: Levels by skill, 1 and up; a language is a skill.
    skills: Mapped[dict[str, int]] = json_column(default=dict)
    #: Where they work; a calendar of that name holds for them unless they have their own.
    site: Mapped[str | None]
    #: Tasks they may have in hand; None: what the queue says.
    in_hand_limit: Mapped[int | None]
    #: A program that fails a larger share than this of its last tasks gets no more of them. None:
    #: nobody counts.
    error_limit: Mapped[float | None]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
