"""Queries for the lists of ideas: ordered, filtered, searched and in pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Select,
    Text,
    bindparam,
    desc,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant, rows_of
from ideahub.core.paging import place_after
from ideahub.core.quick_rows import with_one_plan
from ideahub.core.searching.asking import Asked, read_search
from ideahub.core.viewer import Viewer
from ideahub.ideas import ranking
from ideahub.ideas.cards import IdeaCard, card_columns, idea_card, with_passages
from ideahub.ideas.list_filters import (
    CONDITIONS,
    FURTHER_CONDITIONS,
    KEY_TYPES,
    ORDER_CONDITIONS,
    IdeaFilters,
    IdeaOrder,
    key_of,
    position_in,
)
from ideahub.ideas.looked_for import (
    Reach,
    choose_reach,
    counting_of,
    found_ideas,
    marked_query,
)
from ideahub.ideas.models import Idea, IdeaTag
from ideahub.ideas.queries import LISTED_IDEAS

__all__ = ["IdeaFilters", "IdeaOrder", "browse_ideas", "popular_tags"]

PAGE = 24
OF_TAG = IdeaTag.tag == bindparam("tag", type_=Text)


class How(NamedTuple):
    """How the ideas of a search are found.

    `in_order`: words must follow each other, for which the newest ideas with them are looked
    through. `walking`: see looked_for.py. `few`: all are found, and then put in order; of many, the
    next in an order are found soon by going through all ideas in this order.
    """

    in_order: bool
    walking: bool
    few: bool


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
    place = position_in(filters.order, after) if after else {}
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
    most = ranking.MOST_LOOKED_THROUGH if asked.in_order else ranking.MOST_RANKED
    words = marked_query(
        asked.query_of_words, c=filters.campaign_id, s=filters.stage, t=filters.tag
    )
    search = Search(filters, asked, values | {"query": asked.query}, most, continued)
    reach = await choose_reach(db, words, most)
    rows, counts = await search.run(db, reach)
    if counts.looked_through < most and not reach.is_all:
        reach = Reach(words, 0, is_all=True)
        rows, counts = await search.run(db, reach)
    found, in_part = _page(rows), counts.looked_through >= most
    ranked_in_part = filters.order is IdeaOrder.MATCH and counts.matches >= ranking.MOST_RANKED
    return replace(
        found,
        cards=await with_passages(db, found.cards, asked),
        asked=asked,
        matches=counts.matches,
        newest_only=counts.matches if ranked_in_part else 0,
        looked_through=counts.looked_through if asked.in_order and in_part else 0,
    )


class Counts(NamedTuple):
    """How many ideas match, and how many were looked through for them, each as far as it is
    counted."""

    matches: int
    looked_through: int


@dataclass(frozen=True, slots=True)
class Search:
    """A search for a page of a list."""

    filters: IdeaFilters
    asked: Asked
    values: dict[str, Any]
    most: int
    continued: bool

    async def run(self, db: AsyncSession, reach: Reach) -> tuple[Sequence[Row[Any]], Counts]:
        """The rows of the page and the counts, of the ideas within this reach."""
        values = self.values | reach.bound | {"counted": self.most}
        order, narrowing, walking = self.filters.order, self.filters.narrowing, bool(reach.walked)
        by_author = frozenset(narrowing & {"author_id"})
        if order is IdeaOrder.MATCH or self.asked.in_order:
            how = How(self.asked.in_order, walking, few=True)
            rows = await rows_of(db, _listing(order, narrowing, self.continued, how), values)
            counted = rows or await rows_of(db, _counting_matches(by_author, how), values)
            return rows, Counts(counted[0].matches, counted[0].looked_through)
        found = (await rows_of(db, _counting(by_author, walking), values))[0][0]
        if found < self.most and not reach.is_all:
            return [], Counts(found, found)
        how = How(in_order=False, walking=False, few=found < self.most)
        rows = await rows_of(db, _listing(order, narrowing, self.continued, how), values)
        return rows, Counts(found, found)


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


@cache
def _listing(
    order: IdeaOrder, narrowing: frozenset[str], continued: bool, how: How | None = None
) -> Select[Any]:
    # Made once for each order and combination of filters.
    kind = KEY_TYPES.get(order, DateTime(timezone=True))
    place = tuple_(bindparam("key", type_=kind), bindparam("number", type_=BigInteger))
    if order is IdeaOrder.MATCH and how:
        return ranking.best_matches(
            _matches(narrowing, how), place if continued else None, PAGE + 1
        )
    key, number = key_of(order), Idea.id
    further = [FURTHER_CONDITIONS[order]()] if order in FURTHER_CONDITIONS else []
    query = card_columns(key).where(LISTED_IDEAS, *ORDER_CONDITIONS.get(order, ()), *further)
    if key is Idea.created_at and "tag" in narrowing and how is None:
        # In the order of the tag's own index, which ends with the page.
        query = query.join(IdeaTag, IdeaTag.idea_id == Idea.id).where(OF_TAG)
        key, number, narrowing = IdeaTag.created_at, IdeaTag.idea_id, narrowing - {"tag"}
    query = _narrowed(query, narrowing, how)
    if continued:
        query = query.where(tuple_(key, number) < place)
    return query.order_by(desc(key), desc(number)).limit(constant(PAGE + 1))


def _narrowed(query: Select[Any], narrowing: frozenset[str], how: How | None) -> Select[Any]:
    if how and how.in_order:
        matches = _matches(narrowing, how)
        query = query.add_columns(*matches.counts)
        return query.where(Idea.id.in_(ranking.one_of_each(matches.newest)))
    if how and how.few:
        some = found_ideas(_unmarked(narrowing), walking=False)
        few = some.limit(constant(ranking.MOST_RANKED)).cte("few")
        return query.where(Idea.id.in_(ranking.one_of_each(few)))
    return query.where(*(CONDITIONS[name] for name in sorted(narrowing)))


def _matches(narrowing: frozenset[str], how: How) -> ranking.Matches:
    return ranking.newest_matches(_unmarked(narrowing), in_order=how.in_order, walking=how.walking)


def _unmarked(narrowing: frozenset[str]) -> list[ColumnElement[bool]]:
    """The conditions of the filters for which ideas have no marks; see looked_for.py."""
    return [CONDITIONS[name] for name in sorted(narrowing & {"author_id"})]


@cache
def _counting(by_author: frozenset[str], walking: bool) -> Select[Any]:
    return counting_of(_unmarked(by_author), walking=walking)


@cache
def _counting_matches(by_author: frozenset[str], how: How) -> Select[*tuple[Any, ...]]:
    return select(*_matches(by_author, how).counts)


def _tags(*wanted: ColumnElement[bool]) -> Select[Any]:
    latest = (
        select(Idea.tags)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(LISTED_IDEAS, *wanted)
        .order_by(desc(Idea.created_at), desc(Idea.id))
        .limit(constant(500))
    )
    tag = select(func.unnest(latest.subquery().c.tags).label("tag")).subquery().c.tag
    return with_one_plan(
        select(tag).group_by(tag).order_by(desc(func.count()), tag).limit(constant(12))
    )


TAGS, TAGS_OF_ONE = _tags(), _tags(CONDITIONS["campaign_id"])
