"""The tables of how a campaign became public and left the public again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class ReviewDecision(StrEnum):
    """What an admin answers to whoever wants to publish."""

    APPROVED = "approved"
    EDITS_ASKED = "edits asked"


class PlanOutcome(StrEnum):
    """What became of a planned publication."""

    PUBLISHED = "published"
    MOVED = "moved"
    CANCELLED = "cancelled"
    PREVENTED = "prevented"


class PublicationStep(StrEnum):
    """What changed who sees a campaign, or whether it takes anything."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"


class CampaignReview(Numbered, Dated, Base):
    """A manager's request to publish, and an admin's answer. A row never changes after the answer.

    `fingerprint` is that of what was approved. `by_only_admin` says that whoever asked answered
    as well, because there was no other admin.
    """

    __tablename__ = "campaign_review"
    __table_args__ = (Index("ix_campaign_review_campaign_id", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[ReviewDecision | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, server_default="")
    fingerprint: Mapped[str] = mapped_column(String(40), server_default="")
    by_only_admin: Mapped[bool] = mapped_column(server_default=text("false"))
    # What the admin looked at, so that the next look can tell what was changed since.
    looked_at: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


# Only one request at a time waits for its answer.
Index(
    "uq_campaign_review_waiting",
    CampaignReview.campaign_id,
    unique=True,
    postgresql_where=CampaignReview.decided_at.is_(None),
)


class PlannedPublication(Numbered, Dated, Base):
    """When the clock is to publish a draft: as its manager typed it, and as the moment it means.

    `ended_by` is None where the clock ended it; `reason` says what prevented it.
    """

    __tablename__ = "planned_publication"
    __table_args__ = (Index("ix_planned_publication_campaign_id", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    planned_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    local_time: Mapped[datetime] = mapped_column(DateTime(timezone=False))
    timezone: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[PlanOutcome | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, server_default="")


Index(
    "uq_planned_publication_standing",
    PlannedPublication.campaign_id,
    unique=True,
    postgresql_where=PlannedPublication.ended_at.is_(None),
)
# Every second the clock looks for those that are due.
Index(
    "ix_planned_publication_at_standing",
    PlannedPublication.at,
    postgresql_where=PlannedPublication.ended_at.is_(None),
)


class PublicationRecord(Numbered, Dated, Base):
    """A publication, its withdrawal, or the archiving of a campaign. Rows are never changed."""

    __tablename__ = "publication_record"
    __table_args__ = (Index("ix_publication_record_campaign_id", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    step: Mapped[PublicationStep] = mapped_column(String(20))
    # None where the clock did it.
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, server_default="")
