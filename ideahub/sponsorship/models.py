"""What leaders promise to an idea, and what became of the promise."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Numbered


class PledgeKind(StrEnum):
    """What a sponsor gives."""

    MANDATE = "mandate"
    HOURS = "hours"
    MONEY = "money"
    ACCESS = "access"


class PledgeState(StrEnum):
    """Where a pledge stands, derived from its dates."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    KEPT = "kept"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


OPEN = "kept_at is null and declined_at is null and withdrawn_at is null and lapsed_at is null"


class Pledge(Numbered, Base):
    """A sponsor's promise. Each step that was taken says when and by whom."""

    __tablename__ = "pledge"
    __table_args__ = (
        Index("ix_pledge_idea_id", "idea_id"),
        Index("ix_pledge_sponsor_id", "sponsor_id"),
        # What the clock looks for every second.
        Index("ix_pledge_open_expires_on", "expires_on", postgresql_where=text(OPEN)),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[PledgeKind] = mapped_column(String(20))
    # Staff hours, or an amount in `currency`; nothing for a mandate or access.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), server_default="")
    promise: Mapped[str] = mapped_column(String(500))
    conditions: Mapped[str] = mapped_column(Text, server_default="")
    # The last day on which it holds.
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
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(1000), server_default="")
    lapsed_at: Mapped[datetime | None]

    @property
    def state(self) -> PledgeState:
        """Where it stands; the last step that was taken says so."""
        steps = (
            (self.withdrawn_at, PledgeState.WITHDRAWN),
            (self.declined_at, PledgeState.DECLINED),
            (self.kept_at, PledgeState.KEPT),
            (self.lapsed_at, PledgeState.LAPSED),
            (self.accepted_at, PledgeState.ACCEPTED),
        )
        return next((state for taken, state in steps if taken), PledgeState.OFFERED)


def is_standing() -> ColumnElement[bool]:
    """The condition that a pledge makes its giver a sponsor: accepted, and kept or still due."""
    return and_(
        Pledge.accepted_at.is_not(None),
        Pledge.withdrawn_at.is_(None),
        Pledge.lapsed_at.is_(None),
    )
