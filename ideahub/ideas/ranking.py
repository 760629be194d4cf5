"""The query for ideas that match a search, the best matches first."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    desc,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import REAL

from ideahub.campaigns.models import Campaign
from ideahub.core.db import constant
from ideahub.ideas.cards import card_columns
from ideahub.ideas.models import Idea

# Ranking reads each text, and common words are in half of all ideas.
MOST_RANKED = 2_000


# The search for the parameter `words`, which has to come from `searchable`: then it never fails,
# whatever was typed.
SEARCH_QUERY: ColumnElement[Any] = func.websearch_to_tsquery(
    literal_column("'english'"), bindparam("words", type_=Text)
)


def best_matches(
    wanted: Sequence[ColumnElement[bool]], place: ColumnElement[Any] | None, most: int
) -> Select[Any]:
    """The select of the best `most` cards after `place`, of the newest MOST_RANKED ideas that meet
    the conditions `wanted`.

    Its column `newest_only` is MOST_RANKED where there are so many that older ones may be missing,
    else 0.
    """
    newest = _newest(wanted)
    key, number = newest.c.key, newest.c.id
    matches = select(func.count()).select_from(newest).scalar_subquery()
    newest_only = case(
        (matches >= constant(MOST_RANKED), constant(MOST_RANKED)), else_=constant(0)
    ).label("newest_only")
    best = select(number, key, newest_only).order_by(desc(key), desc(number)).limit(constant(most))
    if place is not None:
        best = best.where(tuple_(key, number) < place)
    # Joins the author and other tables only for the ideas of this page: to join them before
    # ranking takes three times as long.
    page = best.subquery()
    return (
        card_columns(page.c.key)
        .add_columns(page.c.newest_only)
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
