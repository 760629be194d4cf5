"""The queries for ideas that match a search, the best matches first.

They read `idea_words`, a narrow table: there the ideas with a common word are on few pages.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

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
from ideahub.core.searching.asking import SEARCH_QUERY, SEARCH_WORDS
from ideahub.ideas.cards import card_columns
from ideahub.ideas.models import Idea, IdeaWords

# Ranking reads all words of an idea, and common words are in half of all ideas.
MOST_RANKED = 2_000
# Where words must follow each other, so many of the newest ideas with these words are looked
# through: the index does not know the order of words.
MOST_LOOKED_THROUGH = 5_000


class Matches(NamedTuple):
    """The newest MOST_RANKED ideas that match, and all that were looked through for them: the
    same, unless words must follow each other."""

    newest: CTE
    looked_through: CTE

    @property
    def counts(self) -> tuple[ColumnElement[int], ColumnElement[int]]:
        """The columns `matches` and `looked_through`: how many they are."""
        matches, looked_through = (
            select(func.count()).select_from(some).scalar_subquery() for some in self
        )
        return matches.label("matches"), looked_through.label("looked_through")


def newest_matches(
    wanted: Sequence[ColumnElement[bool]], *, in_order: bool, joins_idea: bool
) -> Matches:
    """The newest matches that meet the conditions `wanted`.

    `in_order` is whether words must follow each other, `joins_idea` whether the conditions are
    about columns of `idea`.
    """
    found = _found(wanted, joins_idea=joins_idea).add_columns(
        IdeaWords.created_at, IdeaWords.searched
    )
    some = _newest(found, IdeaWords, MOST_LOOKED_THROUGH if in_order else MOST_RANKED)
    if not in_order:
        newest = some.cte("newest")
        return Matches(newest, newest)
    looked_through = some.cte("looked_through")
    words = looked_through.c
    exact = select(looked_through).where(words.searched.bool_op("@@")(SEARCH_QUERY))
    return Matches(_newest(exact, words, MOST_RANKED).cte("newest"), looked_through)


def _found(wanted: Sequence[ColumnElement[bool]], *, joins_idea: bool) -> Select[Any]:
    found = select(IdeaWords.idea_id).join(Campaign, Campaign.id == IdeaWords.campaign_id)
    if joins_idea:
        found = found.join(Idea, Idea.id == IdeaWords.idea_id)
    return found.where(*wanted, IdeaWords.searched.bool_op("@@")(SEARCH_WORDS))


def _newest(found: Select[Any], columns: Any, most: int) -> Select[Any]:
    return found.order_by(desc(columns.created_at), desc(columns.idea_id)).limit(constant(most))


def best_matches(matches: Matches, place: ColumnElement[Any] | None, most: int) -> Select[Any]:
    """The select of the best `most` cards after `place`, with the counts of matches."""
    found = matches.newest.c
    rank = func.ts_rank(found.searched, SEARCH_QUERY).cast(REAL).label("key")
    ranked = select(found.idea_id, rank).subquery("ranked").c
    best = select(ranked).order_by(desc(ranked.key), desc(ranked.idea_id)).limit(constant(most))
    if place is not None:
        best = best.where(tuple_(ranked.key, ranked.idea_id) < place)
    # Joins the author and other tables only for the ideas of this page: to join them before
    # ranking takes three times as long.
    page = best.subquery()
    return (
        card_columns(page.c.key)
        .add_columns(*matches.counts)
        .join(page, page.c.idea_id == Idea.id)
        .order_by(desc(page.c.key), desc(Idea.id))
    )


def counting(wanted: Sequence[ColumnElement[bool]], *, joins_idea: bool) -> Select[Any]:
    """The select of the number of ideas that match and meet the conditions; it counts as far as
    the parameter `counted` says, as common words are in half of all ideas."""
    some = _found(wanted, joins_idea=joins_idea).limit(bindparam("counted", type_=BigInteger))
    return select(func.count().label("matches"), constant(0).label("looked_through")).select_from(
        some.subquery()
    )
