"""The tables of moderation: cases, reports, decisions, appeals, and what is taken out of texts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class TextKind(StrEnum):
    """What moderators look at: all kinds of texts that people can report, and changes of ideas,
    which only wait for them."""

    IDEA = "idea"
    CHANGE = "change"
    CONTRIBUTION = "contribution"
    QUESTION = "question"
    ANNOUNCEMENT = "announcement"
    PLEDGE = "pledge"
    RESPONSE = "response"
    # That what would change an answer has come true.
    CONDITION = "condition"
    LESSON = "lesson"
    EXPERIMENT = "experiment"
    ATTACHMENT = "attachment"
    ENTRY = "entry"
    PERSON = "person"


class Measure(StrEnum):
    """What a moderator decides about a text or its author."""

    NONE = "none"
    RELEASE = "release"
    HIDE = "hide"
    RETURN = "return"
    EDIT = "edit"
    MASK = "mask"
    WARN = "warn"
    SUSPEND = "suspend"
    UNDO = "undo"


class LooksFirst(StrEnum):
    """Which new texts wait for a moderator before others see them."""

    OFF = "off"
    FIRST = "first"
    ALL = "all"


class ModerationCase(Numbered, Dated, Base):
    """A text that waits, or waited, for a moderator: reported, held, or noticed when changed.

    Of one text at most one case is open; what is reported after a decision opens a new one.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        Index("ix_moderation_case_text", "text_kind", "text_id"),
        Index("ix_moderation_case_author_id", "author_id"),
        Index("ix_moderation_case_campaign_id", "campaign_id"),
    )

    text_kind: Mapped[TextKind] = mapped_column(String(20))
    text_id: Mapped[int]
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    # Whose moderators decide; None: those of the whole site.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Since when its text is held, so that only its author and moderators see it.
    held_at: Mapped[datetime | None]
    # Since when its author can mend a text that was given back.
    returned_at: Mapped[datetime | None]
    # What was noticed in it, each with its points and their sum; see scoring.py.
    signals: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    score: Mapped[int] = mapped_column(server_default=text("0"))
    # Of the words of its text, to find those with the same ones; see same_texts.py.
    fingerprint: Mapped[str] = mapped_column(String(64), server_default="", index=True)
    # By what was reported it comes before others.
    is_urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    # Who looks at it now, and until when that is said to others.
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.closed_at is None


IS_OPEN = ModerationCase.closed_at.is_(None)
Index(
    "ix_moderation_case_open_text",
    ModerationCase.text_kind,
    ModerationCase.text_id,
    unique=True,
    postgresql_where=IS_OPEN,
)
Index("ix_moderation_case_open", ModerationCase.created_at, postgresql_where=IS_OPEN)


