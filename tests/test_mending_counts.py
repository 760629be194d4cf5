"""Kept counts that differ are named, and set right while people go on."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.__main__ import main
from ideahub.core.db import Database, open_database
from ideahub.core.kept_counts import AnyRow, KeptCount, compare
from ideahub.features import COUNTS
from ideahub.ideas.queries import find_idea
from ideahub.ideas.tallying import merge_tallies
from ideahub.ideas.voting import vote, withdraw_vote
from ideahub.server import embedded, mending
from ideahub.server.mending import mend
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.test_tallies import KEPT, _something_of_everything, wrong

FIGURES = "figures of challenges and idea boxes"
THINGS = {"idea": "idea", "campaign": "challenge or idea box", "contribution": "contribution"}


def count_of(kept: str) -> KeptCount:
    """The count of a column, or of the figures."""
    (found,) = [one for one in COUNTS if kept in {one.kept, one.name}]
    return found


@pytest.mark.parametrize(("table", "column"), KEPT)
async def test_a_wrong_count_is_named_and_set_right(
    database: Database, db: AsyncSession, cast: Cast, table: str, column: str
) -> None:
    await _something_of_everything(db, cast)
    await _something_of_everything(db, cast)
    count = count_of(f"{table}.{column}")
    rows = (await db.execute(text(f"select id, {column} from {table} order by id"))).all()
    number, right = rows[0]
    await db.execute(text(f"update {table} set {column} = {right + 3} where id = {number}"))
    await db.commit()
    difference = (f"{THINGS[table]} {number}", str(right + 3), str(right))
    assert await compare(db, count) == (1, [difference])

    assert await mend(database, count) == (1, [difference])
    after = (await db.execute(text(f"select id, {column} from {table} order by id"))).all()
    assert after == rows
    assert await wrong(db) == set()
    assert await mend(database, count) == (0, [])


async def test_wrong_figures_are_named_and_set_right(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    await _something_of_everything(db, cast)
    await merge_tallies(db)
    campaign = (await db.execute(text("select max(id) from campaign"))).scalar_one()
    # One with too much, and one with figures of ideas that are not there.
    await db.execute(
        text(
            "update idea_tally set votes = votes + 4, adopted = adopted + 1"
            " where id = (select min(id) from idea_tally)"
        )
    )
    await db.execute(
        text(
            "insert into idea_tally (campaign_id, stage, ideas, votes, contributions, adopted,"
            " pledges) values (:campaign, 'pilot', 2, 0, 0, 0, 0)"
        ),
        {"campaign": campaign},
    )
    await db.commit()
    count, where = count_of(FIGURES), f"challenge or idea box {campaign}"
    off = [
        (f"{where} at pilot", "2 ideas", "0 ideas"),
        (f"{where} at spark", "5 votes, 1 adopted", "1 votes, 0 adopted"),
    ]
    assert await compare(db, count) == (2, off)
    changed, named = await mend(database, count)
    assert (changed, sorted(named)) == (2, off)
    assert await wrong(db) == set()


async def test_the_order_follows_the_votes(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    await _something_of_everything(db, cast)
    rising = (await db.execute(text("select rising from idea"))).scalar_one()
    await db.execute(text("update idea set votes_count = 900, rising = rising + 7"))
    await db.commit()
    await mend(database, count_of("votes"))
    mended = (await db.execute(text("select rising from idea"))).scalar_one()
    assert mended == pytest.approx(rising)


async def test_many_are_mended_a_few_at_a_time(
    database: Database, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "AT_ONCE", 10)
    campaign = await make_campaign(db, cast.city)
    for number in range(25):
        await make_idea(db, campaign, cast.ada, f"Idea {number}")
    await db.execute(text("update idea set votes_count = 2"))
    await db.commit()
    count = count_of("votes")
    many, named = await compare(db, count)
    assert (many, len(named)) == (25, 20)
    batches = []

    async def counting(at: AsyncSession, numbers: Sequence[int]) -> Sequence[AnyRow]:
        batches.append(len(numbers))
        return await count.mend(at, numbers)

    changed, named = await mend(database, count._replace(mend=counting))
    assert (changed, len(named), batches) == (25, 20, [10, 10, 5])
    assert await wrong(db) == set()


async def test_people_go_on_voting_meanwhile(committing: Database) -> None:
    """Whoever votes while it is counted is counted once, before or after."""
    async with committing.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city)
        idea = (await make_idea(db, campaign, cast.ada)).id
        await db.execute(text("update idea set votes_count = 40"))
        people = [await viewer_of(db, one) for one in (cast.ben, cast.cem, cast.mia, cast.ann)]
    async with committing.transaction() as first:
        await vote(first, people[0], await find_idea(first, people[0], idea))
        waiting = asyncio.create_task(mend(committing, count_of("votes")))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await waiting == (1, [(f"idea {idea}", "41", "1")])

    async def back_and_forth(person: object) -> None:
        for deed in (vote, withdraw_vote, vote):
            async with committing.transaction() as db:
                await deed(db, person, await find_idea(db, person, idea))  # type: ignore[arg-type]

    async def mend_again() -> None:
        for _turn in range(6):
            async with committing.transaction() as db:
                await db.execute(text("update idea set votes_count = votes_count + 1"))
                await db.execute(text("update idea_tally set votes = votes + 1"))
            for name in ("votes", FIGURES):
                await mend(committing, count_of(name))

    async with asyncio.timeout(30):
        await asyncio.gather(mend_again(), mend_again(), *map(back_and_forth, people[1:]))
    async with committing.reading() as db:
        assert await wrong(db) == set()
        assert (await db.execute(text("select votes_count from idea"))).scalar_one() == 4


@pytest.mark.slow
def test_the_command_names_them_and_mends_them(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IDEAHUB_VAR", str(own_folder.parent))
    monkeypatch.delenv("IDEAHUB_DATABASE_URL", raising=False)
    with embedded.database(own_folder) as url:
        asyncio.run(_break_a_count(url))
        assert main(["check"]) == 1
        told = capfd.readouterr().out
        assert "wrong  tallies: votes differ in 1 rows: idea " in told
        assert "keeps 7, counted 0. `ideahub check --mend` sets them right" in told
        assert main(["check", "--mend"]) == 0
        told = capfd.readouterr().out
        assert "right  mended: votes set right in 1 rows: idea " in told
        assert "from 7 to 0" in told
        assert "right  tallies: votes agree" in told
        assert main(["check", "--mend"]) == 0
        assert "mended: nothing had to be" in capfd.readouterr().out
        assert main(["check"]) == 0


async def _break_a_count(url: str) -> None:
    database = open_database(url, size=2)
    assert isinstance(database.bind, AsyncEngine)
    async with database.transaction() as db:
        cast = await make_cast(db)
        await make_idea(db, await make_campaign(db, cast.city), cast.ada)
        await db.execute(text("update idea set votes_count = 7"))
    await database.bind.dispose()


MANY_IDEAS = """
    insert into idea (campaign_id, author_id, title, body, body_html)
    select :campaign, :author, 'n', '', '' from generate_series(1, 5000)
"""
MANY_PEOPLE = "insert into person (name) select 'P' || n from generate_series(1, 20) as n"
MANY_VOTES = """
    insert into vote (idea_id, person_id)
    select idea.id, person.id from idea, person where person.name ~ '^P[0-9]'
"""


@pytest.mark.slow
async def test_it_is_quick_where_there_are_many(
    database: Database, db: AsyncSession, cast: Cast
) -> None:
    campaign = await make_campaign(db, cast.city)
    await db.execute(text(MANY_IDEAS), {"campaign": campaign.id, "author": cast.ada.id})
    for statement in (MANY_PEOPLE, MANY_VOTES, "update idea set votes_count = 20"):
        await db.execute(text(statement))
    await db.execute(text("update campaign set ideas_count = 5000"))
    await db.execute(text("update idea set votes_count = 21 where id % 500 = 0"))
    await db.commit()
    began = time.monotonic()
    assert (await compare(db, count_of("votes")))[0] == 10
    assert (await mend(database, count_of("votes")))[0] == 10
    assert await wrong(db) == set()
    assert time.monotonic() - began < 20
