"""The table of visits to the home page."""

from datetime import datetime

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base


class HomeVisit(Base):
    """A person's visit to the home page, the only or the last one.

    `seen_at` is when they opened the page last, `since` the same for the visit before: what
    happened after it is new to them. None on the first visit.
    """

    __tablename__ = "home_visit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    since: Mapped[datetime | None]
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
