"""The tables of how an owed answer changes hands, and of who opened it."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, ForeignKey, Index, String, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class Handover(Numbered, Dated, Base):
    """A leader asks another to take over an owed answer; until they accept, it stays with the
    first."""

    __tablename__ = "handover"

    owed_id: Mapped[int] = mapped_column(
        ForeignKey("owed_response.id", ondelete="CASCADE"), index=True
    )
    from_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_why: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    # It was answered, or handed to somebody else, before this was accepted.
    lapsed_at: Mapped[datetime | None]

    @hybrid_property
    def is_open(self) -> bool:
        """Whether it waits for the one who was asked."""
        return not (self.accepted_at or self.declined_at or self.lapsed_at)

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        ends = cls.accepted_at, cls.declined_at, cls.lapsed_at
        return and_(*(end.is_(None) for end in ends))


Index(
    "uq_handover_open",
    Handover.owed_id,
    Handover.from_id,
    unique=True,
    postgresql_where=Handover.is_open,
)


class StandIn(Numbered, Dated, Base):
    """Who answers for a leader from a day until another, both included, by the clocks of
    `timezone`."""

    __tablename__ = "stand_in"

    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    ended_at: Mapped[datetime | None]


class ResponseOpening(Dated, Base):
    """That somebody who can give an owed answer opened the page on which they write it."""

    __tablename__ = "response_opening"

    owed_id: Mapped[int] = mapped_column(
        ForeignKey("owed_response.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
