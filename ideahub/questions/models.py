"""The tables of questions, answers, templates of answers, and announcements."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    exists,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class QuestionCategory(StrEnum):
    """What a question is about, in the order in which pages show them."""

    PARTICIPATION = "participation"
    ENTRIES = "entries"
    DATES = "dates"
    JUDGING = "judging"
    PRIZES = "prizes"
    RULES = "rules"
    OTHER = "other"


# What a search finds an answer by; the functions are in "Search in every language".
SEARCHED = "search_vector(question, '{}'::text[], answer)"


class FaqEntry(Numbered, Dated, Base):
    """A question as everyone reads it, whoever asked it and how often, with its answer.

    Without `answered_at` it was published, and is not answered yet. What it says now stands here as
    well as in its newest FaqVersion.
    """

    __tablename__ = "faq_entry"
    __table_args__ = (
        Index("ix_faq_entry_campaign_id", "campaign_id", "category", "id"),
        Index("ix_faq_entry_searched", "searched", postgresql_using="gin"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    category: Mapped[QuestionCategory] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, server_default="")
    answer_html: Mapped[str] = mapped_column(Text, server_default="")
    # Of the first answer; who gave it, and each later one, is in the versions.
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("0"))
    searched: Mapped[str] = mapped_column(
        TSVECTOR, Computed(SEARCHED, persisted=True), deferred=True
    )


class FaqVersion(Numbered, Dated, Base):
    """What an entry said from `created_at` on: question and answer. Rows are never changed.

    `letter` are the words that stood before the answer in the mail to those who asked.
    """

    __tablename__ = "faq_version"
    __table_args__ = (Index("ix_faq_version_entry_id", "entry_id", "version", unique=True),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entry.id", ondelete="CASCADE"))
    version: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answer_html: Mapped[str] = mapped_column(Text)
    letter: Mapped[str] = mapped_column(Text, server_default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FaqWithdrawal(Numbered, Dated, Base):
    """From `created_at` on an entry is not shown by itself: it was hidden, for the reason `why`, or
    merged into the entry `into_id`. `ended_at` is when it was shown again; rows are kept.

    `questions` are those that went over to the other entry.
    """

    __tablename__ = "faq_withdrawal"
    __table_args__ = (
        Index("ix_faq_withdrawal_entry_id", "entry_id"),
        Index("ix_faq_withdrawal_into_id", "into_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("faq_entry.id", ondelete="CASCADE"))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("faq_entry.id", ondelete="CASCADE"))
    why: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    questions: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default=text("'{}'::bigint[]")
    )
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


STANDS = FaqWithdrawal.ended_at.is_(None)
WITHDRAWN = and_(FaqWithdrawal.entry_id == FaqEntry.id, STANDS)
# The predicate of what everyone reads.
LISTED = ~exists().where(WITHDRAWN).correlate(FaqEntry)
# An entry is withdrawn only once at a time.
Index("uq_faq_withdrawal_standing", FaqWithdrawal.entry_id, unique=True, postgresql_where=STANDS)


class AskedQuestion(Numbered, Dated, Base):
    """A question in the words of the person who asked it; others never see these.

    It is open until it belongs to an entry, or was set aside with a reason.
    """

    __tablename__ = "asked_question"
    __table_args__ = (
        Index("ix_asked_question_campaign_id", "campaign_id", "id"),
        Index("ix_asked_question_entry_id", "entry_id"),
        Index("ix_asked_question_person_id", "person_id", "campaign_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    category: Mapped[QuestionCategory] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("faq_entry.id", ondelete="SET NULL"))
    joined_at: Mapped[datetime | None]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_aside_at: Mapped[datetime | None]
    set_aside_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_aside_why: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")

    @hybrid_property
    def is_open(self) -> bool:
        """Whether it waits for a manager."""
        return self.entry_id is None and self.set_aside_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return and_(cls.entry_id.is_(None), cls.set_aside_at.is_(None))


class TemplateUse(StrEnum):
    """What a template of answers is for."""

    QUESTIONS = "questions"
    IDEAS = "ideas"


class AnswerTemplate(Numbered, Dated, Base):
    """A text that an organisation's managers begin answers with, and the words for the letter. With
    `campaign_id` it is for that campaign only, and goes into its copies."""

    __tablename__ = "answer_template"
    __table_args__ = (
        Index("ix_answer_template_organisation_id", "organisation_id"),
        Index("ix_answer_template_campaign_id", "campaign_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    used_for: Mapped[TemplateUse] = mapped_column(String(20), server_default=TemplateUse.QUESTIONS)
    name: Mapped[str] = mapped_column(String(lengths.TEMPLATE_NAME))
    answer: Mapped[str] = mapped_column(Text)
    letter: Mapped[str] = mapped_column(Text, server_default="")
    # What an answer to an idea begins with beside the text, where the template says so.
    verdict: Mapped[str] = mapped_column(String(20), server_default="")
    reason: Mapped[str] = mapped_column(String(20), server_default="")
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Announcement(Numbered, Dated, Base):
    """News of a challenge, written by a manager for everyone who may see it. What was taken back is
    kept, with the reason, for those who manage it."""

    __tablename__ = "announcement"
    __table_args__ = (Index("ix_announcement_campaign_id", "campaign_id", "id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    # Who is told of it: see AnnouncementGroup. The release before told followers.
    groups: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{followers}'::text[]")
    )
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_why: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")


class EarlierAnnouncement(Numbered, Dated, Base):
    """What an announcement said until `created_at`, when it was corrected. Rows are never
    changed."""

    __tablename__ = "earlier_announcement"
    __table_args__ = (Index("ix_earlier_announcement_announcement_id", "announcement_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    text: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
