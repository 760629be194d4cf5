"""Ideas like the one being typed, where there are thousands: found, quickly, or not at all."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from ideahub.campaigns.models import Audience, Campaign
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.ideas.browsing import browse_ideas
from ideahub.ideas.searching import similar_ideas
from ideahub.ideas.web import ideas as routes
from tests.conftest import Browse
from tests.support.cast import Cast, make_campaign, make_cast, make_idea, viewer_of
from tests.support.serving import serve

MANY = 2_500
# Every title has three words that all share, and one or two of its own.
FILL = text("""
    insert into idea (campaign_id, author_id, title, body, body_html, created_at)
    select cast(:campaign_id as bigint), cast(:author_id as bigint),
        'Better parks for schools ' || chr(97 + number % 26) || 'ton' || number,
        'Children play in parks near schools. Number ' || number, '',
        now() - make_interval(mins => number)
    from generate_series(1, :many) as number
""")


async def fill(db: AsyncSession, cast: Cast, campaign: Campaign, many: int = MANY) -> None:
    values = {"campaign_id": campaign.id, "author_id": cast.ada.id, "many": many}
    await db.execute(FILL, values)
    await db.execute(text("analyze idea"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Benches by the river for schools", "Benches by a river for schools"),
        ("Better parks for schools with ponds", "Better parks for school with pond"),
        ("Better parks for schools", "better PARKS for our schools!"),
        ("Better parks for schools and kindergartens", "Better parks for schools, kindergarten"),
        ("Schools with better parks and quiet fountains", "Schools with beter parks, fountains"),
        ("Parks", "parks"),
        ("Quiet better parks for schools with a fountain", "fountain parks better"),
    ],
)
async def test_a_near_copy_is_first_among_thousands(
    db: AsyncSession, cast: Cast, title: str, typed: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    # The oldest of all, so that nothing finds it by being new.
    idea = await make_idea(db, campaign, cast.ben, title)
    await fill(db, cast, campaign)
    found = await similar_ideas(db, await viewer_of(db, cast.cem), typed)
    assert [one.id for one in found[:1]] == [idea.id]


@pytest.mark.slow
async def test_what_shares_one_rare_word_is_found(db: AsyncSession, cast: Cast) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ben, "Xylophones on squares")
    await fill(db, cast, campaign)
    viewer = await viewer_of(db, cast.cem)
    found = await similar_ideas(db, viewer, "Xylophones near schools")
    assert idea.id in {one.id for one in found}
    found = await similar_ideas(db, viewer, "lines of adults")
    assert idea.id in {one.id for one in found}, "by the words of its text alone"


@pytest.mark.slow
async def test_private_ideas_are_no_candidates(db: AsyncSession, cast: Cast) -> None:
    """A thousand internal ideas with the same words hide no public one."""
    public = await make_campaign(db, cast.city)
    idea = await make_idea(db, public, cast.ben, "Better parks for schools now")
    internal = await make_campaign(db, cast.city, audience=Audience.INTERNAL)
    await fill(db, cast, internal)
    for person in (None, cast.zed):
        found = await similar_ideas(db, await viewer_of(db, person), "Better parks for schools")
        assert [one.id for one in found] == [idea.id]
    found = await similar_ideas(db, await viewer_of(db, cast.ben), "Better parks for schools")
    assert len(found) == 3


@pytest.mark.slow
async def test_as_few_are_compared_for_common_words_as_for_rare_ones(
    db: AsyncSession, cast: Cast
) -> None:
    """What sorts by likeness has hundreds of ideas before it, however many share the words."""
    await fill(db, cast, await make_campaign(db, cast.city))
    viewer = await viewer_of(db, cast.cem)
    connection = (await db.connection()).sync_connection
    told: list[tuple[str, Any]] = []
    event.listen(connection, "before_cursor_execute", lambda *heard: told.append(heard[2:4]))
    for typed in ("Better parks for schools", "parks", "Better schools aton26 parks"):
        await similar_ideas(db, viewer, typed)
        statement, values = told[-1]
        compared = await _compared(await db.connection(), statement, values)
        assert 0 < compared < 1_000, (typed, compared)


async def _compared(connection: AsyncConnection, statement: str, values: Any) -> int:
    explain = f"explain (analyze, format json) {statement}"
    rows = (await connection.exec_driver_sql(explain, values)).scalar_one()
    plan = (json.loads(rows) if isinstance(rows, str) else rows)[0]["Plan"]
    assert plan["Node Type"] == "Limit"
    (sort,) = [one for one in plan["Plans"] if one["Parent Relationship"] == "Outer"]
    assert "Sort" in sort["Node Type"]
    return int(sort["Plans"][0]["Actual Rows"] * sort["Plans"][0]["Actual Loops"])


@pytest.mark.parametrize(
    "typed", ["' & | ! ( ) : *", "it's \\ 'quoted' \\' words:*", "a" * 200, "…, – ‘’", "of the and"]
)
async def test_whatever_is_typed_is_no_query(
    db: AsyncSession, cast: Cast, browse: Browse, typed: str
) -> None:
    await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    answer = await (await browse(None)).get("/ideas/similar", params={"title": typed})
    assert answer.status_code == 200


@pytest.mark.slow
async def test_twenty_who_type_keep_no_page_waiting(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look takes a minute of the database: it is given up, and most do not even begin."""
    at_once: list[int] = [0]
    most: list[int] = [0]

    async def slow(db: AsyncSession, *_arguments: Any, **_options: Any) -> list[Any]:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        try:
            await db.execute(text("select pg_sleep(60)"))
        finally:
            at_once[0] -= 1
        return []

    monkeypatch.setattr(routes, "similar_ideas", slow)
    async with committing.transaction() as db:
        cast = await make_cast(db)
        await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    async with serve(config, committing) as served, served.client(timeout=30) as client:
        typing = [
            asyncio.create_task(client.get("/ideas/similar?title=A+walking+bus")) for _ in range(20)
        ]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(20):
            for page in ("/", "/ideas", "/pipeline", "/challenges") * 3:
                assert (await client.get(page)).status_code == 200
            answers = await asyncio.gather(*typing)
        assert {one.status_code for one in answers} == {200}
        assert not any("Others had thoughts" in one.text for one in answers)
        assert 1 <= most[0] <= 2


