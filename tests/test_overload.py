"""More come than can be served: some are told at once to come back, and votes are the last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from ideahub.core import db as database_module
from ideahub.core.config import Config
from ideahub.core.connection_queue import ConnectionQueue, QueueTimeout
from ideahub.core.db import Database
from ideahub.ideas.models import Idea
from tests.support.serving import serve, stage

PLACES, FEW_PAGES = 3, 2


@asynccontextmanager
async def waiting(queue: ConnectionQueue, size: int, many: int) -> AsyncIterator[None]:
    """All places are taken, and so many wait for one."""
    async with AsyncExitStack() as stack:
        # The clock has one now and then, and gives it back.
        for _each in range(size):
            await stack.enter_async_context(queue.place(60))

        async def wait() -> None:
            async with queue.place(60):
                pass

        tasks = [asyncio.create_task(wait()) for _each in range(many)]
        while queue.waiting < many:
            await asyncio.sleep(0)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_would_wait_behind_too_many_is_refused_at_once() -> None:
    queue = ConnectionQueue(1, patience=60)
    async with waiting(queue, 1, 3):
        with pytest.raises(QueueTimeout):
            async with asyncio.timeout(5), queue.place(most_waiting=3):
                pass
        later = asyncio.create_task(take(queue, most_waiting=4))
        await asyncio.sleep(0)
        assert not later.done()
    await later
    assert (queue.waiting, queue.taken) == (0, 0)


async def take(queue: ConnectionQueue, most_waiting: int) -> None:
    async with queue.place(most_waiting=most_waiting):
        pass


@pytest.mark.slow
async def test_pages_are_refused_before_deeds_and_votes_last(
    committing: Database, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "MOST_PAGES", FEW_PAGES)
    cast, idea = await stage(committing)
    committing.queue = queue = ConnectionQueue(PLACES)
    async with serve(config, committing) as served:
        secret = await served.sign_in(cast.ben)
        cookie = {"Cookie": f"ideahub={secret}"}
        async with served.client(headers=cookie, timeout=30) as client:
            # Known from here on, and the page of strangers is kept.
            assert (await client.get("/account")).status_code == 200
            async with served.client() as stranger:
                while not len(served.app.state.pages):
                    assert (await stranger.get(f"/ideas/{idea}")).status_code == 200
                async with waiting(queue, PLACES, FEW_PAGES):
                    refused = await client.get("/ideas")
                    assert refused.status_code == 503
                    assert "Very many people are here" in refused.text
                    assert int(refused.headers["retry-after"]) > 0
                    assert (await stranger.get(f"/ideas/{idea}")).status_code == 200
                    voting = asyncio.create_task(served.post(f"/ideas/{idea}/vote", secret))
                    await asyncio.sleep(0.2)
                    assert not voting.done()
                assert (await voting).status_code == 200
    async with committing.reading() as db:
        assert (await db.get_one(Idea, idea)).votes_count == 1
