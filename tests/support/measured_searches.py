"""How long searches take on the database that IDEAHUB_DATABASE_URL names, page by page:

    python -m tests.support.measured_searches

See tests/support/very_many_ideas.py for one with a million ideas, and docs/searching.md for what
was measured. Nothing is written but a session for an admin, who looks for people.
"""

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import httpx
from sqlalchemy import text

from ideahub.accounts.sessions import begin_session
from ideahub.core.config import read_config
from ideahub.core.db import Database, open_database
from tests.support.wiring import client_of

ROUNDS = 11
# The page that is not searched, which all are compared with.
PLAIN = "/ideas"
ADMIN = """
    select person_id from role_grant
    where role = 'admin' and organisation_id is null and revoked_at is null limit 1
"""
# A word that only few ideas have, and the campaign and the tag that most have.
FOUND = """
    select (select substring(body from 'example/(\\w+)') from idea
            where body like '%lindenau.example/%' order by id limit 1) as rare,
        (select id from campaign order by ideas_count desc limit 1) as campaign,
        'topic 0' as tag
"""
SEARCHES = {
    "no search": PLAIN,
    "a rare word": "/ideas?q={rare}",
    "a word of some ideas": "/ideas?q=recycling",
    "a word of many ideas": "/ideas?q=city",
    "a stop word": "/ideas?q=the",
    "two words": "/ideas?q=traffic+school",
    "two words of many ideas": "/ideas?q=the+city",
    "a phrase": "/ideas?q=%22bowling+green%22",
    "a phrase of frequent words": "/ideas?q=%22of+the%22",
    "one that is seldom": "/ideas?q=%22the+to%22",
    "the beginning of a word": "/ideas?q=pla",
    "the beginning of a rarer one": "/ideas?q=playgr",
    "a part of an address": "/ideas?q=lindenau.example",
    "a word, but not another": "/ideas?q=city+-school",
    "another language": "/ideas?q=Büchereien",
    "no hit": "/ideas?q=qqqqq",
    "within a stage": "/ideas?q=city&stage=prototype",
    "within a challenge": "/ideas?q=city&within={campaign}",
    "within a tag": "/ideas?q=city&tag={tag}",
    "the newest": "/ideas?q=city&order=newest",
    "the most supported": "/ideas?q=city&order=supported",
    "those that need a build": "/ideas?q=city&order=needs-a-build",
    "the most supported of some": "/ideas?q=recycling&order=supported",
    "page 50 of the best": "/ideas?q=city#50",
    "page 50 of the newest": "/ideas?q=city&order=newest#50",
    "a tag": "/ideas?tag={tag}",
    "a seldom tag": "/ideas?tag=topic+280",
    "similar ideas": "/ideas/similar?title=More+trees+and+benches+in+the+city",
    "similar ideas, half typed": "/ideas/similar?title=Recycling+should+be+enc",
    "similar ideas, misspelt": "/ideas/similar?title=Recyclng+shuld+be+encuraged",
    "challenges": "/challenges?q=data",
    "people": "/people?q=a",
    "the board": "/pipeline",
    "the board of a challenge": "/pipeline?in={campaign}",
    "the board of what is stuck": "/pipeline?stuck=1",
}


async def _page(client: httpx.AsyncClient, address: str) -> str:
    """The address of this page of a list: the fiftieth where it ends with #50."""
    address, _separator, number = address.partition("#")
    for _each in range(int(number or 1) - 1):
        found = re.search(r'href="([^"]+)"[^>]*rel="next"', (await client.get(address)).text)
        assert found, address
        address = unescape(found[1])
    return address


async def _times(client: httpx.AsyncClient, address: str) -> list[float]:
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        answer = await client.get(address)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, (address, answer.status_code)
    # The first one also makes the statement.
    return taken[1:]


@asynccontextmanager
async def _admin(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    async with database.transaction() as db:
        session = await begin_session(db, (await db.execute(text(ADMIN))).scalar_one())
    async with client_of(read_config(), database) as client:
        client.cookies.set("ideahub", session)
        yield client


async def measure() -> None:
    """Prints for each search the median and the longest time, and the median as a multiple of
    that of the list without a search."""
    url = read_config().database_url
    assert url, "IDEAHUB_DATABASE_URL names the database"
    database = open_database(url)
    async with database.reading() as db:
        known = dict((await db.execute(text(FOUND))).mappings().one())
    plain = 0.0
    async with _admin(database) as client:
        for name, address in SEARCHES.items():
            times = await _times(client, await _page(client, address.format(**known)))
            median = statistics.median(times)
            plain = plain or median
            print(f"{name:32} {median * 1000:7.0f} {max(times) * 1000:7.0f} {median / plain:7.1f}")


if __name__ == "__main__":
    asyncio.run(measure())
