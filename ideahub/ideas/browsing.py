"""Queries for the lists of ideas: ordered, filtered, searched and in pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Float,
    Row,
    Select,
    String,
    Text,
    and_,
    any_,
    bindparam,
    desc,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, REAL
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, constants, rows_of
from ideahub.core.i18n import _
from ideahub.core.paging import place_after, read_moment, read_place
from ideahub.core.refusals import Invalid
from ideahub.core.searching.asking import SEARCH_QUERY, Asked, read_search
from ideahub.core.viewer import Viewer
from ideahub.ideas import ranking
from ideahub.ideas.cards import IdeaCard, card_columns, idea_card, with_passages
from ideahub.ideas.models import MOVING, Idea, IdeaWords, Stage
from ideahub.ideas.pseudonyms import FOUND_BY_AUTHOR
from ideahub.ideas.queries import LISTED_IDEAS

PAGE = 24


class IdeaOrder(StrEnum):
    """The orders of a list of ideas; RISING, NEEDS_BUILD and NEEDS_SPONSOR also filter it."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    RISING = "rising"
    NEEDS_BUILD = "needs-a-build"
    NEEDS_SPONSOR = "needs-a-sponsor"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class IdeaFilters:
    """The order and filters of a list; filters that are empty do not apply."""

    order: IdeaOrder = IdeaOrder.NEWEST
    words: str = ""
    tag: str = ""
    stage: Stage | None = None
    campaign_id: int | None = None
    author_id: int | None = None

    @property
    def narrowing(self) -> frozenset[str]:
        """The names of the filters that apply, as in CONDITIONS."""
        return frozenset(name for name in CONDITIONS if getattr(self, name))

    @property
    def bound(self) -> dict[str, Any]:
        """The values of the parameters of CONDITIONS."""
        return {
            "tags": [self.tag],
            "stage": self.stage,
            "campaign_id": self.campaign_id,
            "author_id": self.author_id,
        }


@dataclass(frozen=True, slots=True)
class IdeaCardPage:
    """A page of a list; `after` is the place where the next page begins, empty on the last.

    For a search, `asked` is what was searched for and `matches` how many ideas match, counted as
    far as MOST_RANKED. `newest_only` is 0 where all matches are ranked, else how many of the
    newest are: older ones may be missing then. `looked_through` is 0 where all ideas were looked
    through for words that follow each other, else how many of the newest with these words were.
    """

    cards: list[IdeaCard]
    after: str
    asked: Asked | None = None
    matches: int = 0
    newest_only: int = 0
    looked_through: int = 0

    @property
    def or_more(self) -> bool:
        """Whether more ideas may match than were counted."""
        return self.looked_through > 0 or self.matches >= ranking.MOST_RANKED


async def browse_ideas(
    db: AsyncSession, viewer: Viewer, filters: IdeaFilters, after: str = ""
) -> IdeaCardPage:
    """A page of the ideas that the viewer sees in lists; raises Invalid for a broken `after`.

    In the order of best match, only the newest MOST_RANKED matches are ranked.
    """
    place = _position(filters.order, after) if after else {}
    values = {**viewer.bound, **filters.bound, **place}
    asked = await read_search(db, filters.words) if filters.words else None
    if asked is None:
        rows = await rows_of(db, _listing(filters.order, filters.narrowing, bool(place)), values)
        return _page(rows)
    if not asked.query:
        return IdeaCardPage([], "", asked)
    return await _search(db, filters, asked, values, continued=bool(place))


async def _search(
    db: AsyncSession,
    filters: IdeaFilters,
    asked: Asked,
    values: dict[str, Any],
    *,
    continued: bool,
) -> IdeaCardPage:
    values = values | asked.bound | {"counted": ranking.MOST_RANKED}
    narrowing, in_order = filters.narrowing, asked.in_order
    rows = await rows_of(db, _listing(filters.order, narrowing, continued, in_order), values)
    with_counts = rows and (in_order or filters.order is IdeaOrder.MATCH)
    counted = rows if with_counts else await rows_of(db, _counting(narrowing, in_order), values)
    matches, looked_through = counted[0].matches, counted[0].looked_through
    ranked_in_part = filters.order is IdeaOrder.MATCH and matches >= ranking.MOST_RANKED
    looked_in_part = in_order and looked_through >= ranking.MOST_LOOKED_THROUGH
    found = _page(rows)
    return replace(
        found,
        cards=await with_passages(db, found.cards, asked),
        asked=asked,
        matches=matches,
        newest_only=matches if ranked_in_part else 0,
        looked_through=looked_through if looked_in_part else 0,
    )


def _page(rows: Sequence[Row[Any]]) -> IdeaCardPage:
    more = len(rows) > PAGE
    after = place_after(rows[PAGE - 1].order_key, rows[PAGE - 1].id) if more else ""
    return IdeaCardPage([idea_card(row) for row in rows[:PAGE]], after)


async def popular_tags(db: AsyncSession, viewer: Viewer, campaign_id: int | None) -> list[str]:
    """The twelve most used tags of the newest 500 ideas that the viewer sees in lists; of one
    campaign, or of all where it is None."""
    statement = TAGS_OF_ONE if campaign_id else TAGS
    found = await rows_of(db, statement, {"campaign_id": campaign_id, **viewer.bound})
    return [tag for (tag,) in found]


