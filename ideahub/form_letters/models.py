"""The tables of form letters: what waits to be read, sketches of texts, and groups of like ones;
for ideas, and for contributions to one idea."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered
from ideahub.ideas.models import AT_ONCE


class UnreadFormLetter(Base):
    """An idea whose text is new, or that was withdrawn, hidden or shown: the clock compares it with
    others. A trigger on `idea` adds the row."""

    __tablename__ = "unread_form_letter"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )


class FormLetterSketch(Base):
    """The sketch of an idea's present text; see sketching.py. `lowest` are the lowest hashes of
    it, by which like texts are found."""

    __tablename__ = "form_letter_sketch"
    __table_args__ = (
        Index(
            "ix_form_letter_sketch_lowest",
            "lowest",
            postgresql_using="gin",
            postgresql_with=AT_ONCE,
        ),
    )

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    campaign_id: Mapped[int]
    sketch: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    lowest: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class FormLetterGroup(Numbered, Dated, Base):
    """Ideas of one campaign with nearly the same text."""

    __tablename__ = "form_letter_group"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)


class FormLetter(Dated, Base):
    """An idea in a group. One that was set apart, by whom and why, is not counted with it."""

    __tablename__ = "form_letter"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("form_letter_group.id"), index=True)
    set_apart_at: Mapped[datetime | None]
    set_apart_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_apart_reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


class UnreadContribution(Base):
    """A contribution that is new, or was withdrawn, hidden or shown: the clock compares it with
    others to the same idea. A trigger on `contribution` adds the row; replies are not compared."""

    __tablename__ = "unread_contribution"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )


class ContributionSketch(Base):
    """The sketch of a contribution, as `FormLetterSketch` of an idea. `group_id` is the number of
    the first contribution with nearly the same text, NULL while there is no other."""

    __tablename__ = "contribution_sketch"
    __table_args__ = (
        Index(
            "ix_contribution_sketch_lowest",
            "lowest",
            postgresql_using="gin",
            postgresql_with=AT_ONCE,
        ),
        Index("ix_contribution_sketch_group_id", "group_id"),
    )

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    idea_id: Mapped[int]
    sketch: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    lowest: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    group_id: Mapped[int | None]
