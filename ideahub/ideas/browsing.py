"""Lists of ideas: orders, filters, search, and pages that begin where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Row,
    Select,
    cast,
    desc,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid
from ideahub.core.viewer import Viewer
from ideahub.ideas.cards import IdeaCard, card_columns, idea_card
from ideahub.ideas.models import Idea, Stage
from ideahub.ideas.pseudonyms import posted_openly
from ideahub.ideas.queries import listed_ideas
from ideahub.ideas.ranking import best_matches, search_query

PAGE = 24
LONGEST_AFTER = 60
# A bound LIMIT makes PostgreSQL plan anew each time; a literal one does not.
PAGE_AND_ONE: ColumnElement[int] = literal_column(str(PAGE + 1))


class IdeaOrder(StrEnum):
    """In which order, and for two of them which, ideas are listed."""

    NEWEST = "newest"
    SUPPORTED = "supported"
    RISING = "rising"
    NEEDS_BUILD = "needs-a-build"
    NEEDS_SPONSOR = "needs-a-sponsor"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class IdeaFilters:
    """What a list is narrowed to; the empty ones do not narrow."""

    order: IdeaOrder = IdeaOrder.NEWEST
    words: str = ""
    tag: str = ""
    stage: Stage | None = None
    campaign_id: int | None = None
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class IdeaCardPage:
    """One page of a list; `after` is where the next one begins, empty at the end.

    `newest_only` is how many of the newest matches it holds where older ones may be missing,
    else 0.
    """

    cards: list[IdeaCard]
    after: str
    newest_only: int = 0


async def browse_ideas(
    db: AsyncSession, viewer: Viewer, filters: IdeaFilters, after: str = ""
) -> IdeaCardPage:
    """A page of the ideas this viewer may see; raises Invalid for a broken `after`.

    By how well they match, only the newest MOST_RANKED matches are listed.
    """
    wanted = (listed_ideas(viewer), *_narrowed(filters, viewer))
    place = _position(filters.order, after) if after else None
    by_match = filters.order is IdeaOrder.MATCH
    if by_match:
        query = best_matches(filters.words, wanted, place, PAGE_AND_ONE)
    else:
        query = _by_key(_key(filters), wanted, place)
    rows = (await db.execute(query)).all()
    cards = [idea_card(row) for row in rows[:PAGE]]
    after = _after(rows[PAGE - 1]) if len(rows) > PAGE else ""
    return IdeaCardPage(cards, after, rows[0].newest_only if by_match and rows else 0)


def _by_key(
    key: Any, wanted: Sequence[ColumnElement[bool]], place: ColumnElement[Any] | None
) -> Select[Any]:
    query = card_columns(key).where(*wanted)
    if place is not None:
        query = query.where(tuple_(key, Idea.id) < place)
    return query.order_by(desc(key), desc(Idea.id)).limit(PAGE_AND_ONE)


async def popular_tags(db: AsyncSession, viewer: Viewer, campaign_id: int | None) -> list[str]:
    """The dozen most used tags among the latest ideas in sight, most used first."""
    latest = (
        select(Idea.tags)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(listed_ideas(viewer))
        .order_by(desc(Idea.created_at), desc(Idea.id))
        .limit(literal_column("500"))
    )
    if campaign_id:
        latest = latest.where(Idea.campaign_id == campaign_id)
    tag = select(func.unnest(latest.subquery().c.tags).label("tag")).subquery().c.tag
    found = await db.scalars(
        select(tag).group_by(tag).order_by(desc(func.count()), tag).limit(literal_column("12"))
    )
    return list(found)


def _key(filters: IdeaFilters) -> Any:
    match filters.order:
        case IdeaOrder.SUPPORTED | IdeaOrder.NEEDS_SPONSOR:
            return Idea.votes_count
        case IdeaOrder.RISING:
            return Idea.rising
    return Idea.created_at


def _narrowed(filters: IdeaFilters, viewer: Viewer) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.words:
        conditions.append(Idea.searched.bool_op("@@")(search_query(filters.words)))
    if filters.tag:
        conditions.append(Idea.tags.contains([filters.tag]))
    if filters.stage:
        conditions.append(Idea.stage == filters.stage)
    if filters.campaign_id:
        conditions.append(Idea.campaign_id == filters.campaign_id)
    if filters.author_id:
        conditions += _by(filters.author_id, viewer)
    if filters.order is IdeaOrder.NEEDS_BUILD:
        conditions += [Idea.stage.in_([Stage.SPARK, Stage.CONCEPT]), Idea.builds_count == 0]
    if filters.order is IdeaOrder.NEEDS_SPONSOR:
        conditions += [Idea.stage.in_([Stage.SPARK, Stage.CONCEPT]), Idea.sponsors_count == 0]
    return conditions


def _by(author_id: int, viewer: Viewer) -> list[ColumnElement[bool]]:
    # What a person wrote under a pseudonym nobody else finds.
    own = author_id == viewer.id
    return [Idea.author_id == author_id, *([] if own else [posted_openly()])]


def _after(row: Row[Any]) -> str:
    key = row.order_key
    return f"{key.isoformat() if isinstance(key, datetime) else key}~{row.id}"


def _position(order: IdeaOrder, after: str) -> ColumnElement[Any]:
    # What is longer was not written by us, and would be no number of 64 bits.
    key, _separator, number = after[:LONGEST_AFTER].rpartition("~")
    try:
        bound: Any
        if order in {IdeaOrder.SUPPORTED, IdeaOrder.NEEDS_SPONSOR}:
            bound = literal(int(key))
        elif order is IdeaOrder.RISING:
            bound = cast(float(key), Float(53))
        elif order is IdeaOrder.MATCH:
            bound = cast(float(key), REAL)
        else:
            bound = literal(datetime.fromisoformat(key))
        return tuple_(bound, literal(int(number)))
    except ValueError:
        raise Invalid(_("This list cannot be continued from here. Start at its top.")) from None
