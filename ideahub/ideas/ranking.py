"""Ideas by how well they match the words that are searched."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, desc, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import REAL

from ideahub.campaigns.models import Campaign
from ideahub.core.text.cleaning import searchable
from ideahub.ideas.cards import card_columns
from ideahub.ideas.models import Idea

# Each is looked into: for common words half of all ideas would be.
MOST_RANKED = 2_000


def search_query(words: str) -> ColumnElement[Any]:
    """The words as PostgreSQL searches for them; never an error, whatever is typed."""
    return func.websearch_to_tsquery(literal_column("'english'"), searchable(words))


def best_matches(
    words: str,
    wanted: Sequence[ColumnElement[bool]],
    place: ColumnElement[Any] | None,
    most: ColumnElement[int],
) -> Select[Any]:
    """The best cards beyond `place`, among the newest MOST_RANKED that are wanted.

    `newest_only` is MOST_RANKED where there are so many that older ones may be missing, else 0.
    """
    newest = _newest(words, wanted)
    key, number = newest.c.key, newest.c.id
    matches = select(func.count()).select_from(newest).scalar_subquery()
    newest_only = case((matches >= MOST_RANKED, MOST_RANKED), else_=0).label("newest_only")
    best = select(number, key, newest_only).order_by(desc(key), desc(number)).limit(most)
    if place is not None:
        best = best.where(tuple_(key, number) < place)
    # Only what is shown is joined with its author and the rest: joined first, it takes thrice
    # as long.
    page = best.subquery()
    return (
        card_columns(page.c.key)
        .add_columns(page.c.newest_only)
        .join(page, page.c.id == Idea.id)
        .order_by(desc(page.c.key), desc(Idea.id))
    )


def _newest(words: str, wanted: Sequence[ColumnElement[bool]]) -> CTE:
    rank = func.ts_rank(Idea.searched, search_query(words)).cast(REAL)
    return (
        select(Idea.id, rank.label("key"))
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(*wanted)
        .order_by(desc(Idea.created_at), desc(Idea.id))
        .limit(literal_column(str(MOST_RANKED)))
        .cte("newest")
    )
