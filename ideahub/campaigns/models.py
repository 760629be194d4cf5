"""The tables of campaigns and their phases."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    inspect,
    text,
)
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core import lengths
from ideahub.core.dates import ahead, on_clock
from ideahub.core.db import Base, Dated, Numbered


class CampaignKind(StrEnum):
    """A challenge has phases and an end; an idea box is always open."""

    CHALLENGE = "challenge"
    IDEA_BOX = "idea_box"


class Audience(StrEnum):
    """Who may see a campaign: everyone, or the staff of its organisation and of all below it."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Accepts(StrEnum):
    """What a phase can accept."""

    IDEAS = "ideas"
    VOTES = "votes"
    CONTRIBUTIONS = "contributions"
    ENTRIES = "entries"
    SCORING = "scoring"
    PUBLIC_VOTING = "public_voting"
    BUDGET_VOTES = "budget_votes"


class Purpose(StrEnum):
    """What a phase is for. In some of them only the organiser works, and nothing is accepted."""

    IDEAS = "ideas"
    BUILDING = "building"
    VOTING = "voting"
    ENTRIES = "entries"
    JUDGING = "judging"
    DECIDING = "deciding"
    PILOT = "pilot"
    OTHER = "other"


# What a search finds a campaign by; the functions are in "Search in every language".
SEARCHED = (
    "search_vector((((title)::text || ' '::text) || (question)::text), "
    "array_append((topics)::text[], (tagline)::text), description)"
)


def page_of(kind: str, campaign_id: int) -> str:
    """The address of a campaign's page."""
    lists = "challenges" if kind == CampaignKind.CHALLENGE else "idea-boxes"
    return f"/{lists}/{campaign_id}"


