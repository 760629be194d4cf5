"""The tables of panels, their criteria and judges, conflicts, assignments and scorecards."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class Scale(StrEnum):
    """How a criterion is scored: by points, by a labelled rating, or yes or no."""

    POINTS = "points"
    RATING = "rating"
    YES_NO = "yes_no"


class Commenting(StrEnum):
    """Whether judges comment on a criterion."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class ConflictCategory(StrEnum):
    """Why a judge cannot score an entry without bias, or does not want to."""

    FAMILY = "family"
    FRIENDSHIP = "friendship"
    EMPLOYER = "employer"
    COLLABORATION = "collaboration"
    FINANCIAL = "financial"
    RIVALRY = "rivalry"
    HELPED = "helped"
    OTHER = "other"


class Panel(Numbered, Dated, Base):
    """Judges who score the entries of one phase (`entries_phase_id`) while another (`phase_id`)
    accepts scoring. A challenge may have several, also for one phase."""

    __tablename__ = "panel"
    __table_args__ = (
        Index("ix_panel_campaign_id", "campaign_id"),
        Index("ix_panel_phase_id", "phase_id"),
        Index("ix_panel_entries_phase_id", "entries_phase_id"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    entries_phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    name: Mapped[str] = mapped_column(String(lengths.PANEL_NAME))
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # What judges accept before they begin: Markdown, and the HTML rendered from it.
    terms: Mapped[str] = mapped_column(Text, server_default="")
    terms_html: Mapped[str] = mapped_column(Text, server_default="")
    # Judges see no names, organisations or file names.
    blind: Mapped[bool] = mapped_column(server_default=text("true"))
    # None: every judge scores every entry.
    judges_per_entry: Mapped[int | None]
    # Whether judges may see what the others gave once their own scorecards are all final.
    shares_scores: Mapped[bool] = mapped_column(server_default=text("false"))
    # Whether they see them by the judges' names then, or as those of judge 1, judge 2, ….
    names_judges: Mapped[bool] = mapped_column(server_default=text("false"))
    # How totals become ranks, as results/scoring_rule.py reads it; declared before scoring.
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    # Scorecards whose totals differ by more than this, in points of 100, get a third reading.
    divergence_bound: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    # Criteria and rule are fixed from the first assignment on.
    fixed_at: Mapped[datetime | None]
    # Scoring is over: no scorecard changes any more.
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class PanelCriterion(Numbered, Base):
    """What judges score, with its weight in per cent; those of a panel sum to 100."""

    __tablename__ = "panel_criterion"
    __table_args__ = (Index("ix_panel_criterion_panel_id", "panel_id", "position"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(lengths.CRITERION_NAME))
    description: Mapped[str] = mapped_column(String(lengths.CRITERION_TEXT), server_default="")
    weight: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    scale: Mapped[Scale] = mapped_column(String(20), server_default=Scale.POINTS)
    least: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("0"))
    most: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("10"))
    step: Mapped[Decimal] = mapped_column(Numeric(10, 2), server_default=text("1"))
    # Of a labelled rating, from the lowest on; its values are `least`, `least + step`, ….
    labels: Mapped[list[str]] = mapped_column(
        ARRAY(String(lengths.FIELD_CHOICE)), server_default=text("'{}'")
    )
    comment_for_entrant: Mapped[Commenting] = mapped_column(
        String(20), server_default=Commenting.OPTIONAL
    )
    comment_internal: Mapped[Commenting] = mapped_column(
        String(20), server_default=Commenting.OPTIONAL
    )


class PanelJudge(Numbered, Dated, Base):
    """A judge of a panel, from the invitation on. `label` is the pseudonym in what is published:
    judge 1, judge 2, …"""

    __tablename__ = "panel_judge"
    __table_args__ = (
        UniqueConstraint("panel_id", "label"),
        UniqueConstraint("panel_id", "address"),
        UniqueConstraint("secret_hash"),
        Index("ix_panel_judge_person_id", "person_id"),
    )

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    label: Mapped[int]
    address: Mapped[str] = mapped_column(String(lengths.ADDRESS))
    # Set once the invitation is accepted.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    # SHA-256 of the terms that were accepted, in hexadecimal.
    terms_hash: Mapped[str] = mapped_column(String(64), server_default="")
    # When they had declared for every entrant whether there is a conflict.
    declared_at: Mapped[datetime | None]
    # The people behind entries for whom they were asked then; who enters later is asked about anew.
    declared_for: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'"))
    # They looked at the panel's scores: from then on their own scorecards stay as they are.
    scores_opened_at: Mapped[datetime | None]
    expertise: Mapped[list[str]] = mapped_column(ARRAY(String(80)), server_default=text("'{}'"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removal_reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    reminded_at: Mapped[datetime | None]


class ConflictDeclaration(Numbered, Dated, Base):
    """A judge's declaration of a conflict of interest with somebody who entered; it holds for all
    entries that this person is behind, also for later ones."""

    __tablename__ = "conflict_declaration"
    __table_args__ = (
        UniqueConstraint("judge_id", "person_id"),
        Index("ix_conflict_declaration_person_id", "person_id"),
    )

    judge_id: Mapped[int] = mapped_column(ForeignKey("panel_judge.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    category: Mapped[ConflictCategory] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class AssignmentRun(Numbered, Dated, Base):
    """One calculation of who scores what, which can be repeated from its inputs and seed."""

    __tablename__ = "assignment_run"
    __table_args__ = (Index("ix_assignment_run_panel_id", "panel_id"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seed: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    inputs_hash: Mapped[str] = mapped_column(String(64))
    # Entries that could not be given enough judges, each with the reason.
    uncovered: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class Assignment(Numbered, Dated, Base):
    """An entry that a judge is to score. `reading_order` is this judge's own random order."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("judge_id", "entry_id"),
        Index("ix_assignment_panel_id", "panel_id", "entry_id"),
        Index("ix_assignment_entry_id", "entry_id"),
    )

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    judge_id: Mapped[int] = mapped_column(ForeignKey("panel_judge.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("assignment_run.id"))
    reading_order: Mapped[int]
    # Given to somebody else before it was begun.
    ended_at: Mapped[datetime | None]


class ThirdReading(Numbered, Dated, Base):
    """One more reading of an entry, asked for after its panel was closed: this assignment alone is
    open for scoring, until `closes_at`."""

    __tablename__ = "third_reading"
    __table_args__ = (UniqueConstraint("assignment_id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    closes_at: Mapped[datetime]
    # In which its end is shown.
    timezone: Mapped[str] = mapped_column(String(60))
    reminded_at: Mapped[datetime | None]
    # The clock noted that its time was over before it was finished.
    ended_at: Mapped[datetime | None]
    # Taken back before it was finished.
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Recusal(Numbered, Dated, Base):
    """A judge steps back from an entry; what was scored is sealed, and another judge takes over
    (`replaced_by_id`), as soon as there is one."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("assignment_id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    category: Mapped[ConflictCategory] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))
    recused_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)


class Scorecard(Numbered, Dated, Base):
    """A judge's scores for one entry, in the revision that they read. It counts once it is final.
    A sealed one was made before a recusal: it is kept, and never counted."""

    __tablename__ = "scorecard"
    __table_args__ = (UniqueConstraint("assignment_id"),)

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("entry_revision.id"))
    # Counts up with each change, so that two open pages of a judge do not overwrite each other.
    saved: Mapped[int] = mapped_column(server_default=text("0"))
    saved_at: Mapped[datetime | None]
    # The open page that saved it last, by a name that it was given when it was opened.
    saved_on: Mapped[str] = mapped_column(String(40), server_default="")
    final_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]


class Score(Base):
    """What a scorecard says on one criterion."""

    __tablename__ = "score"

    scorecard_id: Mapped[int] = mapped_column(
        ForeignKey("scorecard.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("panel_criterion.id"), primary_key=True, index=True
    )
    value: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    comment_for_entrant: Mapped[str] = mapped_column(Text, server_default="")
    comment_internal: Mapped[str] = mapped_column(Text, server_default="")


class Unblinding(Numbered, Dated, Base):
    """Somebody was shown who is behind an entry of a blind panel. Without a person everybody was,
    as the results were published; without an entry it was all of them."""

    __tablename__ = "unblinding"
    __table_args__ = (Index("ix_unblinding_panel_id", "panel_id"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    shown_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(lengths.REASON))


class CalibrationSample(Numbered, Dated, Base):
    """An example that all judges of a panel score to find a common measure. It never counts."""

    __tablename__ = "calibration_sample"
    __table_args__ = (UniqueConstraint("panel_id", "position"),)

    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    text: Mapped[str] = mapped_column(Text)
    text_html: Mapped[str] = mapped_column(Text)


class CalibrationCard(Numbered, Dated, Base):
    """What a judge gave a sample; once it is final, they see what the others gave it."""

    __tablename__ = "calibration_card"
    __table_args__ = (UniqueConstraint("sample_id", "judge_id"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("calibration_sample.id", ondelete="CASCADE"))
    judge_id: Mapped[int] = mapped_column(
        ForeignKey("panel_judge.id", ondelete="CASCADE"), index=True
    )
    final_at: Mapped[datetime | None]


class CalibrationScore(Base):
    """A score of a sample on one criterion, with the reason for it."""

    __tablename__ = "calibration_score"

    card_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_card.id", ondelete="CASCADE"), primary_key=True
    )
    criterion_id: Mapped[int] = mapped_column(
        ForeignKey("panel_criterion.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    value: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    comment: Mapped[str] = mapped_column(Text, server_default="")
