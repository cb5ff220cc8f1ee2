"""How teams share work: who is here, what is offered to whom, who stands in for whom.

offer: open ──accept──▶ accepted
         ├──reject──▶ rejected, ──time──▶ expired, ──task gone──▶ withdrawn
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.model import Json, Model, json_column
from engine.models.partial import partial_index


class Presence(Model):
    """Somebody whose desk is open, or was."""

    __tablename__ = "presence"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    #: Since when they take nothing, by their own word or because an offer found no answer, and why.
    away_since: Mapped[datetime | None]
    away_reason: Mapped[str | None]
    #: When they were offered something last: who waited longest comes first.
    offered_at: Mapped[datetime | None]


class Offer(Model):
    """One item offered to one person for a while."""

    __tablename__ = "offer"
    __table_args__ = (
        partial_index("uq_offer_task_id", "task_id", where="state = 'open'", unique=True),
        partial_index("uq_offer_person", "person", where="state = 'open'", unique=True),
        Index("ix_offer_task_person", "task_id", "person"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    class_id: Mapped[UUID]
    person: Mapped[str]
    made_at: Mapped[datetime]
    until: Mapped[datetime]
    #: Cost of leaving it waiting, why it is offered as values, and as a sentence.
    cost: Mapped[float]
    reason: Mapped[Json] = json_column()
    sentence: Mapped[str]
    #: "open", "accepted", "rejected", "expired" or "withdrawn".
    state: Mapped[str] = mapped_column(default="open")
    answered_at: Mapped[datetime | None]
    #: Why it was rejected, or passed on.
    answer: Mapped[str | None]


class Lending(Model):
    """A person who works in another team for a while."""

    __tablename__ = "lending"
    __table_args__ = (partial_index("ix_lending_open", "until", where="ended_at IS NULL"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person: Mapped[str] = mapped_column(index=True)
    group_name: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    why: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    #: When they became a member of the group by it.
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class Cover(Model):
    """Somebody who does the work of a person that is away."""

    __tablename__ = "cover"
    __table_args__ = (partial_index("ix_cover_open", "until", where="ended_at IS NULL"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person: Mapped[str] = mapped_column(index=True)
    cover: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class Handing(Model):
    """A task passed from one to another, with what was said of it. Never changed."""

    __tablename__ = "handing"
    __table_args__ = (
        Index("ix_handing_task_id", "task_id", "id"),
        Index("ix_handing_giver", "giver", "kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("user_task.id"))
    #: "delegated", "handed_back", "covered", "reassigned" or "given_up".
    kind: Mapped[str]
    giver: Mapped[str]
    #: None: back to the queue.
    taker: Mapped[str | None]
    at: Mapped[datetime]
    by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    #: What a bot found out before it gave up.
    findings: Mapped[Json | None] = json_column()


class TeamAct(Model):
    """What a team leader did, and why. Never changed."""

    __tablename__ = "team_act"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime]
    by: Mapped[str]
    #: "pin", "unpin", "reassign", "prioritise", "lend", "lending.end", "cover", "cover.end" or
    #: "absence".
    act: Mapped[str]
    #: The person or group it concerned.
    concerning: Mapped[str | None]
    #: How many tasks.
    tasks: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(default="")