class Campaign(Numbered, Dated, Base):
    """A call for ideas. Without `published_at` it is a draft that only its managers see."""

    __tablename__ = "campaign"
    __table_args__ = (
        Index("ix_campaign_organisation_id", "organisation_id"),
        Index("ix_campaign_published_at", "published_at"),
        Index(
            "ix_campaign_searched",
            "searched",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    kind: Mapped[CampaignKind] = mapped_column(String(20))
    audience: Mapped[Audience] = mapped_column(String(20))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Of a draft that can only be put back (see discarding.py).
    discarded_at: Mapped[datetime | None]
    # Of one that is over: it can be read, and takes nothing any more (see archiving.py).
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    archive_reason: Mapped[str] = mapped_column(Text, server_default="")
    # What it was started from: the key of a template, whose questions to the manager are shown as
    # long as it is a draft, also in copies; or another campaign.
    template: Mapped[str] = mapped_column(String(40), server_default="")
    copied_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("campaign.id", ondelete="SET NULL")
    )
    title: Mapped[str] = mapped_column(String(lengths.CAMPAIGN_TITLE), server_default="")
    # The question that ideas answer: "How might we …?"
    question: Mapped[str] = mapped_column(String(lengths.QUESTION), server_default="")
    tagline: Mapped[str] = mapped_column(String(lengths.TAGLINE), server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    description_html: Mapped[str] = mapped_column(Text, server_default="")
    # Answers to "why?", asked again and again, from the symptom down to the root cause.
    whys: Mapped[list[str]] = mapped_column(ARRAY(String(lengths.WHY)), server_default=text("'{}'"))
    hopes: Mapped[str] = mapped_column(Text, server_default="")
    fears: Mapped[str] = mapped_column(Text, server_default="")
    beneficiaries: Mapped[str] = mapped_column(Text, server_default="")
    # Further texts of an imported call: {"key", "heading", "source", "html"}, in order.
    sections: Mapped[list[dict[str, str]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb")
    )
    # Facts of an imported call that have no field of their own: label and text, in order.
    facts: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    prize: Mapped[str] = mapped_column(String(lengths.PRIZE), server_default="")
    topics: Mapped[list[str]] = mapped_column(ARRAY(String(80)), server_default=text("'{}'"))
    # By which law or power the challenge is run, and the years of the budget it is paid from.
    legal_authority: Mapped[str] = mapped_column(String(lengths.LEGAL_AUTHORITY), server_default="")
    fiscal_year: Mapped[str] = mapped_column(String(lengths.FISCAL_YEAR), server_default="")
    # What kind of work is asked for: software, ideas, a demonstration.
    challenge_types: Mapped[list[str]] = mapped_column(
        ARRAY(String(80)), server_default=text("'{}'")
    )
    external_url: Mapped[str] = mapped_column(String(500), server_default="")
    # Imported only to be known: whoever wants to take part does so at the organiser's own site.
    entries_elsewhere: Mapped[bool] = mapped_column(server_default=text("false"))
    allows_pseudonyms: Mapped[bool] = mapped_column(server_default=text("false"))
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    # Where an imported call comes from; unique, so that importing it twice adds it once.
    source_ref: Mapped[str | None] = mapped_column(String(300), unique=True)
    source_data: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    ideas_count: Mapped[int] = mapped_column(server_default=text("0"))
    searched: Mapped[str] = mapped_column(
        TSVECTOR, Computed(SEARCHED, persisted=True), deferred=True
    )

    @hybrid_property
    def is_published(self) -> bool:
        """Whether its audience can see it; before that it is a draft."""
        return self.published_at is not None

    @is_published.inplace.expression
    @classmethod
    def _is_published(cls) -> ColumnElement[bool]:
        return cls.published_at.is_not(None)

    @hybrid_property
    def is_public(self) -> bool:
        """Whether everyone may see it."""
        return self.is_published and self.audience == Audience.PUBLIC

    @is_public.inplace.expression
    @classmethod
    def _is_public(cls) -> ColumnElement[bool]:
        return and_(cls.published_at.is_not(None), cls.audience == Audience.PUBLIC)

    @property
    def url(self) -> str:
        """The address of the campaign's page."""
        return page_of(self.kind, self.id)

    @property
    def heading(self) -> str:
        """The heading of its page: the question, or the title where there is no question."""
        return self.question or self.title


class Phase(Numbered, Base):
    """A time in which a campaign accepts something.

    Without `opens_at` it is open from the start, without `closes_at` for ever. Where no dates are
    known (`dates_known` is false) it accepts nothing. What comes at most `grace_seconds` after
    `closes_at` is still accepted.

    People plan in local times: `opens_local` on the clocks of `timezone`, and `opens_at` is the
    moment that was computed from it. `opens_offset` is how many seconds these clocks were taken to
    be ahead of UTC: it says which one is meant where an hour comes twice, and whether the two still
    belong together. See clock_rules.py.
    """

    __tablename__ = "phase"
    __table_args__ = (UniqueConstraint("campaign_id", "position"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(lengths.PHASE_NAME))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    opens_local: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    closes_local: Mapped[datetime | None] = mapped_column(DateTime(timezone=False))
    opens_offset: Mapped[int | None]
    closes_offset: Mapped[int | None]
    grace_seconds: Mapped[int] = mapped_column(server_default=text("0"))
    timezone: Mapped[str] = mapped_column(String(60), server_default="UTC")
    purpose: Mapped[Purpose] = mapped_column(String(20), server_default=Purpose.OTHER)
    accepts: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=text("'{}'"))
    dates_known: Mapped[bool] = mapped_column(server_default=text("true"))
    # Of a later round: only entries that were invited from this earlier phase are taken.
    invited_from_id: Mapped[int | None] = mapped_column(ForeignKey("phase.id"), index=True)
    # For the release before this one, which reads and writes it: written wherever `invited_from_id`
    # is, and read nowhere. To be dropped in the next.
    by_invitation: Mapped[bool] = mapped_column(server_default=text("false"), deferred=True)
    # Whether its campaign is archived: then it accepts nothing, whatever its dates are.
    is_archived: Mapped[bool] = mapped_column(server_default=text("false"))
    # When the clock announced the opening and the closing, which it does once.
    opening_announced_at: Mapped[datetime | None]
    closing_announced_at: Mapped[datetime | None]


@sqlalchemy_event.listens_for(Phase, "before_insert")
@sqlalchemy_event.listens_for(Phase, "before_update")
def keep_local_times(_mapper: Any, _connection: Any, phase: Phase) -> None:
    """Fills in the local times of a phase that was given its moments only."""
    for end in ("opens", "closes"):
        changed = {
            name
            for name in (f"{end}_at", f"{end}_local", "timezone")
            if inspect(phase).attrs[name].history.has_changes()
        }
        at = getattr(phase, f"{end}_at")
        # A moment that only the database can tell is read later, by clock_rules.py.
        if not changed or not (at is None or isinstance(at, datetime)):
            continue
        local, offset = getattr(phase, f"{end}_local"), getattr(phase, f"{end}_offset")
        belongs = at and local and ahead(local, at) == offset
        if belongs and not ("timezone" in changed and f"{end}_local" not in changed):
            continue
        local, offset = on_clock(at, phase.timezone or "UTC") if at else (None, None)
        setattr(phase, f"{end}_local", local)
        setattr(phase, f"{end}_offset", offset)


# Every second the clock looks for phases whose opening or closing is not announced yet.
Index(
    "ix_phase_opens_at_untold",
    Phase.opens_at,
    postgresql_where=Phase.opening_announced_at.is_(None),
)
Index(
    "ix_phase_closes_at_untold",
    Phase.closes_at,
    postgresql_where=Phase.closing_announced_at.is_(None),
)


class CampaignChange(Numbered, Dated, Base):
    """What a manager changed in a campaign after its publication. Rows are never changed."""

    __tablename__ = "campaign_change"
    __table_args__ = (Index("ix_campaign_change_campaign_id", "campaign_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The name of a column of Campaign; "phase", or "clock_rules" where the rules of a zone moved a
    # phase.
    field: Mapped[str] = mapped_column(String(40))
    # The column's values. For a phase objects with its columns: `old` is null where it was added,
    # `new` where it was removed.
    old: Mapped[Any] = mapped_column(JSONB, nullable=False)
    new: Mapped[Any] = mapped_column(JSONB, nullable=False)
    # Why, in the words of the manager; empty where nobody had to say it.
    reason: Mapped[str] = mapped_column(String(lengths.NOTE), server_default="")