class TextReport(Numbered, Dated, Base):
    """Somebody's report of a text. A person, or a browser without one, counts once in a case."""

    __tablename__ = "text_report"
    __table_args__ = (
        UniqueConstraint("case_id", "reporter_id"),
        UniqueConstraint("case_id", "browser"),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id", ondelete="CASCADE"))
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    # A hash of what is known of a stranger: their network and browser.
    browser: Mapped[str | None] = mapped_column(String(64))
    # The rule of conduct that it breaks, and what that was called then.
    rule: Mapped[str] = mapped_column(String(40))
    rule_name: Mapped[str] = mapped_column(String(lengths.FIELD_LABEL))
    words: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class ModerationDecision(Numbered, Dated, Base):
    """What was decided, by which rule and why. Never changed: to undo one is another decision."""

    __tablename__ = "moderation_decision"

    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"), index=True)
    measure: Mapped[Measure] = mapped_column(String(20))
    # The rule of conduct, as it read then.
    rule: Mapped[str] = mapped_column(String(40), server_default="")
    rule_name: Mapped[str] = mapped_column(String(lengths.FIELD_LABEL), server_default="")
    rule_text: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    words: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    # The text that it is about, as it read then; empty where personal data were taken out of it.
    text: Mapped[str] = mapped_column(Text, server_default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_decision.id"), index=True)


class ModerationAppeal(Numbered, Dated, Base):
    """An author's appeal against a decision, and what came of it."""

    __tablename__ = "moderation_appeal"
    __table_args__ = (UniqueConstraint("decision_id"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Whether the appeal was right.
    is_upheld: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


Index(
    "ix_moderation_appeal_open",
    ModerationAppeal.created_at,
    postgresql_where=ModerationAppeal.decided_at.is_(None),
)


class Suspension(Numbered, Dated, Base):
    """Until when a person may not write or vote, by which decision: in a campaign, in all campaigns
    of an organisation and below it, or with neither on the whole site."""

    __tablename__ = "suspension"
    __table_args__ = (UniqueConstraint("decision_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("moderation_decision.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    until: Mapped[datetime]
    # When it was ended before that, or when its end was told.
    ended_at: Mapped[datetime | None]


Index("ix_suspension_runs", Suspension.until, postgresql_where=Suspension.ended_at.is_(None))


class HeldChange(Numbered, Dated, Base):
    """A change of an idea that waits for a moderator, while everyone reads the text before it.
    `columns` are the idea's as they would be; one that was refused and won its appeal is published.
    """

    __tablename__ = "held_change"

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    # The revision that its author saw.
    from_revision: Mapped[int]
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    # The build that it works into the text.
    adopts_id: Mapped[int | None] = mapped_column(
        ForeignKey("contribution.id", ondelete="SET NULL"), index=True
    )
    published_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]


CHANGE_WAITS = HeldChange.published_at.is_(None) & HeldChange.refused_at.is_(None)
Index(
    "uq_held_change_waiting",
    HeldChange.idea_id,
    HeldChange.author_id,
    unique=True,
    postgresql_where=CHANGE_WAITS,
)


class Redaction(Numbered, Dated, Base):
    """What was taken out of a text, in all its revisions; the original, sealed, for appeals.

    `parts` says of what kind each part was, without its content.
    """

    __tablename__ = "redaction"
    __table_args__ = (Index("ix_redaction_text", "text_kind", "text_id"),)

    text_kind: Mapped[TextKind] = mapped_column(String(20))
    text_id: Mapped[int]
    # None: its author masked it.
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("moderation_decision.id"), index=True
    )
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    parts: Mapped[list[str]] = mapped_column(JSONB)
    # All its words, so that it is hidden though it stands among others.
    is_whole: Mapped[bool] = mapped_column(server_default=text("false"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    # When the original is forgotten; None: it is kept.
    sealed_until: Mapped[datetime | None]
    restored_at: Mapped[datetime | None]


Index(
    "ix_redaction_sealed_until",
    Redaction.sealed_until,
    postgresql_where=Redaction.sealed.is_not(None),
)


class ConductVersion(Numbered, Dated, Base):
    """A version of the rules of conduct of a campaign, an organisation or, with neither, the
    site."""

    __tablename__ = "conduct_version"
    __table_args__ = (
        Index("ix_conduct_version_campaign_id", "campaign_id", "id"),
        Index("ix_conduct_version_organisation_id", "organisation_id", "id"),
    )

    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    rules: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class WordListVersion(Numbered, Dated, Base):
    """A version of the list of words, in one language, for which a new text is held; of a campaign,
    or with none of the site."""

    __tablename__ = "word_list_version"
    __table_args__ = (Index("ix_word_list_version_campaign_id", "campaign_id", "language", "id"),)

    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    language: Mapped[str] = mapped_column(String(20))
    # One in a line.
    words: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class LooksFirstSetting(Dated, Base):
    """Which new texts of a campaign wait for a moderator, and who chose that."""

    __tablename__ = "looks_first_setting"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id"), primary_key=True, autoincrement=False
    )
    looks_first: Mapped[LooksFirst] = mapped_column(String(20))
    changed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class TextFingerprint(Numbered, Dated, Base):
    """That somebody sent these words, so that the same ones of others are noticed."""

    __tablename__ = "text_fingerprint"

    fingerprint: Mapped[str] = mapped_column(String(64), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
