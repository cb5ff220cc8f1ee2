"""Queues of work and the classes within them.

A queue is the work that is offered to one group; `EVERYBODY` is the one of tasks for all. A class
is what rules cannot tell apart: the same step, tier, skills and groups. Its items are ordered by
due date, so the order of a whole queue is known from the heads of its classes.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.calendars import OFFICE
from core.ids import new_id
from core.model import Model, json_column
from work.priorities import GUARD_SECONDS, HANDLE_SECONDS, LOOK_AHEAD_SECONDS

#: The queue of tasks that are offered to every associate.
EVERYBODY = ""
#: What an item without a due date may take: two days of eight hours.
TARGET_SECONDS = 2 * 8 * 3600
IN_HAND_LIMIT = 20
OFFER_SECONDS = 120


class WorkQueue(Model):
    """How the work of one group is ordered and given out; without a row these defaults hold."""

    __tablename__ = "work_queue"

    group_name: Mapped[str] = mapped_column(primary_key=True)
    #: "open": people choose from the list or get next; "pull": associates get next only; "push":
    #: items are offered to who is here and free.
    mode: Mapped[str] = mapped_column(default="open")
    calendar: Mapped[str] = mapped_column(default=OFFICE)
    target_seconds: Mapped[int] = mapped_column(default=TARGET_SECONDS)
    look_ahead_seconds: Mapped[int] = mapped_column(default=LOOK_AHEAD_SECONDS)
    #: Tasks of it that one person may have in hand when they ask for the next one.
    in_hand_limit: Mapped[int] = mapped_column(default=IN_HAND_LIMIT)
    #: Tasks of it that all people together may have in hand. None: no limit.
    shared_limit: Mapped[int | None]
    #: Where work is offered, how long one offer waits for its answer, in seconds.
    offer_seconds: Mapped[int] = mapped_column(default=OFFER_SECONDS)
    #: Key of the decision that gives classes their weight, target, look-ahead, time,
    #: skills and sites.
    rules: Mapped[str | None]
    #: Why the rules do not hold at the moment.
    rules_problem: Mapped[str | None]
    #: Late work comes last, until it has waited for `guard_seconds` of business time.
    recovery: Mapped[bool] = mapped_column(default=False)
    #: What is late by so much business time comes first, whatever else waits.
    guard_seconds: Mapped[int] = mapped_column(default=GUARD_SECONDS)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class WorkClass(Model):
    """Items that differ in nothing but their due date, with what the queue's rules say of them."""

    __tablename__ = "work_class"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: Hash of what makes it: see work/sorting.py.
    signature: Mapped[str] = mapped_column(unique=True)
    #: Name of the queue: its first group.
    queue: Mapped[str] = mapped_column(index=True)
    is_for_all: Mapped[bool]
    key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    category: Mapped[str | None]
    affinity: Mapped[str | None]
    #: What team leaders said of its tasks: "low", "high", "urgent" or nothing.
    priority: Mapped[str | None]
    #: Skills, sites and weight as the model gives them.
    model_skills: Mapped[list[str]] = json_column()
    model_sites: Mapped[list[str] | None] = json_column()
    model_weight: Mapped[float | None]
    #: What holds: the rules' word, else the model's, else the default.
    skills: Mapped[list[str]] = json_column()
    sites: Mapped[list[str] | None] = json_column()
    weight: Mapped[float] = mapped_column(default=1.0)
    target_seconds: Mapped[int] = mapped_column(default=TARGET_SECONDS)
    look_ahead_seconds: Mapped[int] = mapped_column(default=LOOK_AHEAD_SECONDS)
    handle_seconds: Mapped[int] = mapped_column(default=HANDLE_SECONDS)
    #: Whether a rule gave the handling time; otherwise it is learned from what was done.
    is_handle_ruled: Mapped[bool] = mapped_column(default=False)
    #: When a rule had its say last.
    ruled_at: Mapped[datetime | None]


class WorkClassGroup(Model):
    """A group that the items of a class are offered to."""

    __tablename__ = "work_class_group"

    group_name: Mapped[str] = mapped_column(primary_key=True)
    class_id: Mapped[UUID] = mapped_column(
        ForeignKey("work_class.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Stamp(Model):
    """One row that is another one after each change of queues and classes: see catalogue.py."""

    __tablename__ = "work_stamp"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[UUID]
