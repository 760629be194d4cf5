"""What several parts of a page need is looked up once for the page, and elsewhere each time."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.asked_once import asked_once, is_for_one_page
from ideahub.core.db import Database

asked: list[int] = []


@asked_once
async def added(db: AsyncSession, one: int, other: int = 0) -> int:
    """A sum that the database makes."""
    asked.append(one)
    return int(
        await db.scalar(
            text("select cast(:one as int) + cast(:other as int)"), {"one": one, "other": other}
        )
    )


async def test_a_page_asks_once_for_the_same(database: Database) -> None:
    asked.clear()
    async with database.reading() as db:
        is_for_one_page(db)
        assert [await added(db, 1), await added(db, 2, 3), await added(db, 1)] == [1, 5, 1]
    assert asked == [1, 2]
    async with database.reading() as db:
        is_for_one_page(db)
        assert await added(db, 1) == 1
    assert asked == [1, 2, 1]


async def test_whoever_writes_asks_each_time(database: Database) -> None:
    asked.clear()
    async with database.transaction() as db:
        assert [await added(db, 1), await added(db, 1)] == [1, 1]
    async with database.reading() as db:
        assert [await added(db, 1), await added(db, 1)] == [1, 1]
    assert asked == [1, 1, 1, 1]
