"""The tables of a challenge's terms: rules, prizes, who may enter, partners and documents."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class RulesVersion(Numbered, Base):
    """The rules of a campaign, as they were published once. Rows are never changed."""

    __tablename__ = "rules_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    # 1 for the first, then counted up.
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    # Whoever accepted an earlier version is asked again.
    material: Mapped[bool] = mapped_column(server_default=sql("false"))
    # What was changed, in words; empty for the first.
    note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RulesDraft(Base):
    """The rules of a campaign as its managers write them; it becomes the next version."""

    __tablename__ = "rules_draft"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str] = mapped_column(Text, server_default="")
    html: Mapped[str] = mapped_column(Text, server_default="")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RulesAcceptance(Numbered, Base):
    """A person has accepted a version of the rules. Rows are never changed."""

    __tablename__ = "rules_acceptance"
    __table_args__ = (
        UniqueConstraint("rules_version_id", "person_id"),
        Index("ix_rules_acceptance_person_id", "person_id"),
    )

    rules_version_id: Mapped[int] = mapped_column(
        ForeignKey("rules_version.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Prize(Numbered, Base):
    """A prize of a campaign: for a rank or in a category; money, something else, or both."""

    __tablename__ = "prize"
    __table_args__ = (
        UniqueConstraint("campaign_id", "position"),
        CheckConstraint("amount is null or amount > 0", name="amount_is_positive"),
        CheckConstraint("(amount is null) = (currency is null)", name="amount_has_currency"),
        CheckConstraint("winners > 0", name="has_winners"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(lengths.PRIZE_TITLE), server_default="")
    # 1 for the first prize; null where it is not for a rank.
    rank: Mapped[int | None]
    category: Mapped[str] = mapped_column(String(lengths.PRIZE_TITLE), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    # What each winner gets, and its currency by ISO 4217.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    non_money: Mapped[str] = mapped_column(String(lengths.PRIZE), server_default="")
    winners: Mapped[int] = mapped_column(server_default=sql("1"))
    paid_on: Mapped[date | None]
    paid_note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")


class PrizeMilestone(Numbered, Base):
    """A part of a prize's amount that is paid when something is reached."""

    __tablename__ = "prize_milestone"
    __table_args__ = (UniqueConstraint("prize_id", "position"),)

    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(lengths.PRIZE_TITLE), server_default="")
    # In the currency of the prize.
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    due_on: Mapped[date | None]
    due_note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")


class EligibilityQuestion(Numbered, Base):
    """A yes/no question to whoever enters a campaign."""

    __tablename__ = "eligibility_question"
    __table_args__ = (UniqueConstraint("campaign_id", "position"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(lengths.QUESTION), server_default="")
    help: Mapped[str] = mapped_column(String(lengths.WHY), server_default="")
    # The answer with which one may enter: true for yes.
    required_answer: Mapped[bool] = mapped_column(server_default=sql("true"))
    # Whether another answer keeps one from entering, or is only shown to the organiser.
    blocking: Mapped[bool] = mapped_column(server_default=sql("true"))


class CampaignPartner(Numbered, Base):
    """Who runs a campaign together with the organisation that asks."""

    __tablename__ = "campaign_partner"
    __table_args__ = (
        UniqueConstraint("campaign_id", "position"),
        Index("ix_campaign_partner_organisation_id", "organisation_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    # An organisation of this site; else the name says who it is.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(lengths.PARTNER_NAME), server_default="")
    url: Mapped[str] = mapped_column(String(lengths.LINK), server_default="")
    role: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")


class CampaignDocument(Numbered, Dated, Base):
    """A document of a campaign with its bytes; of a removed one only what it was is kept."""

    __tablename__ = "campaign_document"
    __table_args__ = (
        UniqueConstraint("stored_as"),
        Index("ix_campaign_document_campaign_id", "campaign_id"),
        CheckConstraint(
            "num_nonnulls(content, stored_as) = case when removed_at is null then 1 else 0 end",
            name="kept_once",
        ),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    # Stands in its address instead of its number, so that nobody can guess other addresses.
    token: Mapped[str] = mapped_column(String(43), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    # The SHA-256 hash of the file as it was sent: the same file twice is one document.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    stored_as: Mapped[str | None] = mapped_column(ForeignKey("stored_file.name"))
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


# A file is a campaign's document once, until it is removed.
Index(
    "ix_campaign_document_digest",
    CampaignDocument.campaign_id,
    CampaignDocument.digest,
    unique=True,
    postgresql_where=CampaignDocument.removed_at.is_(None),
)
