"""The database goes away and comes back: a clear answer meanwhile, and recovery by itself."""

import asyncio
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.core.config import Config
from ideahub.core.db import open_database
from ideahub.server import embedded
from tests.support.cast import make_campaign, make_cast, make_idea
from tests.support.serving import heard, serve

# A server of its own is stopped and started.
pytestmark = pytest.mark.slow


async def until(client: httpx.AsyncClient, url: str, status: int) -> httpx.Response:
    async with asyncio.timeout(15):
        while (answer := await client.get(url)).status_code != status:
            await asyncio.sleep(0.2)
    return answer


async def test_it_says_so_and_recovers(own_folder: Path, config: Config) -> None:
    first = embedded.database(own_folder, durable=False)
    database = open_database(first.__enter__(), size=3)
    assert isinstance(database.bind, AsyncEngine)
    async with database.transaction() as db:
        cast = await make_cast(db)
        idea = await make_idea(db, await make_campaign(db, cast.city), cast.ada)
    async with (
        serve(config, database) as served,
        served.client() as client,
    ):
        ben = await served.sign_in(cast.ben)
        cursor = await served.cursor()
        assert (await client.get("/readyz")).status_code == 200
        async with served.listen(f"idea:{idea.id}", cursor=cursor) as socket:
            first.__exit__(None, None, None)
            answer = await until(client, f"/ideas/{idea.id}", 503)
            assert "nothing is lost" in answer.text
            assert answer.headers["retry-after"]
            assert answer.headers["content-security-policy"]
            assert (await served.post(f"/ideas/{idea.id}/vote", ben)).status_code == 503
            assert (await client.get("/healthz")).status_code == 200
            assert "database" in (await until(client, "/readyz", 503)).text
            with embedded.database(own_folder, durable=False):
                await until(client, "/readyz", 200)
                assert (await served.post(f"/ideas/{idea.id}/vote", ben)).status_code == 200
                await heard(socket, ">1</strong>", seconds=10)
                await database.bind.dispose()


async def test_what_people_wrote_is_in_no_message(database_url: str) -> None:
    """Faults are written to the log, which others read than those it was written for."""
    database = open_database(database_url, size=1)
    assert isinstance(database.bind, AsyncEngine)
    asked = text("select 1 / 0, cast(:written as text)")
    async with database.reading() as db:
        with pytest.raises(DBAPIError) as fault:
            await db.execute(asked, {"written": "Between us"})
    assert "division by zero" in str(fault.value)
    assert "Between us" not in str(fault.value)
    await database.bind.dispose()
