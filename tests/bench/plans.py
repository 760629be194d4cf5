"""Which statements of a page read more of the database where there is more, with their plans."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import read_config
from ideahub.core.db import Database, open_database
from tests.bench.people import COOKIE, FIRST
from tests.bench.served import PRODUCTION, SETTINGS
from tests.support.wiring import client_of
from tests.test_work_that_grows import heard

# Pages of the database, of 8 kB: as much more is a deeper index.
MORE = 60
Read = tuple[str, Any]


class Cost(NamedTuple):
    """How many pages of the database a statement reads, and how it is planned."""

    pages: int
    plan: str


async def print_growing(small: str, large: str, addresses: Iterable[str]) -> None:
    """Prints the statements of these pages that read more than twice as much in the larger
    database, with their plans there."""
    few, many = [await _costs(url, addresses) for url in (small, large)]
    for (address, statement), cost in many.items():
        before = few.get((address, statement))
        if before is None or cost.pages > 2 * before.pages + MORE:
            less = "not asked" if before is None else f"{before.pages:,}"
            print(f"\n{address}: {less} → {cost.pages:,} pages\n{statement}\n\n{cost.plan}")


async def _costs(url: str, addresses: Iterable[str]) -> dict[tuple[str, str], Cost]:
    database = open_database(url.replace("postgresql:", "postgresql+asyncpg:"))
    costs = {}
    assert isinstance(database.bind, AsyncEngine)
    for address, reads in (await _reads(database, addresses)).items():
        async with database.bind.connect() as connection:
            for statement, values in reads:
                costs[address, statement] = await _explained(connection, statement, values)
    await database.bind.dispose()
    return costs


async def _reads(database: Database, addresses: Iterable[str]) -> dict[str, list[Read]]:
    config = read_config({**SETTINGS, **PRODUCTION})
    async with database.transaction() as db:
        secret = await begin_session(db, FIRST)
    found = {}
    assert isinstance(database.bind, AsyncEngine)
    async with client_of(config, database, cookies={COOKIE: secret}) as client:
        for address in addresses:
            with heard(database.bind) as sent:
                (await client.get(address)).raise_for_status()
            found[address] = sent
    return found


async def _explained(connection: AsyncConnection, statement: str, values: Any) -> Cost:
    # As `heavy_read` does for searches.
    allowed = "off" if "@@" in statement else "on"
    await connection.execute(text(f"set local enable_seqscan = {allowed}"))
    told = []
    for form in ("json", "text"):
        explain = f"explain (analyze, buffers, timing off, format {form}) {statement}"
        told.append((await connection.exec_driver_sql(explain, values)).scalars().all())
    plan = told[0][0]
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return Cost(top["Shared Hit Blocks"] + top["Shared Read Blocks"], "\n".join(told[1]))
