"""The tables of who follows which idea, and which challenge."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated


class Follow(Dated, Base):
    """A person follows an idea since `created_at`. The key allows one row for both."""

    __tablename__ = "follow"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class CampaignFollow(Dated, Base):
    """A person follows a campaign since `created_at`. The key allows one row for both."""

    __tablename__ = "campaign_follow"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
