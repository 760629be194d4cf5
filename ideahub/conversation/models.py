"""The tables of contributions, and of thanks for them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.db import Base, Dated, Numbered


class ContributionKind(StrEnum):
    """The kinds of contributions. The first is chosen when the form opens."""

    BUILD = "build"
    QUESTION = "question"
    EVIDENCE = "evidence"
    CONCERN = "concern"
    OFFER = "offer"


class Contribution(Numbered, Dated, Base):
    """A build, question, piece of evidence, concern or offer; with a parent it is a reply."""

    __tablename__ = "contribution"
    __table_args__ = (
        Index("ix_contribution_idea_id", "idea_id", "id"),
        Index("ix_contribution_author_id", "author_id"),
        Index("ix_contribution_parent_id", "parent_id"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ContributionKind] = mapped_column(String(20))
    # Replies are one level deep: the parent has no parent.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"))
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    # Only of a concern: what would answer it.
    remedy: Mapped[str] = mapped_column(Text, server_default="")
    remedy_html: Mapped[str] = mapped_column(Text, server_default="")
    # Whoever wrote it says that they have lived through what it is about.
    from_experience: Mapped[bool] = mapped_column(server_default=text("false"))
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    adopted_revision: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    thanks_count: Mapped[int] = mapped_column(server_default=text("0"))

    @hybrid_property
    def is_listed(self) -> bool:
        """Whether people can read it: neither withdrawn nor hidden."""
        return self.withdrawn_at is None and self.hidden_at is None

    @is_listed.inplace.expression
    @classmethod
    def _is_listed(cls) -> ColumnElement[bool]:
        return and_(cls.withdrawn_at.is_(None), cls.hidden_at.is_(None))


class Thanks(Dated, Base):
    """A person's thanks for a contribution. The key allows one row for both."""

    __tablename__ = "thanks"

    contribution_id: Mapped[int] = mapped_column(
        ForeignKey("contribution.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
