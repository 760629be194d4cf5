"""The tables of score runs, deliberation, results, appeals, awards and answers to entrants."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class DecisionKind(StrEnum):
    """What a panel decides about an entry when it meets."""

    CONFIRM = "confirm"
    THIRD_READING = "third_reading"
    ADVANCE = "advance"
    NOT_ADVANCE = "not_advance"
    AWARD = "award"
    OTHER = "other"


class ScoreRun(Numbered, Dated, Base):
    """One computation of ranks from scorecards. Rows are never changed: a correction makes a new
    run. `inputs` and `output` are canonical JSON, byte by byte as they were hashed."""

    __tablename__ = "score_run"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    number: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB)
    inputs: Mapped[str] = mapped_column(Text, deferred=True)
    inputs_hash: Mapped[str] = mapped_column(String(64))
    output: Mapped[str] = mapped_column(Text, deferred=True)
    output_hash: Mapped[str] = mapped_column(String(64))
    run_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Why it was run again; empty for the first.
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class RunPlace(Base):
    """The place of an entry in a score run; `value` is the panel's total, exact to its digits."""

    __tablename__ = "run_place"
    __table_args__ = (Index("ix_run_place_run_id_rank", "run_id", "rank", "entry_id"),)

    run_id: Mapped[int] = mapped_column(
        ForeignKey("score_run.id", ondelete="CASCADE"), primary_key=True
    )
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True, index=True)
    # None where no scorecard was counted.
    rank: Mapped[int | None]
    value: Mapped[Decimal | None] = mapped_column(Numeric(20, 10))
    is_shared: Mapped[bool] = mapped_column(server_default=text("false"))


class PanelResult(Numbered, Dated, Base):
    """A result that was published: preliminary, open to appeal until `appeals_until`, then final.
    One that a later run has replaced stays in the record."""

    __tablename__ = "panel_result"
    __table_args__ = (Index("ix_panel_result_run_id", "run_id"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id"))
    published_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The text on how it was scored that is published with it.
    note: Mapped[str] = mapped_column(Text, server_default="")
    note_html: Mapped[str] = mapped_column(Text, server_default="")
    appeals_until: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    # From when on entrants see their reasons; None: not yet.
    answers_from: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    final_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced_at: Mapped[datetime | None]


# Of two managers who publish at once, one is refused.
Index(
    "ix_panel_result_now",
    PanelResult.panel_id,
    unique=True,
    postgresql_where=PanelResult.replaced_at.is_(None),
)


class Appeal(Numbered, Dated, Base):
    """An entrant's appeal against a preliminary result, decided by somebody who did not score."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("result_id", "entry_id"),
        Index("ix_appeal_entry_id", "entry_id"),
    )

    result_id: Mapped[int] = mapped_column(ForeignKey("panel_result.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    text_html: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    is_upheld: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class ScoreCorrection(Numbered, Dated, Base):
    """A score that somebody else than its judge corrected; the original stays in its scorecard."""

    __tablename__ = "score_correction"
    __table_args__ = (Index("ix_score_correction_scorecard_id", "scorecard_id", "criterion_id"),)

    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecard.id"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("panel_criterion.id"))
    old_value: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    new_value: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)


class DeliberationItem(Numbered, Dated, Base):
    """An entry that a panel talks about when it meets."""

    __tablename__ = "deliberation_item"
    __table_args__ = (UniqueConstraint("panel_id", "entry_id"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    raised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class DeliberationNote(Numbered, Dated, Base):
    """What somebody said in the panel's meeting."""

    __tablename__ = "deliberation_note"
    __table_args__ = (Index("ix_deliberation_note_item_id", "item_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("deliberation_item.id"))
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    text_html: Mapped[str] = mapped_column(Text)


class DeliberationDecision(Numbered, Dated, Base):
    """What the panel decided about an entry, with the reason. The last one of a kind counts."""

    __tablename__ = "deliberation_decision"
    __table_args__ = (Index("ix_deliberation_decision_item_id", "item_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("deliberation_item.id"))
    kind: Mapped[DecisionKind] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class DecisionSignature(Dated, Base):
    """A member of the panel has signed off a decision and its reason."""

    __tablename__ = "decision_signature"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("deliberation_decision.id"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Advancement(Numbered, Dated, Base):
    """An entry is invited into a later phase. That it advances is not that it won: see Award."""

    __tablename__ = "advancement"
    __table_args__ = (
        UniqueConstraint("entry_id", "to_phase_id"),
        Index("ix_advancement_result_id", "result_id"),
    )

    result_id: Mapped[int] = mapped_column(ForeignKey("panel_result.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    to_phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"), index=True)
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declined_at: Mapped[datetime | None]
    # The entry in the later phase, made when the invitation was accepted.
    next_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)


class Award(Numbered, Dated, Base):
    """A prize that an entry won. `prize_id` is the prize; what was won is kept as it was then."""

    __tablename__ = "award"
    __table_args__ = (
        Index("ix_award_campaign_id", "campaign_id"),
        Index("ix_award_entry_id", "entry_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("panel_result.id"), index=True)
    prize_id: Mapped[int | None] = mapped_column(ForeignKey("prize.id"), index=True)
    title: Mapped[str] = mapped_column(String(lengths.CAMPAIGN_TITLE))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str] = mapped_column(String(3), server_default="")
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Once every check is passed, it is confirmed and shown to everyone.
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revocation_reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class AwardCheck(Numbered, Base):
    """What has to be verified before an award is confirmed."""

    __tablename__ = "award_check"
    __table_args__ = (Index("ix_award_check_award_id", "award_id", "position"),)

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id", ondelete="CASCADE"))
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(lengths.FIELD_HELP))
    passed: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]


class AwardPayment(Numbered, Base):
    """A part of an award that is paid, at a milestone or at once."""

    __tablename__ = "award_payment"
    __table_args__ = (Index("ix_award_payment_award_id", "award_id", "position"),)

    award_id: Mapped[int] = mapped_column(ForeignKey("award.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(lengths.CAMPAIGN_TITLE), server_default="")
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    due_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None]


class EntrantAnswer(Numbered, Dated, Base):
    """The reasons that an entrant gets: the judges' comments as a manager signed them off, the
    computed distance to a better place, and words of the manager."""

    __tablename__ = "entrant_answer"
    __table_args__ = (
        UniqueConstraint("result_id", "entry_id"),
        Index("ix_entrant_answer_entry_id", "entry_id"),
    )

    result_id: Mapped[int] = mapped_column(ForeignKey("panel_result.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    words: Mapped[str] = mapped_column(Text, server_default="")
    words_html: Mapped[str] = mapped_column(Text, server_default="")
    # By criterion: a list of {"criterion", "comments": [...]}.
    comments: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb")
    )
    # What it would have taken, as results/distance.py computes it.
    distance: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class LetterBatch(Numbered, Dated, Base):
    """One letter to many entrants: the template, and to which of them it goes (`recipients`)."""

    __tablename__ = "letter_batch"
    __table_args__ = (Index("ix_letter_batch_result_id", "result_id"),)

    result_id: Mapped[int] = mapped_column(ForeignKey("panel_result.id"))
    recipients: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(lengths.LETTER_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))


class EntrantLetter(Numbered, Base):
    """The letter of a batch to one entry, as it goes to each of its people. It is sent once a
    manager has seen it (`sent_by`, `sent_at`), or left out (`left_out_at`)."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("batch_id", "entry_id"),
        Index("ix_letter_entry_id", "entry_id"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("letter_batch.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    subject: Mapped[str] = mapped_column(String(lengths.LETTER_SUBJECT))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_out_at: Mapped[datetime | None]
