"""Ideas like the one being typed: found here, with no outside service.

Comparing a title with every idea that shares a common word with it takes a second at 50,000
ideas. So a few hundred candidates are gathered first, and only these are compared exactly.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    desc,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.viewing import Viewer
from ideahub.campaigns.models import Campaign
from ideahub.ideas.finding import listed_ideas
from ideahub.ideas.models import Idea, Stage

SHORTEST = 4
# Half of the longer title's trigrams in common is a near copy, a fifth is the same subject.
LIKE_ENOUGH = 0.2
# The longest words of a title say what it is about, and are the rarest, too.
MOST_WORDS = 8
# How many candidates: with the same words in their title, with nearly the same, with each word.
SAME: ColumnElement[int] = literal_column("50")
NEARLY: ColumnElement[int] = literal_column("500")
WITH_EACH: ColumnElement[int] = literal_column("40")

title_words = func.to_tsvector(literal_column("'english'"), Idea.title)


class SimilarIdea(msgspec.Struct, frozen=True):
    """An idea that may already say what is being typed."""

    id: int
    title: str
    excerpt: str
    stage: Stage
    votes_count: int
    campaign_title: str


async def similar_ideas(
    db: AsyncSession, viewer: Viewer, title: str, *, but_not: int | None = None
) -> list[SimilarIdea]:
    """Up to three ideas the viewer may see whose title or words are like this title."""
    if len(title.strip()) < SHORTEST:
        return []
    words = await _words(db, title)
    if not words:
        return []
    found = await db.execute(_best(_candidates(viewer, title, words, but_not or 0), title, words))
    return [SimilarIdea(**(row._asdict() | {"stage": Stage(row.stage)})) for row in found]


async def _words(db: AsyncSession, title: str) -> list[str]:
    """The words of a title as PostgreSQL searches for them, the longest first, quoted."""
    split = func.tsvector_to_array(func.to_tsvector(literal_column("'english'"), title))
    found = (await db.execute(select(split))).scalar_one()
    longest = sorted(found, key=lambda word: (-len(word), word))[:MOST_WORDS]
    return ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in longest]


def _candidates(viewer: Viewer, title: str, words: Sequence[str], but_not: int) -> Any:
    """Ideas with the same words in their title, with all but a few, and the newest with each."""

    def some(condition: ColumnElement[bool], most: Any) -> Select[Any]:
        listed = (listed_ideas(viewer), Idea.id != but_not)
        found = select(Idea.id).join(Campaign, Campaign.id == Idea.campaign_id)
        return found.where(*listed, condition).limit(most)

    same = func.strip(title_words) == func.strip(
        func.to_tsvector(literal_column("'english'"), title)
    )
    nearly = title_words.bool_op("@@")(_query(_all_but_a_few(words)))
    each = (Idea.searched.bool_op("@@")(_query(word)) for word in words)
    return union(
        select(some(same, SAME).subquery()),
        select(some(nearly, NEARLY).subquery()),
        *(select(some(one, WITH_EACH).order_by(desc(Idea.id)).subquery()) for one in each),
    ).subquery()


def _all_but_a_few(words: Sequence[str]) -> str:
    """The query for titles that have these words, of three one may be missing, of six two."""
    enough = len(words) - len(words) // 3
    return " | ".join(f"({' & '.join(some)})" for some in combinations(words, enough))


def _best(candidates: Any, title: str, words: Sequence[str]) -> Any:
    likeness = func.similarity(Idea.title, title)
    rank = func.ts_rank(Idea.searched, _query(" | ".join(words)), literal_column("1"))
    shown = select(
        Idea.id,
        Idea.title,
        Idea.excerpt,
        Idea.stage,
        Idea.votes_count,
        Campaign.title.label("campaign_title"),
    )
    return (
        shown.join(candidates, candidates.c.id == Idea.id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(or_(likeness >= LIKE_ENOUGH, rank > 0))
        .order_by(desc(likeness * 2 + rank), desc(Idea.votes_count), desc(Idea.id))
        .limit(literal_column("3"))
    )


def _query(words: str) -> ColumnElement[Any]:
    return cast(cast(words, Text), TSQUERY)
