"""The tables of when answers to ideas are owed: the rule of a campaign, and who owes them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class ReplyRule(Numbered, Dated, Base):
    """From when on a leader owes an answer to an idea of a campaign. A changed rule is a new row,
    and the one before it ends; only ideas that cross the threshold later follow the new one."""

    __tablename__ = "reply_rule"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaign.id", ondelete="CASCADE"), index=True
    )
    # How many people support an idea, and of how many organisations (all citizens are one) they
    # are or those who built on it.
    supporters: Mapped[int]
    organisations: Mapped[int] = mapped_column(server_default=text("1"))
    # How many days after the crossing the answer is due, at the end of the day.
    days: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


Index(
    "uq_reply_rule_standing",
    ReplyRule.campaign_id,
    unique=True,
    postgresql_where=ReplyRule.ended_at.is_(None),
)


class ReplyRuleLeader(Base):
    """A leader who owes the answers of a rule, in the order in which the manager named them."""

    __tablename__ = "reply_rule_leader"

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("reply_rule.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    position: Mapped[int]


class PassedBefore(Base):
    """An idea that had reached a rule's threshold before there was the rule: no answer is owed for
    it by this rule."""

    __tablename__ = "passed_before"

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("reply_rule.id", ondelete="CASCADE"), primary_key=True
    )
    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ThresholdCrossing(Dated, Base):
    """That an idea has reached a rule's threshold, with its support at that moment. Triggers on
    votes and builds add the row in the transaction of the deed; the clock then begins."""

    __tablename__ = "threshold_crossing"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    rule_id: Mapped[int] = mapped_column(
        ForeignKey("reply_rule.id", ondelete="CASCADE"), index=True
    )
    supporters: Mapped[int]
    organisations: Mapped[int]
    # When an answer was owed for it, or one was there already.
    dealt_with_at: Mapped[datetime | None]


Index(
    "ix_threshold_crossing_open",
    ThresholdCrossing.idea_id,
    postgresql_where=ThresholdCrossing.dealt_with_at.is_(None),
)
