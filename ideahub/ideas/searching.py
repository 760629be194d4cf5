"""Finds ideas like the one that is being typed, without an outside service.

Comparing a title with every idea that shares a common word with it takes a second at 50,000
ideas. So first a few hundred candidates are found, and only these are compared exactly.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
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

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.searching.asking import read_search
from ideahub.core.viewer import Viewer
from ideahub.ideas.looked_for import newest_blocks
from ideahub.ideas.models import Idea, IdeaWords, Stage
from ideahub.ideas.queries import LISTED_IDEAS

SHORTEST = 4
# Titles with half of their trigrams in common are nearly the same; with a fifth they have the same
# subject.
LIKE_ENOUGH = 0.2
# The longest words of a title mostly say what it is about, and are the rarest.
MOST_WORDS = 8
# The most candidates of each kind, see `_Candidates`.
SAME: ColumnElement[int] = literal_column("50")
ALL: ColumnElement[int] = literal_column("200")
NEARLY: ColumnElement[int] = literal_column("300")
WITH_EACH: ColumnElement[int] = literal_column("40")
BY_LETTERS: ColumnElement[int] = literal_column("200")
SHOWN = 3
# The newest ideas with a word are looked for in so many blocks of ideas; see looked_for.py.
BLOCKS = 2
# The share of trigrams that candidates by letters have in common. PostgreSQL's default of 0.3
# takes four times as long.
LETTERS = select(func.set_config("pg_trgm.similarity_threshold", "0.45", literal_column("true")))


class SimilarIdea(msgspec.Struct, frozen=True):
    """An idea that may already say what somebody is typing."""

    id: int
    title: str
    excerpt: str
    stage: Stage
    votes_count: int
    campaign_title: str


async def similar_ideas(
    db: AsyncSession, viewer: Viewer, title: str, *, but_not: int | None = None
) -> list[SimilarIdea]:
    """At most three ideas that the viewer sees in lists and whose title or text is like this
    title, the most similar first.

    None for a title of fewer than SHORTEST characters. `but_not` is the idea that is being edited.
    """
    if len(title.strip()) < SHORTEST:
        return []
    words = await _words(db, title)
    candidates = _Candidates(title, but_not or 0, await newest_blocks(db, BLOCKS))
    some = candidates.by_words(words) if words else []
    found = await _best(db, viewer, some, title, words) if some else []
    if len(found) < SHOWN:
        # A word may be misspelt, or not typed to its end.
        await db.execute(LETTERS)
        found = await _best(db, viewer, [*some, candidates.by_letters()], title, words)
    return [SimilarIdea(**(row._asdict() | {"stage": Stage(row.stage)})) for row in found]


async def _words(db: AsyncSession, title: str) -> list[str]:
    """The query for each word of a title in any form, the longest first, and without those that
    are so frequent that they say nothing."""
    asked = await read_search(db, title)
    words = {
        word.word: word.query for piece in asked.pieces for word in piece.words if not word.frequent
    }
    return [f"({words[word]})" for word in sorted(words, key=lambda word: (-len(word), word))][
        :MOST_WORDS
    ]


class _Candidates:
    """Selects of the ideas that are worth a comparison with the title."""

    def __init__(self, title: str, but_not: int, newest: str) -> None:
        self.title = title
        self.newest = newest
        self.but_not = but_not
        # Of many letters with one text, the one that stands for all.
        self.listed = (LISTED_IDEAS, Idea.id != but_not, Idea.letter_of.is_(None))

    def by_words(self, words: Sequence[str]) -> list[Select[Any]]:
        """Ideas with exactly the same words in their title; with all of them; with all but a few;
        and for each word some ideas that have it in their title or text."""
        typed = func.search_stems(self.title)
        matches = Idea.title_words.bool_op("@@")
        return [
            self._some(Idea.title_words == typed, SAME),
            self._some(matches(_query(" & ".join(words))), ALL),
            self._some(matches(_query(_all_but_a_few(words))), NEARLY),
            *(some for word in words for some in self._with(word)),
        ]

    def by_letters(self) -> Select[Any]:
        """Ideas whose titles have many trigrams in common with the title."""
        return self._some(Idea.title_plain.bool_op("%")(func.search_plain(self.title)), BY_LETTERS)

    def _with(self, word: str) -> list[Select[Any]]:
        """Some of the newest ideas with the word; where there are not enough of them, some with it
        that may be older: in no order, as to put all ideas with a word in order takes too long. The
        index lists all ideas with a word at once, which takes longer the more frequent it is."""
        found = select(IdeaWords.idea_id).join(Campaign, Campaign.id == IdeaWords.campaign_id)
        found = found.where(VISIBLE_CAMPAIGNS, IdeaWords.idea_id != self.but_not)
        matches = IdeaWords.searched.bool_op("@@")
        newest = (
            found.where(matches(_query(f"{word} & ({self.newest})")))
            .order_by(desc(IdeaWords.created_at), desc(IdeaWords.idea_id))
            .limit(WITH_EACH)
            .cte()
        )
        many = select(func.count()).select_from(newest).scalar_subquery()
        older = found.where(many < WITH_EACH, matches(_query(word))).limit(WITH_EACH)
        return [select(newest.c.idea_id), older]

    def _some(self, condition: ColumnElement[bool], most: ColumnElement[int]) -> Select[Any]:
        joined = select(Idea.id).join(Campaign, Campaign.id == Idea.campaign_id)
        return joined.where(*self.listed, condition).limit(most)


def _all_but_a_few(words: Sequence[str]) -> str:
    """The tsquery for all these words but a third: of three one may be missing, of six two."""
    enough = len(words) - len(words) // 3
    return " | ".join(f"({' & '.join(some)})" for some in combinations(words, enough))


async def _best(
    db: AsyncSession,
    viewer: Viewer,
    some: Sequence[Select[Any]],
    title: str,
    words: Sequence[str],
) -> Sequence[Row[*tuple[Any, ...]]]:
    candidates = union(*(select(query.subquery()) for query in some)).subquery()
    likeness = func.similarity(Idea.title_plain, func.search_plain(title))
    rank = func.ts_rank(Idea.searched, _query(" | ".join(words)), literal_column("1"))
    shown = select(
        Idea.id,
        Idea.title,
        Idea.excerpt,
        Idea.stage,
        Idea.votes_count,
        Campaign.title.label("campaign_title"),
    )
    best = (
        shown.join(candidates, candidates.c.id == Idea.id)
        .join(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.letter_of.is_(None), or_(likeness >= LIKE_ENOUGH, rank > 0))
        .order_by(desc(likeness * 2 + rank), desc(Idea.votes_count), desc(Idea.id))
        .limit(constant(SHOWN))
    )
    return await rows_of(db, best, viewer.bound)


def _query(words: str) -> ColumnElement[Any]:
    return cast(cast(words, Text), TSQUERY)
