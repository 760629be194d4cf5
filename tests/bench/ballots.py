"""Ideas that are voted for while it is measured, how the votes are checked, and their removal."""

from collections.abc import Iterable
from typing import NamedTuple

import asyncpg

from tests.bench.sizes import BOX

TITLE = "Voted for while it is measured"
PUT = """
    insert into idea (campaign_id, author_id, title, body, body_html, rising)
    select $1, 1, $2, 'Body.', '<p>Body.</p>', extract(epoch from now()) / 2592000
    from generate_series(1, $3) returning id
"""
REMOVE = (
    "delete from event where idea_id in (select id from idea where title = $1)",
    "delete from idea where title = $1",
)
WRONG = """
    select count(*) from idea where title = $1 and
    votes_count <> (select count(*) from vote where idea_id = idea.id)
"""
CAST = "select idea_id, person_id from vote where idea_id between $1 and $2"


class Vote(NamedTuple):
    """Whose vote for what, by their numbers."""

    idea: int
    person: int


class VoteLost(Exception):
    """A vote was acknowledged and is not there, or a count is not that of the rows."""


async def put_ideas(url: str, many: int) -> int:
    """Adds so many ideas without votes, whose numbers follow each other; returns the first."""
    await remove_ideas(url)
    db = await asyncpg.connect(url)
    numbers = sorted(row[0] for row in await db.fetch(PUT, BOX, TITLE, many))
    await db.close()
    assert numbers == list(range(numbers[0], numbers[0] + many))
    return int(numbers[0])


async def remove_ideas(url: str) -> None:
    """Leaves the database as it was before."""
    db = await asyncpg.connect(url)
    for statement in REMOVE:
        await db.execute(statement, TITLE)
    await db.execute("vacuum vote, idea, event")
    await db.close()


async def must_have(url: str, acknowledged: Iterable[Vote], unanswered: int) -> None:
    """Raises VoteLost unless each acknowledged vote is one row, there are at most `unanswered`
    more, and the counts are those of the rows."""
    told = set(acknowledged)
    ideas = [vote.idea for vote in told]
    db = await asyncpg.connect(url)
    there = {Vote(*row) for row in await db.fetch(CAST, min(ideas), max(ideas))}
    wrong = await db.fetchval(WRONG, TITLE)
    await db.close()
    if told - there or len(there - told) > unanswered or wrong:
        raise VoteLost(
            f"{len(told - there)} acknowledged votes are not there, {len(there - told)} are there "
            f"without an answer ({unanswered} were not answered), and {wrong} counts are wrong."
        )
