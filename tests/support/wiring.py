"""The application for tests. Wiring it takes a third of a second, so it is done seldom."""

import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from litestar import Litestar

from ideahub.app import create_app, guarded, keep_in_memory
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.site import Site
from ideahub.core.site_keys import SiteKeys
from ideahub.ideas.ballot_box import BallotBox

# Clients read whom they trust from files, which takes longer than a page; none of
# these speaks TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

# Nobody uses these just now; by what their routes and tasks depend on, with their first state.
_idle: dict[tuple[bool, bool], list[tuple[Litestar, dict[str, Any]]]] = defaultdict(list)


@contextmanager
def wired_app(
    config: Config, database: Database, *, background: bool = False
) -> Iterator[Litestar]:
    """The application over this database, nobody else's until the block ends.

    Everything in it is new but its routes: see `create_app`.
    """
    idle = _idle[config.demo, background]
    if not idle:
        made = create_app(config, database, background=background)
        idle.append((made, made.state.dict()))
    app, at_first = idle.pop()
    for name in set(app.state) - set(at_first):
        del app.state[name]
    for name, value in at_first.items():
        app.state[name] = value
    app.state.config, app.state.database = config, database
    app.state.site_keys = SiteKeys(config)
    database.serve(Site(config.public_url, config.language), app.state.site_keys)
    keep_in_memory(app)
    app.state.ballot_box = BallotBox(database)
    yield app
    idle.append((app, at_first))


@asynccontextmanager
async def client_of(
    config: Config, database: Database, **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the application over this database for pages, without a socket between them."""
    with wired_app(config, database) as app:
        transport = httpx.ASGITransport(app=guarded(app, config))  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url=config.public_url, **options
        ) as client:
            yield client
