"""One row for every deed. Live pages, notifications, statistics and the audit trail read it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeGuard

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    bindparam,
    cast,
    insert,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import func

from ideahub.core.db import Base, Dated, Numbered, constant

CHANNEL = "ideahub_events"


class Kind(StrEnum):
    """The whole vocabulary of deeds: what was done, in the past tense."""

    PERSON_JOINED = "person joined"
    SESSION_ENDED = "session ended"
    ROLE_GRANTED = "role granted"
    ROLE_REVOKED = "role revoked"
    CAMPAIGN_PUBLISHED = "campaign published"
    CAMPAIGN_CHANGED = "campaign changed"
    PHASE_OPENED = "phase opened"
    PHASE_CLOSED = "phase closed"
    IDEA_POSTED = "idea posted"
    IDEA_REVISED = "idea revised"
    IDEA_WITHDRAWN = "idea withdrawn"
    IDEA_HIDDEN = "idea hidden"
    ATTACHMENT_ADDED = "attachment added"
    ATTACHMENT_REMOVED = "attachment removed"
    VOTE_CAST = "vote cast"
    VOTE_WITHDRAWN = "vote withdrawn"
    IDEA_FOLLOWED = "idea followed"
    IDEA_UNFOLLOWED = "idea unfollowed"
    CONTRIBUTION_MADE = "contribution made"
    CONTRIBUTION_WITHDRAWN = "contribution withdrawn"
    CONTRIBUTION_THANKED = "contribution thanked"
    CONTRIBUTION_ADOPTED = "contribution adopted"
    PLEDGE_OFFERED = "pledge offered"
    PLEDGE_ACCEPTED = "pledge accepted"
    PLEDGE_DECLINED = "pledge declined"
    PLEDGE_KEPT = "pledge kept"
    PLEDGE_WITHDRAWN = "pledge withdrawn"
    PLEDGE_LAPSED = "pledge lapsed"
    STAGE_ADVANCED = "stage advanced"
    STAGE_HELD = "stage held"
    STAGE_SENT_BACK = "stage sent back"
    IDEA_STOPPED = "idea stopped"
    IDEA_PARKED = "idea parked"
    IDEA_WOKEN = "idea woken"
    EXPERIMENT_PLANNED = "experiment planned"
    EXPERIMENT_CHANGED = "experiment changed"
    READING_TAKEN = "reading taken"
    EXPERIMENT_CONCLUDED = "experiment concluded"
    IMPORTED = "imported"


# Deeds that are news to everyone; votes and edits are not. The index below holds these alone:
# whoever changes them changes it too.
NEWS = (
    Kind.IDEA_POSTED,
    Kind.CONTRIBUTION_ADOPTED,
    Kind.PLEDGE_ACCEPTED,
    Kind.PLEDGE_KEPT,
    Kind.STAGE_ADVANCED,
    Kind.IDEA_STOPPED,
    Kind.EXPERIMENT_CONCLUDED,
)


class Event(Numbered, Dated, Base):
    """A deed: who did what to what, and when. Rows are never changed."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_idea_id_xact_id", "idea_id", "xact_id"),
        Index("ix_event_campaign_id_xact_id", "campaign_id", "xact_id"),
        Index("ix_event_xact_id", "xact_id"),
    )

    kind: Mapped[Kind] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    # The row the deed is about where it is not the idea: a contribution, a pledge, a review.
    # Its table and its number; the row may be gone.
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    # Ids are not commit order; readers that must miss nothing compare this with a snapshot.
    xact_id: Mapped[int] = mapped_column(server_default=text("pg_current_xact_id()::text::bigint"))


# In the statement's text: a list of parameters would be no proof that the index has them all.
IS_NEWS = Event.kind.in_([constant(kind) for kind in NEWS])
Index("ix_event_news", Event.created_at, Event.id, postgresql_where=IS_NEWS)
# The oldest transaction that is still open: what it does bears this number or a higher one.
OLDEST_OPEN = cast(cast(func.pg_snapshot_xmin(func.pg_current_snapshot()), String), BigInteger)


class Actor(Protocol):
    """Who does it: a viewer, or a person's row."""

    @property
    def id(self) -> int | None:
        """The person's number; None for a stranger."""


class RowLike(Protocol):
    """A row, or what was read of it: it knows its table and its number."""

    @property
    def __tablename__(self) -> str:
        """The name of its table."""

    @property
    def id(self) -> int:
        """Its number."""


class IdeaLike(RowLike, Protocol):
    """An idea's row, or what was read of it."""

    @property
    def campaign_id(self) -> int:
        """The number of the challenge or idea box that it answers."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of which only the table and the number are at hand."""

    table: type[Base]
    id: int

    @property
    def __tablename__(self) -> str:
        return str(self.table.__tablename__)


_ADDED = (
    insert(Event)
    .values(
        kind=bindparam("deed", type_=String),
        actor_id=bindparam("actor", type_=BigInteger),
        campaign_id=bindparam("campaign", type_=BigInteger),
        idea_id=bindparam("idea", type_=BigInteger),
        subject_type=bindparam("about_type", type_=String),
        subject_id=bindparam("about", type_=BigInteger),
        data=bindparam("more", type_=JSONB),
    )
    .returning(Event.id)
    .cte("added")
)
ANNOUNCED = select(_ADDED.c.id, func.pg_notify(CHANNEL, _ADDED.c.id.cast(String)))


async def record(
    db: AsyncSession,
    kind: Kind,
    viewer: Actor | None,
    *,
    on: RowLike | None = None,
    subject: RowLike | None = None,
    **data: Any,
) -> int:
    """Adds the event and its wake-up call to the caller's transaction; returns the event's id.

    `viewer` did it; None where nobody did: the clock, an import, the command line. `on` is the
    idea or the campaign that it happened to: its pages are told. `subject` is the row that the
    deed is about, where it is another. `data` says what those rows do not, in JSON: for whoever
    reads events; what pages show later has a table.

    The call carries only the id: PostgreSQL delivers it on commit, so nothing is announced
    that did not happen, and its limit of 8,000 bytes is never near.
    """
    # New rows get their numbers.
    await db.flush()
    values = {
        "deed": kind,
        "actor": viewer.id if viewer else None,
        "about_type": subject.__tablename__ if subject else None,
        "about": subject.id if subject else None,
        "more": data,
        **_place(on),
    }
    return int((await db.execute(ANNOUNCED, values)).scalar_one())


def _place(on: RowLike | None) -> dict[str, int | None]:
    if on is None:
        return {"campaign": None, "idea": None}
    if _is_idea(on):
        return {"campaign": on.campaign_id, "idea": on.id}
    if on.__tablename__ == "campaign":
        return {"campaign": on.id, "idea": None}
    raise ValueError(f"A deed is done on an idea or a campaign, not on a {on.__tablename__}.")


def _is_idea(row: RowLike) -> TypeGuard[IdeaLike]:
    return row.__tablename__ == "idea"
