"""The tables of pledges, of what authors say about them, and of reminders."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    and_,
    func,
    or_,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class PledgeKind(StrEnum):
    """What a sponsor gives."""

    MANDATE = "mandate"
    HOURS = "hours"
    MONEY = "money"
    ACCESS = "access"


class PledgeState(StrEnum):
    """The state of a pledge, which follows from its dates."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    KEPT = "kept"
    PART_KEPT = "part kept"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


def state_of(pledge: Any) -> PledgeState:
    """The state of a pledge, by the dates of its steps; `pledge` is a Pledge or a row with its
    columns."""
    steps = (
        (pledge.withdrawn_at, PledgeState.WITHDRAWN),
        (pledge.declined_at, PledgeState.DECLINED),
        (pledge.kept_at and pledge.part_why, PledgeState.PART_KEPT),
        (pledge.kept_at, PledgeState.KEPT),
        (pledge.lapsed_at, PledgeState.LAPSED),
        (pledge.accepted_at, PledgeState.ACCEPTED),
    )
    return next((state for taken, state in steps if taken), PledgeState.OFFERED)


# Both are ends that a sponsor comes to by giving something.
GIVEN_STATES = frozenset({PledgeState.KEPT, PledgeState.PART_KEPT})


class MarkKind(StrEnum):
    """What authors say about a pledge; of each two, the later one holds."""

    CONDITIONS_MET = "conditions met"
    CONDITIONS_UNMET = "conditions unmet"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class ReminderKind(StrEnum):
    """When a sponsor is reminded of a promise: some days before its last day, or on it."""

    AHEAD = "ahead"
    LAST_DAY = "last day"


class Pledge(Numbered, Base):
    """A sponsor's pledge, with when and by whom each step was taken."""

    __tablename__ = "pledge"
    __table_args__ = (
        Index("ix_pledge_idea_id", "idea_id"),
        Index("ix_pledge_sponsor_id", "sponsor_id"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[PledgeKind] = mapped_column(String(20))
    # Staff hours, or an amount in `currency`; nothing for a mandate or access.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), server_default="")
    promise: Mapped[str] = mapped_column(String(500))
    conditions: Mapped[str] = mapped_column(Text, server_default="")
    # The last day on which it can be accepted and kept.
    expires_on: Mapped[date] = mapped_column(Date)
    offered_at: Mapped[datetime] = mapped_column(server_default=func.now())
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declined_reason: Mapped[str] = mapped_column(String(1000), server_default="")
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_note: Mapped[str] = mapped_column(String(1000), server_default="")
    # Hours or money that were given, in `currency`; the evidence, beside the note; and why it was
    # not all of it: with a reason here, it was kept in part.
    given_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    evidence_url: Mapped[str] = mapped_column(String(500), server_default="")
    part_why: Mapped[str] = mapped_column(String(1000), server_default="")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), server_default="")
    lapsed_at: Mapped[datetime | None]

    @property
    def state(self) -> PledgeState:
        """The pledge's state."""
        return state_of(self)

    @hybrid_property
    def is_open(self) -> bool:
        """Whether it is offered or accepted, and not kept, declined, withdrawn or lapsed."""
        return not (self.kept_at or self.declined_at or self.withdrawn_at or self.lapsed_at)

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        ends = cls.kept_at, cls.declined_at, cls.withdrawn_at, cls.lapsed_at
        return and_(*(end.is_(None) for end in ends))

    @hybrid_property
    def is_counted(self) -> bool:
        """Whether statistics count it: accepted and not withdrawn; a lapsed one, too."""
        return self.accepted_at is not None and self.withdrawn_at is None

    @is_counted.inplace.expression
    @classmethod
    def _is_counted(cls) -> ColumnElement[bool]:
        return and_(cls.accepted_at.is_not(None), cls.withdrawn_at.is_(None))

    @hybrid_property
    def is_standing(self) -> bool:
        """Whether it makes the leader a sponsor: accepted, and kept (also late) or still due."""
        return self.is_counted and (self.kept_at is not None or self.lapsed_at is None)

    @is_standing.inplace.expression
    @classmethod
    def _is_standing(cls) -> ColumnElement[bool]:
        return and_(cls.is_counted, or_(cls.kept_at.is_not(None), cls.lapsed_at.is_(None)))

    @hybrid_property
    def is_unanswered(self) -> bool:
        """Whether it is an offer that waits for the authors' answer."""
        return self.is_open and self.accepted_at is None

    @is_unanswered.inplace.expression
    @classmethod
    def _is_unanswered(cls) -> ColumnElement[bool]:
        return and_(cls.is_open, cls.accepted_at.is_(None))


# For the clock, which looks for these every second.
Index("ix_pledge_open_expires_on", Pledge.expires_on, postgresql_where=Pledge.is_open)


class PledgeMark(Numbered, Dated, Base):
    """What an author said about a pledge: by whom and when. Rows are never changed."""

    __tablename__ = "pledge_mark"
    __table_args__ = (Index("ix_pledge_mark_pledge_id", "pledge_id", "id"),)

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MarkKind] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(1000), server_default="")


class PledgeReminder(Dated, Base):
    """A sponsor was reminded of a promise, once for each kind."""

    __tablename__ = "pledge_reminder"

    pledge_id: Mapped[int] = mapped_column(
        ForeignKey("pledge.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    kind: Mapped[ReminderKind] = mapped_column(String(20), primary_key=True)