def _key(order: IdeaOrder) -> Any:
    match order:
        case IdeaOrder.SUPPORTED | IdeaOrder.NEEDS_SPONSOR:
            return Idea.votes_count
        case IdeaOrder.RISING:
            return Idea.rising
    return Idea.created_at


EARLY = Idea.stage == any_(constants(Stage.SPARK, Stage.CONCEPT))
# The conditions of those orders that also filter.
ORDER_CONDITIONS: dict[IdeaOrder, tuple[ColumnElement[bool], ...]] = {
    # Nothing rises that was stopped, parked, or is everyday practice.
    IdeaOrder.RISING: (Idea.stage == any_(constants(*MOVING)),),
    IdeaOrder.NEEDS_BUILD: (EARLY, Idea.builds_count == constant(0)),
    IdeaOrder.NEEDS_SPONSOR: (EARLY, Idea.sponsors_count == constant(0)),
}
WITHIN = bindparam("campaign_id", type_=BigInteger)
# The condition of each filter, by the name of its field in IdeaFilters.
CONDITIONS: dict[str, ColumnElement[bool]] = {
    "words": Idea.id.in_(
        select(IdeaWords.idea_id).where(IdeaWords.searched.bool_op("@@")(SEARCH_QUERY))
    ),
    "tag": Idea.tags.contains(bindparam("tags", type_=ARRAY(Text))),
    "stage": Idea.stage == bindparam("stage", type_=String),
    "campaign_id": Idea.campaign_id == WITHIN,
    # Ideas under a pseudonym are found by their author only.
    "author_id": and_(Idea.author_id == bindparam("author_id", type_=BigInteger), FOUND_BY_AUTHOR),
}
# The type of each order's key, for the parameter from which a page begins.
KEY_TYPES: dict[IdeaOrder, Any] = {
    IdeaOrder.SUPPORTED: BigInteger,
    IdeaOrder.NEEDS_SPONSOR: BigInteger,
    IdeaOrder.RISING: Float(53),
    IdeaOrder.MATCH: REAL,
}


@cache
def _listing(
    order: IdeaOrder, narrowing: frozenset[str], continued: bool, in_order: bool = False
) -> Select[Any]:
    # Made once for each order and combination of filters.
    kind = KEY_TYPES.get(order, DateTime(timezone=True))
    place = tuple_(bindparam("key", type_=kind), bindparam("number", type_=BigInteger))
    if order is IdeaOrder.MATCH:
        matches = _matches(narrowing, in_order)
        return ranking.best_matches(matches, place if continued else None, PAGE + 1)
    key = _key(order)
    query = card_columns(key).where(LISTED_IDEAS, *ORDER_CONDITIONS.get(order, ()))
    if in_order:
        matches = _matches(narrowing, in_order)
        query = query.where(Idea.id.in_(select(matches.newest.c.idea_id)))
        query = query.add_columns(*matches.counts)
    else:
        query = query.where(*(CONDITIONS[name] for name in sorted(narrowing)))
    if continued:
        query = query.where(tuple_(key, Idea.id) < place)
    return query.order_by(desc(key), desc(Idea.id)).limit(constant(PAGE + 1))


def _matches(narrowing: frozenset[str], in_order: bool) -> ranking.Matches:
    wanted, joins_idea = _of_search(narrowing)
    return ranking.newest_matches(wanted, in_order=in_order, joins_idea=joins_idea)


def _of_search(narrowing: frozenset[str]) -> tuple[list[ColumnElement[bool]], bool]:
    """The conditions beside the words, and whether some of them are about columns of `idea`."""
    conditions = CONDITIONS | {"campaign_id": IdeaWords.campaign_id == WITHIN}
    named = sorted(narrowing - {"words"})
    return [VISIBLE_CAMPAIGNS, *(conditions[name] for name in named)], named not in (
        [],
        ["campaign_id"],
    )


@cache
def _counting(narrowing: frozenset[str], in_order: bool) -> Select[Any]:
    if in_order:
        return select(*_matches(narrowing, in_order).counts)
    wanted, joins_idea = _of_search(narrowing)
    return ranking.counting(wanted, joins_idea=joins_idea)


def _tags(*wanted: ColumnElement[bool]) -> Select[Any]:
    latest = (
        select(Idea.tags)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(LISTED_IDEAS, *wanted)
        .order_by(desc(Idea.created_at), desc(Idea.id))
        .limit(constant(500))
    )
    tag = select(func.unnest(latest.subquery().c.tags).label("tag")).subquery().c.tag
    return select(tag).group_by(tag).order_by(desc(func.count()), tag).limit(constant(12))


TAGS, TAGS_OF_ONE = _tags(), _tags(CONDITIONS["campaign_id"])


def _position(order: IdeaOrder, after: str) -> dict[str, Any]:
    read: Callable[[str], Any] = read_moment
    if order in {IdeaOrder.SUPPORTED, IdeaOrder.NEEDS_SPONSOR}:
        read = int
    elif order in {IdeaOrder.RISING, IdeaOrder.MATCH}:
        read = float
    try:
        return read_place(after, read)
    except ValueError:
        raise Invalid(_("This list cannot be continued from here. Start at its top.")) from None
