"""Who asks for a few reads a few, however many others there are."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ideahub.core.db import Database
from ideahub.core.viewer import Viewer
from ideahub.ideas.browsing import browse_ideas
from ideahub.ideas.list_filters import IdeaFilters, IdeaOrder
from ideahub.ideas.searching import similar_ideas
from ideahub.pipeline.waiting import gates_to_decide
from ideahub.sponsorship.queries import offers_to_answer
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.pages_read import pages_read
from tests.support.ripening import pledge
from tests.support.vacuuming import vacuum
from tests.test_work_that_grows import heard

MANY = 4_000
# Of one more level of an index, for each of some statements.
MORE = 30
IDEAS = """
    insert into idea (campaign_id, author_id, title, body, body_html, votes_count, rising)
    select :campaign, :author, 'Trees for street ' || n, '', '', n, n
    from generate_series(1, :many) as n
"""
OFFERS = """
    insert into pledge (idea_id, sponsor_id, kind, promise, expires_on)
    select id, :sponsor, 'mandate', 'We may', current_date + 9 from idea
"""
Ask = Callable[[AsyncSession, Viewer], Awaitable[Any]]


@pytest.fixture
async def cast(committing: Database) -> Cast:
    async with committing.transaction() as db:
        return await make_cast(db)


async def add_ideas(db: AsyncSession, campaign: int, author: int, many: int = MANY) -> None:
    values = {"campaign": campaign, "author": author, "many": many}
    await db.execute(text(IDEAS), values)


async def cost(database: Database, viewer: Viewer, ask: Ask) -> int:
    """How many pages of the database this asks for."""
    engine = database.bind
    assert isinstance(engine, AsyncEngine)
    await vacuum(database)
    async with database.transaction() as db:
        with heard(engine) as sent:
            await ask(db, viewer)
    assert sent
    async with engine.connect() as connection:
        return sum([await pages_read(connection, *one) for one in sent])


@pytest.mark.parametrize("order", [IdeaOrder.SUPPORTED, IdeaOrder.RISING])
async def test_a_list_of_a_campaign_by_support(
    committing: Database, cast: Cast, order: IdeaOrder
) -> None:
    async def ask(db: AsyncSession, viewer: Viewer) -> None:
        await browse_ideas(db, viewer, IdeaFilters(order=order, campaign_id=here))

    async with committing.transaction() as db:
        here, there = [(await make_campaign(db, cast.city)).id for _ in range(2)]
        await add_ideas(db, here, cast.ada.id, 200)
        viewer = await viewer_of(db, cast.cem)
    few = await cost(committing, viewer, ask)
    async with committing.transaction() as db:
        await add_ideas(db, here, cast.ada.id)
        await add_ideas(db, there, cast.ada.id, 5 * MANY)
    assert await cost(committing, viewer, ask) <= few + MORE


async def test_offers_to_ones_own_ideas(committing: Database, cast: Cast) -> None:
    async def ask(db: AsyncSession, viewer: Viewer) -> None:
        assert len(await offers_to_answer(db, viewer)) == 1

    async with committing.transaction() as db:
        campaign = await make_campaign(db, cast.city)
        await pledge(db, await make_idea(db, campaign, cast.ada), cast.sam, accepted_at=None)
        viewer = await viewer_of(db, cast.ada)
    few = await cost(committing, viewer, ask)
    async with committing.transaction() as db:
        own = await db.scalar(text("select id from idea"))
        await add_ideas(db, campaign.id, cast.ben.id)
        others = text(f"{OFFERS} where id <> :own")
        await db.execute(others, {"sponsor": cast.sam.id, "own": own})
    assert await cost(committing, viewer, ask) <= few + MORE


async def test_gates_of_a_small_organisation(committing: Database, cast: Cast) -> None:
    async def ask(db: AsyncSession, viewer: Viewer) -> None:
        await gates_to_decide(db, viewer)

    async with committing.transaction() as db:
        here, there = [(await make_campaign(db, place)).id for place in (cast.city, cast.ministry)]
        await add_ideas(db, here, cast.ada.id, 50)
        await add_ideas(db, there, cast.zed.id)
        viewer = await viewer_of(db, cast.sam)
    few = await cost(committing, viewer, ask)
    async with committing.transaction() as db:
        await add_ideas(db, there, cast.zed.id, 3 * MANY)
    assert await cost(committing, viewer, ask) <= few + MORE


async def test_ideas_with_a_frequent_word(committing: Database, cast: Cast) -> None:
    """Where the newest ideas are enough, the index of words lists only them."""
    async with committing.transaction() as db:
        campaign = (await make_campaign(db, cast.city)).id
        await add_ideas(db, campaign, cast.ada.id)
        # Far beyond the blocks that are looked at first.
        await db.execute(text("alter table idea alter column id restart with 1000000"))
        await add_ideas(db, campaign, cast.ada.id, 100)
        viewer = await viewer_of(db, cast.cem)
    engine = committing.bind
    assert isinstance(engine, AsyncEngine)
    await vacuum(committing)
    async with committing.transaction() as db:
        with heard(engine) as sent:
            assert len(await similar_ideas(db, viewer, "Oaks or trees")) == 3
    statement, values = next(one for one in sent if "similarity" in one[0])
    async with engine.connect() as connection:
        await connection.exec_driver_sql("set local enable_seqscan = off")
        explain = f"explain (analyze, timing off, format json) {statement}"
        plan = (await connection.exec_driver_sql(explain, values)).scalar_one()
    listed = [node["Actual Rows"] for node in nodes(plan[0]["Plan"]) if is_of_words(node)]
    assert listed
    assert max(listed) <= 100


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(found for below in plan.get("Plans", ()) for found in nodes(below))]


def is_of_words(node: dict[str, Any]) -> bool:
    return node.get("Index Name") == "ix_idea_words_searched"
