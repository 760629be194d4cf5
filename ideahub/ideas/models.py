"""The tables of ideas, their revisions, co-authors, votes and attachments."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.db import Base, Dated, Numbered, constant


class Stage(StrEnum):
    """The stage of an idea. The first six are the path; in the last two an idea has left it."""

    SPARK = "spark"
    CONCEPT = "concept"
    SPONSORED = "sponsored"
    PROTOTYPE = "prototype"
    PILOT = "pilot"
    ADOPTED = "adopted"
    LEARNED = "learned"
    PARKED = "parked"


PATH = (
    Stage.SPARK,
    Stage.CONCEPT,
    Stage.SPONSORED,
    Stage.PROTOTYPE,
    Stage.PILOT,
    Stage.ADOPTED,
)
# The stages from which an idea can still move on along the path.
MOVING = PATH[:-1]


class InnovationType(StrEnum):
    """What an idea would change."""

    SERVICE = "service"
    PROCESS = "process"
    ORGANISATIONAL = "organisational"
    COMMUNICATION = "communication"
    POLICY = "policy"


# Else new words wait in a list that every search reads; and every vote writes the row again.
AT_ONCE = {"fastupdate": "off"}
# What a search finds an idea by; the functions are in the migration "Search in every language".
SEARCHED = "search_vector((title)::text, tags, ((body || ' '::text) || why))"


class Idea(Numbered, Dated, Base):
    """An idea with its present text. Its counts change in the transaction that changes what they
    count."""

    __tablename__ = "idea"
    __table_args__ = (
        Index("ix_idea_campaign_id_created_at", "campaign_id", "created_at", "id"),
        Index("ix_idea_created_at", "created_at", "id"),
        Index("ix_idea_votes_count", "votes_count", "id"),
        Index("ix_idea_rising", "rising", "id"),
        Index("ix_idea_author_id", "author_id"),
        Index("ix_idea_stage", "stage", "id"),
        Index("ix_idea_tags", "tags", postgresql_using="gin", postgresql_with=AT_ONCE),
        Index(
            "ix_idea_title_trigrams",
            "title_plain",
            postgresql_using="gin",
            postgresql_ops={"title_plain": "gin_trgm_ops"},
            postgresql_with=AT_ONCE,
        ),
        Index(
            "ix_idea_title_words", "title_words", postgresql_using="gin", postgresql_with=AT_ONCE
        ),
        Index("ix_idea_same_words", "title_words"),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Shown instead of the author's name; only where the campaign allows it.
    pseudonym: Mapped[str] = mapped_column(String(lengths.PSEUDONYM), server_default="")
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    # What the idea is, and why it matters: Markdown, and the HTML that was rendered from it.
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, server_default="")
    why_html: Mapped[str] = mapped_column(Text, server_default="")
    excerpt: Mapped[str] = mapped_column(String(300), server_default="")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    innovation_type: Mapped[InnovationType | None] = mapped_column(String(20))
    stage: Mapped[Stage] = mapped_column(String(20), server_default=Stage.SPARK)
    # Its stage on the path; for a learned or parked idea, the one that it had before.
    path_stage: Mapped[Stage] = mapped_column(String(20), server_default=Stage.SPARK)
    stage_since: Mapped[datetime] = mapped_column(server_default=func.now())
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    withdrawn_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_reason: Mapped[str] = mapped_column(String(1000), server_default="")
    votes_count: Mapped[int] = mapped_column(server_default=text("0"))
    contributions_count: Mapped[int] = mapped_column(server_default=text("0"))
    builds_count: Mapped[int] = mapped_column(server_default=text("0"))
    adopted_count: Mapped[int] = mapped_column(server_default=text("0"))
    sponsors_count: Mapped[int] = mapped_column(server_default=text("0"))
    # Pledges that were accepted and not withdrawn; counted by a trigger on `pledge`.
    pledges_count: Mapped[int] = mapped_column(server_default=text("0"))
    # log10(votes) plus the date of posting, so that support of newer ideas weighs more; see
    # rising.py.
    rising: Mapped[float] = mapped_column(server_default=text("0"))
    # Where many people sent nearly the same text: the idea that stands for all in lists; and
    # of that one, how many there are. See the feature of form letters.
    letter_of: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    letters: Mapped[int] = mapped_column(server_default=text("0"))
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)
    # Whoever wrote it says that they have lived through what it is about.
    from_experience: Mapped[bool] = mapped_column(server_default=text("false"))
    # Copied into `idea_words` by a trigger, and found there.
    searched: Mapped[str] = mapped_column(
        TSVECTOR, Computed(SEARCHED, persisted=True), deferred=True
    )
    # The stems of the title's words, and the title without accents and capitals: for what is like
    # it. Columns, because an index on an expression computes it anew for every vote.
    title_words: Mapped[str] = mapped_column(
        TSVECTOR, Computed("search_stems((title)::text)", persisted=True), deferred=True
    )
    title_plain: Mapped[str] = mapped_column(
        Text, Computed("search_plain((title)::text)", persisted=True), deferred=True
    )

    @hybrid_property
    def is_listed(self) -> bool:
        """Whether it is in lists and counts: neither withdrawn nor hidden."""
        return self.withdrawn_at is None and self.hidden_at is None

    @is_listed.inplace.expression
    @classmethod
    def _is_listed(cls) -> ColumnElement[bool]:
        return and_(cls.withdrawn_at.is_(None), cls.hidden_at.is_(None))

    @hybrid_property
    def is_stopped(self) -> bool:
        """Whether it was stopped, with its lesson kept: then nobody supports it any more."""
        return self.stage == Stage.LEARNED

    @is_stopped.inplace.expression
    @classmethod
    def _is_stopped(cls) -> ColumnElement[bool]:
        return cls.stage == constant(Stage.LEARNED)


# For the lists of one campaign by support, and for its reviewers.
Index(
    "ix_idea_campaign_id_votes_count",
    Idea.campaign_id,
    Idea.votes_count,
    Idea.id,
    postgresql_where=Idea.is_listed,
)
Index(
    "ix_idea_campaign_id_rising",
    Idea.campaign_id,
    Idea.rising,
    Idea.id,
    postgresql_where=Idea.is_listed,
)
# For the board: the ideas that came to a stage last, and how many did lately.
Index(
    "ix_idea_stage_since",
    Idea.stage,
    Idea.stage_since,
    Idea.id,
    postgresql_include=["campaign_id"],
    postgresql_where=Idea.is_listed,
)
# For the board of one call, or of some.
Index(
    "ix_idea_campaign_id_stage_since",
    Idea.campaign_id,
    Idea.stage,
    Idea.stage_since,
    Idea.id,
    postgresql_where=Idea.is_listed,
)
# For the list of those that need a build, which are few among very many.
Index(
    "ix_idea_needs_build",
    Idea.created_at,
    Idea.id,
    postgresql_where=and_(Idea.is_listed, Idea.builds_count == literal_column("0")),
)


# The letters that one stands for.
Index("ix_idea_letter_of", Idea.letter_of, Idea.id, postgresql_where=Idea.letter_of.is_not(None))
# For searches, which ask it of each idea that they find.
Index(
    "ix_idea_id_letter_of",
    Idea.id,
    postgresql_include=["letter_of"],
    postgresql_where=Idea.letter_of.is_not(None),
)
# Those that stand for the most letters of a challenge.
Index(
    "ix_idea_letters",
    Idea.campaign_id,
    Idea.letters.desc(),
    Idea.id,
    postgresql_where=Idea.letters > literal_column("0"),
)
# To know of many ideas which are not in lists.
Index(
    "ix_idea_unlisted",
    Idea.id,
    postgresql_where=or_(Idea.withdrawn_at.is_not(None), Idea.hidden_at.is_not(None)),
)


class IdeaTag(Base):
    """A tag of a listed idea; kept by a trigger on `idea`.

    A table of its own, as no index on a list of tags has the newest ideas of a tag together.
    """

    __tablename__ = "idea_tag"
    __table_args__ = (Index(None, "tag", "created_at", "idea_id"),)

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(Text, primary_key=True)
    # When the idea was posted.
    created_at: Mapped[datetime]


class IdeaWords(Base):
    """The words of a listed idea; kept by a trigger on `idea`.

    A table of its own, as its rows are far shorter than those of `idea`: what a search finds is on
    few pages. And a vote, which writes the idea's row again, changes no index of words.
    """

    __tablename__ = "idea_words"
    __table_args__ = (
        Index(
            "ix_idea_words_searched", "searched", postgresql_using="gin", postgresql_with=AT_ONCE
        ),
    )

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    campaign_id: Mapped[int]
    # When the idea was posted.
    created_at: Mapped[datetime]
    # `Idea.searched`, and marks that nobody can type; see `looked_for.py`.
    searched: Mapped[str] = mapped_column(TSVECTOR)


class Revision(Numbered, Dated, Base):
    """A version of an idea's text, and who wrote it."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("idea_id", "number"),)

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(lengths.TITLE))
    body: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, server_default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The contributor of the build that it adopts, if any.
    adopted_from: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
    # How many words it changed in the one before, counted when it was written. The clock counts
    # them for revisions from before these columns; see recounting.py.
    words_added: Mapped[int | None]
    words_removed: Mapped[int | None]


