"""Queries for the lists of challenges and idea boxes: filtered, ordered and in pages."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.cards import (
    CARDS,
    CampaignCard,
    CampaignStatus,
    deciding,
    read_card,
    status_column,
)
from ideahub.campaigns.models import Campaign, CampaignKind
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS, HostOrganisation
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import place_after, read_moment, read_place
from ideahub.core.searching.asking import SEARCH_QUERY, Asked, read_search
from ideahub.core.viewer import Viewer
from ideahub.organisations.models import Organisation

PAGE = 24
MOST_CHOICES = 30
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CampaignFilters:
    """The filters of a list; those that are empty do not apply."""

    kind: CampaignKind
    status: CampaignStatus | None = None
    words: str = ""
    topic: str = ""
    organisation_id: int | None = None
    # Whether what is archived is left out, also where no status is asked for.
    standing: bool | None = None

    @property
    def narrowing(self) -> frozenset[str]:
        """The names of the filters that apply, as in CONDITIONS."""
        return frozenset(name for name in CONDITIONS if getattr(self, name) not in {None, ""})

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of CONDITIONS and OF_KIND."""
        return {
            "kind": self.kind,
            "status": self.status,
            "topic": [self.topic],
            "organisation_id": self.organisation_id,
        }


@dataclass(frozen=True, slots=True)
class CampaignCardPage:
    """A page of a list; `after` is the place where the next page begins, empty on the last."""

    cards: list[CampaignCard]
    after: str
    # What was searched for, if anything.
    asked: Asked | None = None


_key = func.coalesce(deciding.c.moment, literal(NEVER))
# The condition of each filter, by the name of its field in CampaignFilters.
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "status": status_column == bindparam("status", type_=String),
    "words": Campaign.searched.bool_op("@@")(SEARCH_QUERY),
    "topic": Campaign.topics.contains(bindparam("topic", type_=ARRAY(String))),
    "standing": Campaign.archived_at.is_(None),
    "organisation_id": Campaign.organisation_id == bindparam("organisation_id", type_=BigInteger),
}
OF_KIND = and_(
    VISIBLE_CAMPAIGNS, Campaign.is_published, Campaign.kind == bindparam("kind", type_=String)
)
_topic = select(func.unnest(Campaign.topics).label("topic")).where(OF_KIND).subquery().c.topic
TOPICS = (
    select(_topic)
    .group_by(_topic)
    .order_by(func.count().desc(), _topic)
    .limit(constant(MOST_CHOICES))
)
HOSTS = (
    select(Organisation.id, Organisation.name)
    .where(Organisation.id.in_(select(Campaign.organisation_id).where(OF_KIND)))
    .order_by(Organisation.name, Organisation.id)
)


async def browse_campaigns(
    db: AsyncSession, viewer: Viewer, wanted: CampaignFilters, after: str = ""
) -> CampaignCardPage:
    """A page of the published campaigns that the viewer may see.

    Open and coming ones are ordered by when they close or open, the soonest first; in other lists
    the latest is first. An `after` that cannot be read stands for the first page.
    """
    soonest = wanted.status in {CampaignStatus.OPEN, CampaignStatus.COMING}
    place = _place(after)
    asked = await read_search(db, wanted.words) if wanted.words else None
    if asked and not asked.query:
        return CampaignCardPage([], "", asked)
    values = {**viewer.bound, **wanted.bound, **(place or {}), **_query(asked)}
    rows = await rows_of(db, _list(wanted.narrowing, soonest, place is not None), values)
    cards = [read_card(row) for row in rows[:PAGE]]
    more = len(rows) > PAGE
    return CampaignCardPage(
        cards, place_after(cards[-1].moment or NEVER, cards[-1].id) if more else "", asked
    )


async def count_by_status(
    db: AsyncSession, viewer: Viewer, wanted: CampaignFilters
) -> dict[CampaignStatus, int]:
    """The number of campaigns of each status, with the other filters applied."""
    wanted = replace(wanted, status=None)
    none = dict.fromkeys(CampaignStatus, 0)
    asked = await read_search(db, wanted.words) if wanted.words else None
    if asked and not asked.query:
        return none
    values = {**viewer.bound, **wanted.bound, **_query(asked)}
    found = await rows_of(db, _counts(wanted.narrowing), values)
    return none | {CampaignStatus(name): count for name, count in found}


async def topics_of(db: AsyncSession, viewer: Viewer, kind: CampaignKind) -> list[str]:
    """The most frequent topics of campaigns that the viewer may see, at most MOST_CHOICES, by
    name."""
    found = await rows_of(db, TOPICS, {"kind": kind, **viewer.bound})
    return sorted((topic for (topic,) in found), key=str.casefold)


async def hosts_of(db: AsyncSession, viewer: Viewer, kind: CampaignKind) -> list[HostOrganisation]:
    """The organisations whose campaigns the viewer may see, by name."""
    found = await rows_of(db, HOSTS, {"kind": kind, **viewer.bound})
    return [HostOrganisation(*row) for row in found]


@cache
def _list(narrowing: frozenset[str], soonest: bool, continued: bool) -> Select[Any]:
    # Made once for each combination of filters and order.
    query = CARDS.where(OF_KIND, *(CONDITIONS[name] for name in sorted(narrowing)))
    if continued:
        here = tuple_(_key, Campaign.id)
        place = tuple_(
            bindparam("key", type_=DateTime(timezone=True)),
            bindparam("number", type_=BigInteger),
        )
        query = query.where(here > place if soonest else here < place)
    order = (_key, Campaign.id) if soonest else (_key.desc(), Campaign.id.desc())
    return query.order_by(*order).limit(constant(PAGE + 1))


@cache
def _counts(narrowing: frozenset[str]) -> Select[Any]:
    return (
        select(status_column, func.count())
        .select_from(Campaign)
        .outerjoin(deciding, true())
        .where(OF_KIND, *(CONDITIONS[name] for name in sorted(narrowing)))
        .group_by(literal_column("1"))
    )


def _query(asked: Asked | None) -> dict[str, str]:
    return {"query": asked.query} if asked else {}


def _place(after: str) -> dict[str, Any] | None:
    try:
        return read_place(after, read_moment)
    except ValueError:
        return None
