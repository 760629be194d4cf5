"""Sessions that are handed on: few are opened for many, and none stays open."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.connection_queue import QueueTimeout
from ideahub.core.db import Database
from ideahub.ideas.models import Idea
from ideahub.realtime import lending
from ideahub.realtime.lending import Lending
from tests.support.serving import stage

MANY, SIZE = 40, 2


@pytest.fixture
def fetched(committing: Database) -> Iterator[list[Any]]:
    """The connections that were taken from the pool."""
    found: list[Any] = []
    pool = engine_of(committing).sync_engine

    def note(connection: Any, *_rest: Any) -> None:
        found.append(connection)

    event.listen(pool, "checkout", note)
    yield found
    event.remove(pool, "checkout", note)


def engine_of(database: Database) -> AsyncEngine:
    assert isinstance(database.bind, AsyncEngine)
    return database.bind


def open_now(database: Database) -> int:
    """How many connections are in use."""
    return engine_of(database).pool.checkedout()  # type: ignore[attr-defined,no-any-return]


async def ask(lent: Lending) -> int:
    async with lent.session() as db:
        return int((await db.execute(text("select 1"))).scalar_one())


async def test_many_who_wait_share_a_few_sessions(committing: Database, fetched: list[Any]) -> None:
    lent = Lending(committing, SIZE, patience=20)
    assert await asyncio.gather(*(ask(lent) for _one in range(MANY))) == [1] * MANY
    assert len(fetched) == SIZE
    assert open_now(committing) == 0


async def test_others_get_the_connection_after_so_many(
    committing: Database, fetched: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lending, "MOST_IN_A_ROW", 4)
    lent = Lending(committing, 1, patience=20)
    await asyncio.gather(*(ask(lent) for _one in range(12)))
    assert len(fetched) == 3
    assert open_now(committing) == 0


async def test_nobody_reads_what_the_one_before_has_read(committing: Database) -> None:
    _cast, idea = await stage(committing)
    lent, held = Lending(committing, 1, patience=20), asyncio.Event()

    async def read(then: asyncio.Event | None = None) -> Idea:
        async with lent.session() as db:
            found = (await db.scalars(select(Idea).where(Idea.id == idea))).one()
            if then:
                await then.wait()
            return found

    first, second = asyncio.create_task(read(held)), asyncio.create_task(read())
    await asyncio.sleep(0.1)
    async with committing.transaction() as db:
        await db.execute(update(Idea).values(title="A quieter crossing"))
    held.set()
    assert [(await one).title == "A quieter crossing" for one in (first, second)] == [False, True]


async def test_one_that_failed_is_not_handed_on(committing: Database, fetched: list[Any]) -> None:
    lent = Lending(committing, 1, patience=20)

    async def fail() -> None:
        async with lent.session() as db:
            await db.execute(text("select 1"))
            raise LookupError

    found = await asyncio.gather(fail(), ask(lent), ask(lent), return_exceptions=True)
    assert isinstance(found[0], LookupError) and list(found[1:]) == [1, 1]
    assert len(fetched) == 2
    assert open_now(committing) == 0


async def test_whoever_gave_up_leaves_none_open(committing: Database) -> None:
    lent = Lending(committing, 1, patience=20)
    for moments in range(8):
        tasks = [asyncio.create_task(ask(lent)) for _one in range(3)]
        for _moment in range(moments):
            await asyncio.sleep(0)
        for task in tasks[1:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert open_now(committing) == 0
    assert await ask(lent) == 1


async def test_whoever_waits_too_long_is_told(committing: Database) -> None:
    lent = Lending(committing, 1, patience=0.05)
    async with lent.session():
        with pytest.raises(QueueTimeout):
            await ask(lent)
    assert open_now(committing) == 0
