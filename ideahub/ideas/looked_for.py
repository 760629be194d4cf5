"""Which ideas a search looks at, so that it stays quick among a million.

The index of words finds all ideas with a word, in no order. To find the newest of them, each idea
has marks beside its words, which nobody can type: its block (8,192 ideas have the same), its
campaign, its stage, its tags. The newest ideas tell how frequent the words are: ideas with frequent
ones are found by going through the newest, others by the index, in as many blocks as it takes.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, desc, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.campaigns.models import Campaign
from ideahub.campaigns.queries import VISIBLE_CAMPAIGNS
from ideahub.core.db import constant, rows_of
from ideahub.core.searching.asking import SEARCH_WORDS, quoted
from ideahub.ideas.models import Idea, IdeaWords

# As the migration "Searches that stay quick among a million ideas" has it.
BLOCK = 8_192
# So many of the newest ideas tell how frequent words are.
SAMPLE = 2_048
# Words of so many ideas are frequent: to go through ideas then takes less than the index.
FREQUENT = 0.12
# Fewer hits in the sample tell nothing.
FEWEST_HITS = 8
# It looks at more than should be enough, as words are not as frequent everywhere.
MORE = 1.4
NEWEST = select(func.coalesce(func.max(IdeaWords.idea_id), constant(0)))
_newest = select(IdeaWords.idea_id, IdeaWords.searched).order_by(desc(IdeaWords.idea_id))
_sample = _newest.limit(constant(SAMPLE)).subquery("sample").c
SAMPLED = select(
    func.coalesce(func.max(_sample.idea_id), constant(0)).label("newest"),
    func.count().label("ideas"),
    func.count().filter(_sample.searched.bool_op("@@")(SEARCH_WORDS)).label("hits"),
)


class Reach(NamedTuple):
    """How far back a search looks: at all that `query` finds by the index, or, where `walked` is
    not 0, by going through so many of the newest ideas. `is_all`: all ideas are looked at."""

    query: str
    walked: int
    is_all: bool

    @property
    def bound(self) -> dict[str, Any]:
        """The parameters of statements of `found_ideas`."""
        return {"query_of_words": self.query, "walked": self.walked}


def marked_query(words: str, **marks: Any) -> str:
    """The query for ideas with these words, and each mark that is given: `c` is the number of
    their campaign, `s` their stage, `t` one of their tags."""
    given = [quoted(f":{kind}{value}") for kind, value in marks.items() if value]
    return " & ".join([f"({words})", *given])


async def choose_reach(db: AsyncSession, query: str, most: int) -> Reach:
    """How far back a search has to look for the newest `most` ideas; it may be too short."""
    sample = (await rows_of(db, SAMPLED, {"query_of_words": query}))[0]
    if sample.ideas < SAMPLE or sample.hits < FEWEST_HITS:
        return Reach(query, 0, is_all=True)
    needed = MORE * most * SAMPLE / sample.hits
    if sample.hits >= FREQUENT * SAMPLE:
        return Reach(query, ceil(needed), is_all=False)
    last, reach = sample.newest // BLOCK, ceil(needed / BLOCK) + 1
    if reach * 2 > last:
        return Reach(query, 0, is_all=True)
    return Reach(f"({query}) & ({_blocks(last, reach)})", 0, is_all=False)


def _blocks(last: int, many: int) -> str:
    return " | ".join(quoted(f":b{block}") for block in range(last - many + 1, last + 1))


async def newest_blocks(db: AsyncSession, many: int) -> str:
    """The query for the ideas of so many of the newest blocks."""
    return _blocks((await rows_of(db, NEWEST, {}))[0][0] // BLOCK, many)


def found_ideas(
    wanted: Sequence[ColumnElement[bool]] = (), *, walking: bool, with_words: bool = False
) -> Select[Any]:
    """The select of the numbers of ideas in lists that SEARCH_WORDS finds and that meet the
    conditions, which may be about columns of `idea`; `with_words` adds when they were posted, and
    their words."""
    words: Any = IdeaWords.__table__.c
    if walking:
        newest = select(IdeaWords.__table__).order_by(desc(IdeaWords.idea_id))
        words = newest.limit(bindparam("walked", type_=BigInteger)).subquery("walked_through").c
    columns = (words.created_at, words.searched) if with_words else ()
    found = select(words.idea_id, *columns).join(Campaign, Campaign.id == words.campaign_id)
    if wanted:
        found = found.join(Idea, Idea.id == words.idea_id)
    has_words = words.searched.bool_op("@@")(SEARCH_WORDS)
    return found.where(VISIBLE_CAMPAIGNS, *wanted, has_words)


def counting_of(wanted: Sequence[ColumnElement[bool]] = (), *, walking: bool) -> Select[Any]:
    """The select of the number of these ideas, as far as the parameter `counted` says."""
    some = found_ideas(wanted, walking=walking).limit(bindparam("counted", type_=BigInteger))
    return select(func.count()).select_from(some.subquery())