# For the clock, which looks for these every second.
Index("ix_revision_not_counted", Revision.id, postgresql_where=Revision.words_added.is_(None))


class IdeaTally(Numbered, Base):
    """A part of the figures of the listed ideas of a campaign at one stage: the sum of the rows
    is the figure.

    A trigger on `idea` adds a row for each change. As it changes no row, votes at the same time do
    not wait for each other, and the sums are exact at any time. The clock merges rows; see
    tallying.py.
    """

    __tablename__ = "idea_tally"

    campaign_id: Mapped[int]
    stage: Mapped[Stage] = mapped_column(String(20))
    ideas: Mapped[int]
    votes: Mapped[int]
    contributions: Mapped[int]
    adopted: Mapped[int]
    pledges: Mapped[int]


class CoAuthor(Dated, Base):
    """A person who is named beside the author, because a build of theirs was adopted."""

    __tablename__ = "co_author"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Vote(Dated, Base):
    """A person's vote for an idea. The key allows one row for both."""

    __tablename__ = "vote"
    # For those that are new to an author.
    __table_args__ = (Index("ix_vote_idea_id_created_at", "idea_id", "created_at"),)

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    # Whether the person is named beside this very vote; None: as for all of theirs.
    named: Mapped[bool | None]


class IdeaSupport(Base):
    """How many votes an idea has from the people of an organisation; kept by triggers on `vote`
    and `person`, exact at any time.

    For gates, which ask how many organisations support an idea: to count all its votes for that
    takes long where there are thousands. The row of an organisation of which nobody supports it any
    more stays, with no votes.
    """

    __tablename__ = "idea_support"

    idea_id: Mapped[int] = mapped_column(
        ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True
    )
    # 0: all citizens together.
    organisation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    votes: Mapped[int]


class Attachment(Numbered, Dated, Base):
    """A picture or document that an author attached to an idea, with its bytes."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("idea_id", "digest"),
        UniqueConstraint("stored_as"),
        CheckConstraint("num_nonnulls(content, stored_as) = 1", name="kept_once"),
    )

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Stands in its address instead of its number, so that nobody can guess other addresses.
    token: Mapped[str] = mapped_column(String(43), unique=True)
    media_type: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(300), server_default="")
    # The SHA-256 hash of the file as it was sent: the same file twice is one attachment.
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    # The bytes, or where they lie in the storage beside the database.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    stored_as: Mapped[str | None] = mapped_column(ForeignKey("stored_file.name"))
    # For pictures only: the size in pixels, and the small picture that the idea's page shows.
    width: Mapped[int | None]
    height: Mapped[int | None]
    small: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Since when moderators hide it; its bytes are kept.
    hidden_at: Mapped[datetime | None]
