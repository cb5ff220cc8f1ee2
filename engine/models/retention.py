"""How long the history of a process is kept."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model


class RetentionPolicy(Model):
    """Days that ended cases of one process are kept; counts before what the settings say."""

    __tablename__ = "retention_policy"

    #: Key of the process.
    key: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
