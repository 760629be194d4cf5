"""The queries for ideas that match a search, the best matches first."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Select, and_, desc, func, select, tuple_
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import aliased

from ideahub.core.db import constant
from ideahub.core.searching.asking import SEARCH_QUERY
from ideahub.ideas.cards import card_columns
from ideahub.ideas.looked_for import found_ideas
from ideahub.ideas.models import Idea

# Ranking reads all words of an idea, and common words are in half of all ideas.
MOST_RANKED = 2_000
# Where words must follow each other, so many of the newest ideas with these words are looked
# through: the index does not know the order of words.
MOST_LOOKED_THROUGH = 5_000
# The letters among the ideas of a search, beside those of the page.
Letter = aliased(Idea, name="letter")


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
    wanted: Sequence[ColumnElement[bool]], *, in_order: bool, walking: bool
) -> Matches:
    """The newest matches that meet the conditions `wanted`, with their words.

    `in_order` is whether words must follow each other; for `walking` see looked_for.py.
    """
    found = found_ideas(wanted, walking=walking, with_words=True)
    if not in_order:
        newest = _newest(found, MOST_RANKED).cte("newest")
        return Matches(newest, newest)
    some = _newest(found, MOST_LOOKED_THROUGH).cte("looked_through")
    exact = select(some).where(some.c.searched.bool_op("@@")(SEARCH_QUERY))
    return Matches(_newest(exact, MOST_RANKED).cte("newest"), some)


def _newest(found: Select[Any], most: int) -> Select[Any]:
    # No index has this order: so PostgreSQL does not read the words of one idea after the other in
    # it, which it would where it takes a word for more frequent than it is.
    columns = found.selected_columns
    return found.order_by(desc(columns.created_at), desc(columns.idea_id)).limit(constant(most))


def one_of_each(found: CTE) -> Select[int]:
    """Of the ideas that were found, the numbers of those that are shown: of several letters with
    nearly the same text the newest, whether or not the one was found that stands for all."""
    # Letters are looked up in an index that has nothing else: no page of `idea` is read for others.
    letters = found.outerjoin(
        Letter, and_(Letter.id == found.c.idea_id, Letter.letter_of.is_not(None))
    )
    stands = func.coalesce(Letter.letter_of, found.c.idea_id)
    newest = select(func.max(found.c.idea_id)).select_from(letters)
    return newest.group_by(stands).correlate(None)


def best_matches(matches: Matches, place: ColumnElement[Any] | None, most: int) -> Select[Any]:
    """The select of the best `most` cards after `place`, with the counts of matches."""
    found = matches.newest.c
    rank = func.ts_rank(found.searched, SEARCH_QUERY).cast(REAL).label("key")
    ranked = (
        select(found.idea_id, rank)
        .where(found.idea_id.in_(one_of_each(matches.newest)))
        .subquery("ranked")
        .c
    )
    best = (
        select(ranked.idea_id, ranked.key)
        .order_by(desc(ranked.key), desc(ranked.idea_id))
        .limit(constant(most))
    )
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
