"""The query for ideas that match a search, the best matches first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    desc,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import REAL

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant
from ideahub.core.searching.asking import SEARCH_QUERY
from ideahub.ideas.cards import card_columns
from ideahub.ideas.models import Idea

# Ranking reads each text, and common words are in half of all ideas.
MOST_RANKED = 2_000


def best_matches(
    wanted: Sequence[ColumnElement[bool]], place: ColumnElement[Any] | None, most: int
) -> Select[Any]:
    """The select of the best `most` cards after `place`, of the newest MOST_RANKED ideas that meet
    the conditions `wanted`."""
    newest = _newest(wanted)
    key, number = newest.c.key, newest.c.id
    best = select(number, key).order_by(desc(key), desc(number)).limit(constant(most))
    if place is not None:
        best = best.where(tuple_(key, number) < place)
    # Joins the author and other tables only for the ideas of this page: to join them before
    # ranking takes three times as long.
    page = best.subquery()
    return (
        card_columns(page.c.key)
        .join(page, page.c.id == Idea.id)
        .order_by(desc(page.c.key), desc(Idea.id))
    )


def _newest(wanted: Sequence[ColumnElement[bool]]) -> CTE:
    rank = func.ts_rank(Idea.searched, SEARCH_QUERY).cast(REAL)
    return (
        select(Idea.id, rank.label("key"))
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(*wanted)
        .order_by(desc(Idea.created_at), desc(Idea.id))
        .limit(constant(MOST_RANKED))
        .cte("newest")
    )


def matching(wanted: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The select of the number of ideas that meet the conditions; it counts as far as the
    parameter `counted` says, as common words are in half of all ideas."""
    some = (
        select(Idea.id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(*wanted)
        .limit(bindparam("counted", type_=BigInteger))
    )
    return select(func.count()).select_from(some.subquery())
