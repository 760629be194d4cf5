"""What the sections with sockets share: the server, its crowd of open sockets, and the bare one."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

import asyncpg

from tests.bench import served
from tests.bench.ballots import put_ideas, remove_ideas
from tests.bench.bench import Bench, Site
from tests.bench.crowd import Broadcaster, Crowd, broadcaster, crowd
from tests.bench.people import sign_in

CURSOR = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class Stage(NamedTuple):
    """What takes part: the site and its crowd, the bare server and its crowd, an idea, people who
    are signed in."""

    site: Site
    crowd: Crowd
    bare: Broadcaster
    bare_crowd: Crowd
    idea: int
    cookies: list[str]
    # Those of them who have not voted yet.
    voters: list[str]


@contextmanager
def open_stage(bench: Bench) -> Iterator[Stage]:
    """A server without sockets yet, and as many people as there will be sockets."""
    port = served.PORT + 2
    with ExitStack() as stack:
        site = stack.enter_context(bench.site())
        cookies = asyncio.run(sign_in(site.url, bench.sockets))
        idea = asyncio.run(put_ideas(site.url, 1))
        stack.callback(lambda: asyncio.run(remove_ideas(site.url)))
        ours = stack.enter_context(crowd(served.PORT))
        bare = stack.enter_context(broadcaster(port))
        theirs = stack.enter_context(crowd(port, first=100))
        yield Stage(site, ours, bare, theirs, idea, cookies, list(cookies))


def path_of(stage: Stage) -> str:
    """The address of the socket on a page that was rendered just now, so that it missed nothing."""
    return f"/live?cursor={asyncio.run(_cursor(stage.site.url))}&language=en&room=idea:{stage.idea}"


async def _cursor(url: str) -> int:
    db = await asyncpg.connect(url)
    found = int(await db.fetchval(CURSOR))
    await db.close()
    return found
