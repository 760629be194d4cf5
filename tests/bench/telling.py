"""Telling: a challenge with 20,000 followers has news, and each is told on their page and by mail.

Meanwhile somebody asks for pages, 20 in a second, and 200 followers look at one of theirs, whose
number of unread things changes. Told: from the deed until the last of them has a notification and,
as they get mail at once, a mail in the outbox. The mail server is away.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from statistics import quantiles

import asyncpg
from websockets.asyncio.client import ClientConnection, connect

from ideahub.campaigns.models import Campaign
from ideahub.core.db import open_database
from ideahub.core.events import Kind, record
from ideahub.server import embedded
from tests.bench import databases, served
from tests.bench.asking import HOST, Ask, get
from tests.bench.bench import Bench
from tests.bench.people import sign_in
from tests.bench.report import Row, number
from tests.bench.rounds import spread
from tests.questions.faq import a_challenge
from tests.support.cast import make_cast
from tests.support.databases import make_migrated_folder
from tests.support.short_lived import short_lived_folder

FOLLOWERS, LOOKING = 20_000, 200
EACH_SECONDS, QUIET_SECONDS, MOST_SECONDS = 0.05, 10.0, 120.0
FILL = """
    with made as (
        insert into person (name, email, email_proved_at)
        select 'Follower ' || n, 'f' || n || '@mail.lindenau', now() from generate_series(1, $2) n
        returning id
    )
    insert into campaign_follow (campaign_id, person_id) select $1, id from made
"""
TOLD = "select count(*) from notification where mail_id is not null"


def measure(_bench: Bench, _chosen: Collection[str]) -> list[Row]:
    """The rows of this section."""
    with short_lived_folder() as var:
        asyncio.run(make_migrated_folder(var / "postgres"))
        with embedded.database(var / "postgres") as url:
            campaign, first = asyncio.run(_fill(url))
            cookies = asyncio.run(sign_in(databases.plain(url), LOOKING, first))
            with served.ideahub(var):
                return asyncio.run(_measured(url, campaign, cookies))


async def _fill(url: str) -> tuple[int, int]:
    """The number of the challenge, and of its first follower."""
    database = open_database(url, size=1)
    async with database.transaction() as db:
        campaign = (await a_challenge(db, await make_cast(db))).id
    await database.bind.dispose()  # type: ignore[union-attr]
    connection = await asyncpg.connect(databases.plain(url))
    await connection.execute(FILL, campaign, FOLLOWERS)
    await connection.execute("analyze")
    first = await connection.fetchval("select min(person_id) from campaign_follow")
    await connection.close()
    return campaign, first


async def _measured(url: str, campaign: int, cookies: Sequence[str]) -> list[Row]:
    asks = [Ask("/"), Ask(f"/challenges/{campaign}"), Ask("/notifications", cookies[0])]
    async with AsyncExitStack() as open_pages:
        sockets = [await open_pages.enter_async_context(_looking(cookie)) for cookie in cookies]
        end = asyncio.Event()
        asyncio.get_running_loop().call_later(QUIET_SECONDS, end.set)
        before = await _ask(asks, end)
        end = asyncio.Event()
        asking = asyncio.create_task(_ask(asks, end))
        seconds = await _tell(url, campaign)
        end.set()
        during = await asking
        shown = sum([await _is_shown(socket) for socket in sockets])
    beside = f"{FOLLOWERS / seconds:,.0f} in a second; {shown} of {len(sockets)} saw it at once"
    told = Row("20,000 followers told", spread([seconds]), "s", 60, 20, True, beside)
    return [told, _meanwhile(during, before)]


def _looking(cookie: str) -> connect:
    return connect(
        f"ws://127.0.0.1:{served.PORT}/live?cursor={2**40}",
        additional_headers={"Cookie": cookie, "X-Forwarded-Proto": "https"},
        origin=f"https://{HOST}",  # type: ignore[arg-type]
    )


async def _ask(asks: Sequence[Ask], end: asyncio.Event) -> list[float]:
    """Asks for a page each EACH_SECONDS, until the end; how many milliseconds each took."""
    took: list[float] = []
    for ask in cycle(asks):
        if end.is_set():
            return took
        began = time.perf_counter()
        answer = await asyncio.to_thread(get, served.PORT, ask)
        assert answer.status == 200, (ask.path, answer.status)
        took.append(1000 * (time.perf_counter() - began))
        await asyncio.sleep(max(0.0, EACH_SECONDS - took[-1] / 1000))
    raise AssertionError


async def _tell(url: str, campaign: int) -> float:
    """Does the deed; how many seconds passed until all were told."""
    connection = await asyncpg.connect(databases.plain(url))
    database = open_database(url, size=1)
    async with database.transaction() as db:
        of = await db.get_one(Campaign, campaign)
        await record(db, Kind.CAMPAIGN_CHANGED, None, on=of, changed=["phases", "prize"])
    began = time.monotonic()
    while await connection.fetchval(TOLD) < FOLLOWERS:
        assert time.monotonic() - began < MOST_SECONDS, await connection.fetchval(TOLD)
        await asyncio.sleep(0.2)
    await connection.close()
    await database.bind.dispose()  # type: ignore[union-attr]
    return time.monotonic() - began


async def _is_shown(socket: ClientConnection) -> bool:
    try:
        async with asyncio.timeout(1.0):
            while 'id="unread"' not in str(await socket.recv()):
                continue
    except TimeoutError:
        return False
    return True


def _meanwhile(during: Sequence[float], before: Sequence[float]) -> Row:
    """The slowest of twenty, with what it was before."""
    found, usual = (quantiles(values, n=20)[-1] for values in (during, before))
    beside = f"{number(usual)} ms before; the slowest {number(max(during))} ms, {len(during)} asked"
    name = "page meanwhile, of 20 the slowest"
    return Row(name, spread([found]), "ms", 250, 100, True, beside)
