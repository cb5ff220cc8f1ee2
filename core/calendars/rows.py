"""The rows of calendars: working hours, holidays, and days that are different."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.ids import new_id
from core.model import Model, json_column

#: The calendar that is there before anybody has made one.
OFFICE = "office"


class BusinessCalendar(Model):
    """When a team, a site or one person works.

    What is None is taken from the calendar it is based on, and so are that calendar's days.
    """

    __tablename__ = "business_calendar"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    #: What models and queues call it; never changes.
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="")
    #: Name of another calendar.
    based_on: Mapped[str | None]
    #: Whose own hours and absences these are.
    person: Mapped[str | None] = mapped_column(unique=True)
    zone: Mapped[str | None]
    #: Seven lists of shifts `["08:00", "17:00"]`, from Monday on.
    week: Mapped[list[list[list[str]]] | None] = json_column()
    #: ISO 3166 code; "" for no holidays at all.
    country: Mapped[str | None]
    subdivision: Mapped[str | None]
    #: Goes up with each change of it or of what it is based on.
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]

    days: Mapped[list["CalendarDay"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="CalendarDay.first"
    )


class CalendarDay(Model):
    """Days with other hours than usual: none on closures and absences."""

    __tablename__ = "calendar_day"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    calendar_id: Mapped[UUID] = mapped_column(
        ForeignKey("business_calendar.id", ondelete="CASCADE"), index=True
    )
    first: Mapped[date]
    last: Mapped[date]
    shifts: Mapped[list[list[str]]] = json_column()
    reason: Mapped[str] = mapped_column(default="")
