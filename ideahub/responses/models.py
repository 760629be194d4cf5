"""The tables of owed and given answers; see also rule_models.py and owner_models.py."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered


class Verdict(StrEnum):
    """What a leader answers to an idea."""

    YES = "yes"
    YES_AND = "yes_and"
    NOT_NOW = "not_now"
    NO = "no"


# After these an idea is parked, until what would change the answer has come true.
DECLINING = (Verdict.NOT_NOW, Verdict.NO)


class ReasonKind(StrEnum):
    """Why a leader declines an idea."""

    COST = "cost"
    LAW = "law"
    ALREADY_DONE = "already_done"
    EVIDENCE = "evidence"
    PRIORITY = "priority"
    NOT_OURS = "not_ours"


class OwedResponse(Numbered, Base):
    """That an answer to an idea is owed: since when, until when, and by what it was answered.

    An idea has a second one (`round`) after it was parked by an answer and has woken.
    """

    __tablename__ = "owed_response"
    __table_args__ = (UniqueConstraint("idea_id", "round"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    round: Mapped[int] = mapped_column(server_default=text("1"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("reply_rule.id", ondelete="SET NULL"))
    owed_since: Mapped[datetime]
    # The last day on which it is on time, by the clocks of `timezone`, and the end of that day.
    due_on: Mapped[date] = mapped_column(Date)
    due_at: Mapped[datetime]
    timezone: Mapped[str] = mapped_column(String(60))
    # How much support it had at the crossing; fewer supporters later do not undo it.
    supporters: Mapped[int]
    organisations: Mapped[int]
    answered_at: Mapped[datetime | None]
    # When those who owe it are reminded next, and how often they were.
    remind_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(server_default=text("0"))
    # Since when none of those who owe it is a leader any more, as managers were told.
    vacant_since: Mapped[datetime | None]

    @hybrid_property
    def is_open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None

    @is_open.inplace.expression
    @classmethod
    def _is_open(cls) -> ColumnElement[bool]:
        return cls.answered_at.is_(None)


Index("ix_owed_response_open", OwedResponse.due_at, postgresql_where=OwedResponse.is_open)
Index("ix_owed_response_remind_at", OwedResponse.remind_at, postgresql_where=OwedResponse.is_open)
Index(
    "uq_owed_response_open",
    OwedResponse.idea_id,
    unique=True,
    postgresql_where=OwedResponse.is_open,
)
Index("ix_owed_response_rule_id", OwedResponse.rule_id)


class OwnerSource(StrEnum):
    """How a leader came to owe an answer."""

    RULE = "rule"
    NAMED = "named"
    HANDED_OVER = "handed_over"


class ResponseOwner(Numbered, Dated, Base):
    """A leader who owes an answer, or did until they handed it over or another was named."""

    __tablename__ = "response_owner"

    owed_id: Mapped[int] = mapped_column(
        ForeignKey("owed_response.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    source: Mapped[OwnerSource] = mapped_column(String(20))
    named_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
    ended_at: Mapped[datetime | None]


Index(
    "uq_response_owner_standing",
    ResponseOwner.owed_id,
    ResponseOwner.person_id,
    unique=True,
    postgresql_where=ResponseOwner.ended_at.is_(None),
)


class Response(Numbered, Base):
    """A leader's public answer to an idea, as it reads now; each version is kept.

    `author_id` wrote the first version, for `for_id` where they stood in for that leader.
    """

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("idea_id", "round"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    # The first answer to the idea, or the one after it woke for the first time, and so on.
    round: Mapped[int] = mapped_column(server_default=text("1"))
    # What was owed; None for an answer that nobody owed.
    owed_id: Mapped[int | None] = mapped_column(
        ForeignKey("owed_response.id", ondelete="CASCADE"), unique=True
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    verdict: Mapped[Verdict] = mapped_column(String(20))
    # Why it is declined; None for a yes.
    reason: Mapped[ReasonKind | None] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    # What has to be true for a “yes, and…”.
    conditions: Mapped[str] = mapped_column(Text, server_default="")
    # What would change a “no” or a “not now”.
    would_change: Mapped[str] = mapped_column(Text, server_default="")
    # What exists already, or whose task it is: an address or a name.
    elsewhere: Mapped[str] = mapped_column(String(lengths.LINK), server_default="")
    # The review by which it parked the idea.
    review_id: Mapped[int | None] = mapped_column(
        ForeignKey("review.id", ondelete="SET NULL"), unique=True
    )
    # What wakes the idea by itself: the measure of a criterion that reaches a number, or a day.
    wake_measure: Mapped[str | None] = mapped_column(String(30))
    wake_threshold: Mapped[int | None]
    wake_on: Mapped[date | None] = mapped_column(Date)
    # When support had reached that number; a trigger on votes writes it, and fewer undo nothing.
    wake_reached_at: Mapped[datetime | None]
    # When it woke, and who said that its condition had come true (None: it was measured).
    woken_at: Mapped[datetime | None]
    woken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    @hybrid_property
    def is_asleep(self) -> bool:
        """Whether it parked the idea, which has not woken since."""
        return self.review_id is not None and self.woken_at is None

    @is_asleep.inplace.expression
    @classmethod
    def _is_asleep(cls) -> ColumnElement[bool]:
        return and_(cls.review_id.is_not(None), cls.woken_at.is_(None))


Index("ix_response_given_at", Response.given_at, Response.id)
# For the clock.
Index(
    "ix_response_wakes",
    Response.id,
    postgresql_where=and_(
        Response.is_asleep, or_(Response.wake_measure.is_not(None), Response.wake_on.is_not(None))
    ),
)
Index(
    "ix_response_wake_reached",
    Response.id,
    postgresql_where=and_(Response.is_asleep, Response.wake_reached_at.is_not(None)),
)
Index("ix_response_asleep", Response.idea_id, postgresql_where=Response.is_asleep)


class ResponseVersion(Numbered, Dated, Base):
    """What an answer said, from this version to the next. Rows are never changed."""

    __tablename__ = "response_version"
    __table_args__ = (UniqueConstraint("response_id", "version"),)

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    version: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[Verdict] = mapped_column(String(20))
    reason: Mapped[ReasonKind | None] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str] = mapped_column(Text, server_default="")
    would_change: Mapped[str] = mapped_column(Text, server_default="")
    elsewhere: Mapped[str] = mapped_column(String(lengths.LINK), server_default="")
    # Why it was changed; empty for the first.
    why: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")


class ConditionReport(Numbered, Dated, Base):
    """Somebody says that what would change an answer has come true, and the leader's answer."""

    __tablename__ = "condition_report"
    __table_args__ = (UniqueConstraint("response_id", "person_id"),)

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    evidence: Mapped[str] = mapped_column(String(lengths.REASON))
    confirmed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")
