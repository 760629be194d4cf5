"""The tables of public votes: what is on the ballot of a phase, and what each person voted for."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered

LEAST_VOTES, MOST_VOTES = 1, 10


class PublicVote(Dated, Base):
    """How people vote in a phase that accepts public voting; without a row each has one vote."""

    __tablename__ = "public_vote"
    __table_args__ = (
        CheckConstraint(f"votes_each between {LEAST_VOTES} and {MOST_VOTES}", name="votes_each"),
    )

    phase_id: Mapped[int] = mapped_column(
        ForeignKey("phase.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # For how many entries each person may vote; fixed once somebody has.
    votes_each: Mapped[int] = mapped_column(server_default=text("1"))


class BallotEntry(Numbered, Dated, Base):
    """An entry that people can vote for in a phase, in the revision that they read. One that was
    taken off stays in the record, with the votes that it had."""

    __tablename__ = "ballot_entry"
    __table_args__ = (Index("ix_ballot_entry_entry_id", "entry_id"),)

    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("entry_revision.id"))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Why, in the words of the manager, which everybody can read; empty before anybody voted.
    removal_reason: Mapped[str] = mapped_column(String(lengths.REASON), server_default="")


Index("ix_ballot_entry_phase_id", BallotEntry.phase_id, BallotEntry.id)
# An entry is on a ballot once.
Index(
    "ix_ballot_entry_now",
    BallotEntry.phase_id,
    BallotEntry.entry_id,
    unique=True,
    postgresql_where=BallotEntry.removed_at.is_(None),
)


class BallotPaper(Numbered, Dated, Base):
    """What one person has in one phase; its row is locked while they vote, so that two tabs cannot
    pass the limit together."""

    __tablename__ = "ballot_paper"
    __table_args__ = (
        UniqueConstraint("phase_id", "person_id"),
        Index("ix_ballot_paper_person_id", "person_id"),
    )

    phase_id: Mapped[int] = mapped_column(ForeignKey("phase.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class EntryVote(Numbered, Dated, Base):
    """A vote of a person for an entry. It is shown to nobody but them; taken back, it is gone."""

    __tablename__ = "entry_vote"
    __table_args__ = (
        UniqueConstraint("paper_id", "ballot_entry_id"),
        Index("ix_entry_vote_ballot_entry_id", "ballot_entry_id"),
    )

    paper_id: Mapped[int] = mapped_column(ForeignKey("ballot_paper.id"))
    ballot_entry_id: Mapped[int] = mapped_column(ForeignKey("ballot_entry.id"))