@pytest.mark.slow
async def test_those_who_search_wait_for_each_other_and_nobody_for_them(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, looked = browse_ideas, asyncio.Event()
    begun: list[str] = []

    async def slow(db: AsyncSession, viewer: Any, filters: Any, after: str = "") -> Any:
        if filters.words:
            await db.execute(text("select 1"))
            begun.append(filters.words)
            await looked.wait()
        return await at_once(db, viewer, filters, after)

    monkeypatch.setattr(routes, "browse_ideas", slow)
    monkeypatch.setattr(routes, "SEARCH_PATIENCE", 0.3)
    async with committing.transaction() as db:
        await make_cast(db)
    async with serve(config, committing) as served, served.client(timeout=30) as client:
        searching = [asyncio.create_task(client.get("/ideas?q=bus")) for _ in range(8)]
        async with asyncio.timeout(20):
            while len(begun) < 2:
                await asyncio.sleep(0.01)
            for page in ("/", "/ideas", "/pipeline"):
                assert (await client.get(page)).status_code == 200
            while sum(one.done() for one in searching) < 6:
                await asyncio.sleep(0.01)
        looked.set()
        answers = await asyncio.gather(*searching)
        assert sorted(one.status_code for one in answers) == [200, 200] + [503] * 6
        refused = next(one for one in answers if one.status_code == 503)
        assert "Many people search at this moment" in refused.text
        assert (await client.get("/ideas?q=bus")).status_code == 200, "the way is free again"


@pytest.mark.parametrize(
    "typed", ["bicykle stand", "Bicycle sta", "bicyclestands", "stands bicylce"]
)
async def test_misspelt_and_half_typed_words_find_what_is_meant(
    db: AsyncSession, cast: Cast, typed: str
) -> None:
    campaign = await make_campaign(db, cast.city)
    idea = await make_idea(db, campaign, cast.ben, "Bicycle stands")
    await fill(db, cast, campaign, 300)
    found = await similar_ideas(db, await viewer_of(db, cast.cem), typed)
    assert [one.id for one in found] == [idea.id]
