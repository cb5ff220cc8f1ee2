"""What was deployed: immutable versions of processes, decisions and forms, and who may look."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.ids import new_id
from core.model import Model, json_column
from core.people import Actor, Role

#: Roles that start every process they know of.
_STARTERS = (Role.ANALYST, Role.TEAM_LEADER, Role.INTEGRATOR, Role.OPERATOR)

#: A group in `work:mayStart` that everybody belongs to, signed in or not.
PUBLIC = "public"


class Deployment(Model):
    """Files that were deployed together. Never changed."""

    __tablename__ = "deployment"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    #: The problems named at deployment: `{element, rule, severity, message, file}` each.
    problems: Mapped[list[dict[str, Any]]] = json_column()


class Definition(Model):
    """One version of a process, decision or form. Never changed."""

    __tablename__ = "definition"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        Index("ix_definition_deployment_id", "deployment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: "process", "decision" or "form".
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    #: Name of the file it was read from.
    file: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: SHA-256 over the content and over everything bound with `deployment`.
    content_hash: Mapped[str]
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    #: "runs" or "drawing".
    verdict: Mapped[str]
    #: Its references, `"form:address@deployment"` → definition id; "" where the latest is meant.
    bindings: Mapped[dict[str, str]] = json_column()
    #: Groups whose associates may start it.
    may_start: Mapped[list[str]] = json_column()
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    deployment: Mapped[Deployment] = relationship()

    def allows(self, actor: Actor, verb: str) -> bool:
        """Whether the process itself lets `actor` do `verb`: associates start what it names."""
        if verb != "instance.start" or actor.has(*_STARTERS):
            return True
        return PUBLIC in self.may_start or not actor.groups.isdisjoint(self.may_start)


class ProcessGrant(Model):
    """A person or token that owns a process, or that it is shared with."""

    __tablename__ = "process_grant"
    __table_args__ = (Index("ix_process_grant_actor", "actor", "key"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[str]


class ProcessViewer(Model):
    """A group whose members see all cases of a process, as its newest version says."""

    __tablename__ = "process_viewer"
    __table_args__ = (Index("ix_process_viewer_group_name", "group_name", "key"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    group_name: Mapped[str] = mapped_column(primary_key=True)
