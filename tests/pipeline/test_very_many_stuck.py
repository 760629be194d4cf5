"""Very many stuck ideas are counted so far, and it is said that there may be more."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.pipeline.board import AT_ONCE
from ideahub.pipeline.board_counting import MOST_STUCK
from tests.conftest import Browse
from tests.pipeline.test_the_full_board import column, pages
from tests.support.cast import Cast, make_campaign

STUCK = """
    insert into idea (campaign_id, author_id, title, body, body_html, stage_since)
    select :campaign, :author, 'Idea ' || n, '', '', now() - make_interval(days => 60, mins => n)
    from generate_series(1, :many) as n
"""


async def _make_stuck(db: AsyncSession, cast: Cast, many: int) -> int:
    campaign = await make_campaign(db, cast.city)
    await db.execute(text(STUCK), {"campaign": campaign.id, "author": cast.ada.id, "many": many})
    await db.execute(
        text("update campaign set ideas_count = :many where id = :id"),
        {"many": many, "id": campaign.id},
    )
    return campaign.id


async def test_more_than_are_counted_are_said_to_be_more(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    number = await _make_stuck(db, cast, MOST_STUCK + 1)
    await db.commit()
    browser = await browse(None)
    for address in ("/pipeline", f"/pipeline?in={number}"):
        spark = column((await browser.get(address)).text, "spark")
        assert "1,000 or more stuck</span>" in spark
        assert "1,001<span" in spark, "all ideas are counted, wherever they are"
    spark = column((await browser.get("/pipeline?stuck=1")).text, "spark")
    assert "1,000 or more<span" in spark


async def test_fewer_are_counted_exactly(db: AsyncSession, cast: Cast, browse: Browse) -> None:
    await _make_stuck(db, cast, MOST_STUCK - 1)
    await db.commit()
    spark = column((await (await browse(None)).get("/pipeline?stuck=1")).text, "spark")
    assert "999<span" in spark
    assert "999 stuck</span>" in spark


async def test_the_longest_waiting_of_all_calls_come_first(
    db: AsyncSession, cast: Cast, browse: Browse
) -> None:
    for _each in range(2):
        await _make_stuck(db, cast, AT_ONCE)
    await db.commit()
    browser = await browse(None)
    for address in ("/pipeline?stuck=1", f"/pipeline?stuck=1&organisation={cast.city.id}"):
        seen = await pages(browser, address, "spark")
        assert [len(page) for page in seen] == [AT_ONCE, AT_ONCE]
        first = column((await browser.get(address)).text, "spark")
        assert first.count("Idea 8<") + first.count("Idea 7<") >= 4
