"""One row for every deed. Live pages, notifications, statistics and the audit trail read it.

The kinds of deeds are in kinds.py, the table in event_table.py; both are imported from here.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeGuard

from sqlalchemy import CTE, BigInteger, ScalarSelect, Select, String, bindparam, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func

from ideahub.core.announcing import announces_itself
from ideahub.core.barring import must_not_be_barred
from ideahub.core.db import Base, constant
from ideahub.core.event_table import (
    IS_NEWS,
    IS_SECURITY,
    IS_TOLD,
    NEWS,
    OLDEST_OPEN,
    SECURITY,
    TOLD,
    Event,
)
from ideahub.core.kinds import Kind

__all__ = [
    "ANNOUNCED",
    "CHANNEL",
    "IS_NEWS",
    "IS_SECURITY",
    "IS_TOLD",
    "NEWS",
    "OLDEST_OPEN",
    "RECORDED",
    "SECURITY",
    "TOLD",
    "UNANNOUNCED",
    "Actor",
    "Deed",
    "Event",
    "IdeaLike",
    "Kind",
    "Ref",
    "RowLike",
    "announced",
    "deed_of",
    "record",
    "recorded",
]

CHANNEL = "ideahub_events"
# The key under which a session's `info` lists the deeds of its transaction.
RECORDED = "recorded"


class Deed(NamedTuple):
    """What a process that keeps something in memory has to know of an event."""

    kind: Kind
    actor_id: int | None
    campaign_id: int | None
    idea_id: int | None
    subject_id: int | None


def deed_of(event: Event) -> Deed:
    """The same of an event that was read from the table."""
    return Deed(event.kind, event.actor_id, event.campaign_id, event.idea_id, event.subject_id)


class Actor(Protocol):
    """Who does a deed: a viewer, or a person's row."""

    @property
    def id(self) -> int | None:
        """The person's number; None for a stranger."""


class RowLike(Protocol):
    """A row of a table, or an object with some of its columns; it names its table and number."""

    @property
    def __tablename__(self) -> str:
        """The table's name."""

    @property
    def id(self) -> int:
        """The row's number."""


class IdeaLike(RowLike, Protocol):
    """An idea's row, or an object with some of its columns."""

    @property
    def campaign_id(self) -> int:
        """The number of the idea's campaign."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A row of which only the table and the number are known."""

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
# Where a bus announces it after the commit, see core/announcing.py.
UNANNOUNCED = select(_ADDED.c.id)


async def record(
    db: AsyncSession,
    kind: Kind,
    viewer: Actor | None,
    *,
    on: RowLike | None = None,
    subject: RowLike | None = None,
    **data: Any,
) -> int:
    """Adds an event and its notification to the caller's transaction; returns the event's id.

    `viewer` is who did it; None for the clock, an import, the command line. `on` is the idea or
    the campaign that it was done on, whose open pages are told. `subject` is the row that the
    deed is about, where it is another. `data` is what those rows do not say, as JSON, for readers
    of events; what pages show later has a table. Raises ValueError where `on` is something else,
    and Forbidden where moderators have suspended the viewer there.

    The notification carries only the id. PostgreSQL sends it on commit, so nothing is announced
    that did not happen, and its limit of 8,000 bytes is never reached. With a bus there is none:
    the bus announces it after the commit.
    """
    # New rows get their numbers only when they are flushed.
    await db.flush()
    await must_not_be_barred(db, viewer, _place(on)[0])
    by, about = viewer.id if viewer else None, subject.id if subject else None
    deed = Deed(kind, by, *_place(on), about)
    values = {
        "deed": kind,
        "actor": by,
        "campaign": deed.campaign_id,
        "idea": deed.idea_id,
        "about_type": subject.__tablename__ if subject else None,
        "about": about,
        "more": data,
    }
    statement = ANNOUNCED if announces_itself(db) else UNANNOUNCED
    event_id = int((await db.execute(statement, values)).scalar_one())
    db.info.setdefault(RECORDED, []).append(deed)
    return event_id


def recorded(kind: Kind, deeds: Select[int, int, int]) -> CTE:
    """The part of a statement that adds an event for each row of `deeds`, all of one kind: the
    person, the campaign and the idea. For what many do at once; else `record` is simpler."""
    columns = ["kind", "actor_id", "campaign_id", "idea_id"]
    each = deeds.subquery("deed")
    return (
        insert(Event)
        .from_select(columns, select(constant(kind), *each.c))
        .returning(Event.id)
        .cte("added")
    )


def announced(added: CTE) -> ScalarSelect[Any]:
    """The expression that sends one notification for all these events, and none where there are
    none."""
    last = func.max(added.c.id)
    sent = select(func.pg_notify(CHANNEL, last.cast(String)))
    return sent.having(last.is_not(None)).scalar_subquery()


def _place(on: RowLike | None) -> tuple[int | None, int | None]:
    """The numbers of the campaign and of the idea."""
    if on is None:
        return None, None
    if _is_idea(on):
        return on.campaign_id, on.id
    if on.__tablename__ == "campaign":
        return on.id, None
    raise ValueError(f"A deed is done on an idea or a campaign, not on a {on.__tablename__}.")


def _is_idea(row: RowLike) -> TypeGuard[IdeaLike]:
    return row.__tablename__ == "idea"
