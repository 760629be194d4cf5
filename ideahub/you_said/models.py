"""The tables of summaries of outcomes: drafts, published versions, and what was added since."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.events import Kind


class OutcomeSummary(Numbered, Dated, Base):
    """“You said, we did” of a campaign, or of a quarter of an organisation, as its managers write
    it. Everyone sees its versions.

    `sentences` are what it says by itself, as of `figures_at`; see sentences.py. Sentences are
    stored as what they tell and not as text, so that everyone reads them in their language.
    """

    __tablename__ = "outcome_summary"
    __table_args__ = (
        UniqueConstraint("organisation_id", "starts_on"),
        CheckConstraint("num_nonnulls(campaign_id, organisation_id) = 1", name="of_one"),
        CheckConstraint(
            "num_nonnulls(organisation_id, starts_on) IN (0, 2)", name="quarter_of_organisation"
        ),
    )

    campaign_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), unique=True
    )
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # The first day of the quarter, which begins at midnight of `timezone`.
    starts_on: Mapped[date | None] = mapped_column(Date)
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    prepared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    figures_at: Mapped[datetime] = mapped_column(server_default=func.now())
    introduction: Mapped[str] = mapped_column(Text, server_default="")
    # Own words for a section, as Markdown, by the section's key.
    words: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    section_order: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    # Counts up with each change, so that two editors do not overwrite each other.
    saved: Mapped[int] = mapped_column(server_default=text("0"))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The number of the version that is shown; 0 before the first.
    version: Mapped[int] = mapped_column(server_default=text("0"))
    # Events of earlier transactions have been read for what to add.
    read_to: Mapped[int | None] = mapped_column(BigInteger)


class SummaryVersion(Numbered, Dated, Base):
    """A summary as it was published, when and by whom. Rows are never changed."""

    __tablename__ = "outcome_summary_version"
    __table_args__ = (UniqueConstraint("summary_id", "number"),)

    summary_id: Mapped[int] = mapped_column(ForeignKey("outcome_summary.id", ondelete="CASCADE"))
    number: Mapped[int]
    published_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Whether it was published before the campaign had closed, or before the quarter was over.
    so_far: Mapped[bool]
    introduction_html: Mapped[str] = mapped_column(Text, server_default="")
    words_html: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    section_order: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    # Without those that were left out.
    sentences: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    figures_at: Mapped[datetime]
    # The value of the summary's `saved` that was published.
    saved: Mapped[int]
    # The ideas that are named in it: what becomes of them later is added.
    idea_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class SummaryOmission(Numbered, Dated, Base):
    """A sentence that a manager left out, and why. It stays on record when it is put back."""

    __tablename__ = "outcome_summary_omission"

    summary_id: Mapped[int] = mapped_column(ForeignKey("outcome_summary.id", ondelete="CASCADE"))
    # Says which sentence it is, also after its figures were counted again; see sentences.py.
    sentence: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    omitted_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    put_back_at: Mapped[datetime | None]
    put_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index("ix_outcome_summary_omission_summary_id", SummaryOmission.summary_id)
Index(
    "uq_outcome_summary_omission_standing",
    SummaryOmission.summary_id,
    SummaryOmission.sentence,
    unique=True,
    postgresql_where=SummaryOmission.put_back_at.is_(None),
)


class SummaryAddition(Numbered, Dated, Base):
    """What became of it after the publication: an event that the clock has added. The key allows
    one row for both."""

    __tablename__ = "outcome_summary_addition"
    __table_args__ = (
        UniqueConstraint("summary_id", "event_id"),
        Index("ix_outcome_summary_addition_happened_at", "summary_id", "happened_at"),
    )

    summary_id: Mapped[int] = mapped_column(ForeignKey("outcome_summary.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[Kind] = mapped_column(String(40))
    happened_at: Mapped[datetime]
    sentence: Mapped[dict[str, Any]] = mapped_column(JSONB)
