"""The tables of gates, their criteria, reviews, experiments and lessons."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Date,
    ForeignKey,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered
from ideahub.ideas.models import Stage


class Decision(StrEnum):
    """What a reviewer can decide."""

    ADVANCE = "advance"
    HOLD = "hold"
    SEND_BACK = "send_back"
    STOP = "stop"
    PARK = "park"
    WAKE = "wake"


class Gate(Numbered, Base):
    """A gate between two stages. Without a campaign it belongs to the default pipeline."""

    __tablename__ = "gate"
    __table_args__ = (
        UniqueConstraint("campaign_id", "from_stage", postgresql_nulls_not_distinct=True),
    )

    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    from_stage: Mapped[Stage] = mapped_column(String(20))
    to_stage: Mapped[Stage] = mapped_column(String(20))


class GateCriterion(Numbered, Base):
    """A criterion of a gate: a measure that has to reach a threshold."""

    __tablename__ = "gate_criterion"
    __table_args__ = (UniqueConstraint("gate_id", "position"),)

    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id", ondelete="CASCADE"))
    position: Mapped[int]
    # The `measure` of a Criterion that a feature defines.
    measure: Mapped[str] = mapped_column(String(30))
    threshold: Mapped[int] = mapped_column(server_default=text("1"))


class Review(Numbered, Dated, Base):
    """A decision at a gate, with its reason and the evidence of that moment."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_idea_id", "idea_id", "id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decision: Mapped[Decision] = mapped_column(String(20))
    from_stage: Mapped[Stage] = mapped_column(String(20))
    to_stage: Mapped[Stage] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    # Why it advanced although a criterion was not met.
    override_reason: Mapped[str] = mapped_column(Text, server_default="")
    # For a parked idea: what has to happen before it is woken.
    wakes_when: Mapped[str] = mapped_column(String(1000), server_default="")
    # [{"measure", "threshold", "reached", "met"}, …]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class DecisionOpening(Dated, Base):
    """Somebody who may decide on an idea opened the page for it: once for each decision, which is
    the one after the review with the number `after_review`, 0 for the first."""

    __tablename__ = "decision_opening"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    after_review: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )


class Experiment(Numbered, Dated, Base):
    """A prototype or pilot: its plan and its result."""

    __tablename__ = "experiment"
    __table_args__ = (Index("ix_experiment_idea_id", "idea_id"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    stage: Mapped[Stage] = mapped_column(String(20))
    hypothesis: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text, server_default="")
    measure: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40), server_default="")
    baseline: Mapped[Decimal | None] = mapped_column(Numeric(16, 4))
    target: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    # True where success is a higher reading, false where it is a lower one.
    higher_is_better: Mapped[bool] = mapped_column(server_default=text("true"))
    stop_rule: Mapped[str] = mapped_column(Text, server_default="")
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    result: Mapped[str] = mapped_column(Text, server_default="")
    concluded_at: Mapped[datetime | None]
    concluded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class ExperimentAdjustment(Numbered, Dated, Base):
    """A change of a running experiment: by whom, why, and the values before and after. Rows are
    never changed."""

    __tablename__ = "experiment_adjustment"

    experiment_id: Mapped[int] = mapped_column(
        ForeignKey("experiment.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(Text, server_default="")
    # {"field", "before", "after"} for each field that changed, in the order of the plan; "reading"
    # where a reading was struck out. They are only read all together, so they need no table.
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # The number of the reading that was struck out; its row is deleted.
    struck_reading_id: Mapped[int | None]


class Reading(Numbered, Dated, Base):
    """A value of an experiment's measure on a day."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_experiment_id", "experiment_id", "taken_on"),)

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiment.id", ondelete="CASCADE"))
    taken_on: Mapped[date] = mapped_column(Date, server_default=func.current_date())
    value: Mapped[Decimal] = mapped_column(Numeric(16, 4))
    note: Mapped[str] = mapped_column(String(500), server_default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Lesson(Numbered, Dated, Base):
    """What was learned when an idea was stopped or an experiment ended."""

    __tablename__ = "lesson"

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
