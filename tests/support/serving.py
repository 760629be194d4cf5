"""A real server on a loopback port, inside the test's own loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx
import uvicorn
from litestar import Litestar
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from ideahub.accounts.sessions import begin_session
from ideahub.app import guarded
from ideahub.campaigns.models import Audience
from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.organisations.models import Person
from ideahub.realtime.concern import Concern
from ideahub.realtime.frames import FrameProtocol
from ideahub.server.bounded_http import BoundedHttpProtocol
from ideahub.server.serving import SignalSafeServer
from tests.support.cast import Cast, make_campaign, make_cast, make_idea
from tests.support.wiring import NO_TLS, wired_app

# Seconds that a test waits for what comes at once where nothing else runs.
PATIENCE = 15.0


@dataclass
class Served:
    """The running application and where it answers."""

    app: Litestar
    config: Config
    database: Database

    async def sign_in(self, person: Person) -> str:
        """A session's secret, as its cookie carries it."""
        async with self.database.transaction() as db:
            return await begin_session(db, person.id)

    async def cursor(self) -> int:
        """What a page rendered now would carry."""
        from ideahub.accounts.finding_viewer import find_viewer

        async with self.database.reading() as db:
            return (await find_viewer(db, None)).cursor

    async def has_read(self, idea: int, cursor: int) -> None:
        """Waits until the hub has read of something that happened on the idea since then."""
        recent = self.app.state.hub.recent
        async with asyncio.timeout(PATIENCE):
            while not recent.was_missed(Concern(idea=idea), cursor):
                await asyncio.sleep(0.01)

    def listen(
        self, *rooms: str, cursor: int, secret: str | None = None, origin: str | None = None
    ) -> Any:
        """A socket in these rooms."""
        query = "&".join([f"cursor={cursor}", *(f"room={room}" for room in rooms)])
        address = self.config.public_url.replace("http", "ws", 1)
        headers = {"Cookie": f"ideahub={secret}"} if secret else {}
        return connect(
            f"{address}/live?{query}",
            additional_headers=headers,
            origin=Origin(origin or self.config.public_url),
        )

    def client(self, **options: Any) -> httpx.AsyncClient:
        """Asks for pages through a socket."""
        return httpx.AsyncClient(base_url=self.config.public_url, verify=NO_TLS, **options)

    async def post(self, url: str, secret: str, **fields: str) -> httpx.Response:
        """Sends a form as the person with this session."""
        async with self.client() as client:
            client.cookies.set("ideahub", secret)
            headers = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
            return await client.post(url, data=fields, headers=headers)


@asynccontextmanager
async def serve(config: Config, database: Database) -> AsyncIterator[Served]:
    """Serves until the block ends, then stops as a signal would stop it."""
    server = SignalSafeServer(
        uvicorn.Config(
            app=lambda *_arguments: None,
            host="127.0.0.1",
            port=0,
            http=BoundedHttpProtocol,
            ws=FrameProtocol,
            ws_max_size=1_000,
            ws_per_message_deflate=False,
            lifespan="on",
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    )
    listening = server.config.bind_socket()
    port = listening.getsockname()[1]
    config = replace(config, port=port, public_url=f"http://127.0.0.1:{port}")
    with wired_app(config, database, background=True) as app:
        server.config.app = guarded(app, config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not (server.started and app.state.hub.up.is_set()):
            await asyncio.sleep(0.02)
            assert not running.done(), running
        try:
            yield Served(app, config, database)
        finally:
            server.should_exit = True
            await running


async def stage(database: Database, audience: Audience = Audience.PUBLIC) -> tuple[Cast, int]:
    """The cast and an idea's number, committed; its box is for this audience."""
    async with database.transaction() as db:
        cast = await make_cast(db)
        campaign = await make_campaign(db, cast.city, audience=audience)
        idea = await make_idea(db, campaign, cast.ada)
    return cast, idea.id


@dataclass
class Site:
    """A running application, with the cast and one idea."""

    served: Served
    cast: Cast
    idea: int

    async def another_idea(self, audience: Audience = Audience.PUBLIC) -> int:
        """Ada's, in a box of its own for this audience, and nobody has voted for it; its number."""
        async with self.served.database.transaction() as db:
            campaign = await make_campaign(db, self.cast.city, audience=audience)
            return (await make_idea(db, campaign, self.cast.ada)).id


async def heard(socket: ClientConnection, wanted: str, seconds: float = PATIENCE) -> str:
    """The first message that contains the text; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            message = str(await socket.recv())
            if wanted in message:
                return message


@asynccontextmanager
async def two_processes(config: Config, database: Database) -> AsyncIterator[tuple[Served, Served]]:
    """Two servers that know of each other's deeds by the database alone."""
    first, second = Database(database.bind), Database(database.bind)
    async with serve(config, first) as one, serve(config, second) as other:
        yield one, other


async def closing(socket: ClientConnection) -> int | None:
    """With what code the server closes a socket."""
    with suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE)
    return socket.close_code
