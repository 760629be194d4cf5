"""Starts the server on a migrated database, and stops it."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial

import uvicorn
import uvloop
from litestar.types import ASGIApp
from sqlalchemy.ext.asyncio import AsyncEngine

from ideahub.app import create_app, guarded
from ideahub.core.config import Config, must_be_safe_to_serve
from ideahub.core.correctable import Correctable
from ideahub.core.db import Database, open_database, open_replica
from ideahub.core.languages import read_catalogues
from ideahub.core.mailing import Mailer
from ideahub.http.assets import files
from ideahub.organisations.queries import demo_people
from ideahub.realtime.frames import FrameProtocol
from ideahub.realtime.hub import Hub
from ideahub.server import embedded
from ideahub.server.lingering import LingeringHttpProtocol, accept_those_who_wait
from ideahub.server.preparing import prepare

log = logging.getLogger(__name__)

ENSURE_SECONDS = 2.0
# The queue calls itself stuck after half a minute; the process ends after another half.
STUCK_EVERY_SECONDS, STUCK_CHECKS = 5.0, 6
# Connections that wait until the loop accepts them, one in each turn: as many as come back at once
# after an outage. The system allows no more than its net.core.somaxconn.
MOST_UNACCEPTED = 16_384
# The longest time of a statement of a page or a deed.
STATEMENT_SECONDS = 8.0
# In which a connection that was accepted becomes known.
ACCEPTED_SECONDS = 0.05


class PortTaken(Correctable):
    """The port cannot be listened on; the message says what to do."""


class SignalSafeServer(uvicorn.Server):
    """Uvicorn's server, but after a signal it returns, so that we can clean up; uvicorn itself
    would raise the signal again, which ends the process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepts = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the application, and accepts connections from then on."""
        await super().startup(sockets)
        self.accepts.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops the server on Ctrl-C and SIGTERM while the block runs."""
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops accepting, lets what was accepted or waits for it be answered, and ends the
        application."""
        # What waits is gone with the last copy of a socket.
        copies = [listening.dup() for listening in sockets or ()]
        for accepting in self.servers:
            accepting.close()
        await accept_those_who_wait(copies, self._protocol, most=MOST_UNACCEPTED)
        # Connections that were accepted just now become known, so that they are ended as well.
        await asyncio.sleep(ACCEPTED_SECONDS)
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        """What serves a connection, as uvicorn makes it."""
        return LingeringHttpProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


# What is done once the application serves.
Begun = Callable[[Config, Database], Awaitable[None]]


def serve(config: Config, url: Callable[[], str]) -> int:
    """Migrates, fills the demo if that is on, and serves until a signal; returns the exit code.

    `url` waits for the database. Raises Misconfigured, NotBuilt, PortTaken, NoServer.
    """
    must_be_complete(config)
    runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    with listen(config) as listening, runner:
        return runner.run(_serve(config, url(), listening))


def must_be_complete(config: Config) -> None:
    """Raises Misconfigured or NotBuilt now, not at the first request or mail that needs it."""
    must_be_safe_to_serve(config)
    files()
    read_catalogues()
    Mailer(config)


async def _serve(config: Config, url: str, listening: socket.socket) -> int:
    await prepare(config, url)
    return await serve_prepared(config, url, listening, announce)


async def serve_prepared(config: Config, url: str, listening: socket.socket, begun: Begun) -> int:
    """Serves until a signal, on a database that `prepare` has seen; calls `begun` once pages are
    served and live. Returns the exit code."""
    database = _open(config, url)
    assert isinstance(database.bind, AsyncEngine)
    app = create_app(config, database)
    server = SignalSafeServer(settings_of_server(guarded(app, config), config))
    beside = [
        asyncio.create_task(_when_up(server, app.state.hub, partial(begun, config, database))),
        asyncio.create_task(_keep_database(config)),
        asyncio.create_task(_leave_when_stuck(database, server)),
    ]
    gc.collect()
    gc.freeze()
    try:
        await server.serve(sockets=[listening])
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await database.bind.dispose()
        if database.replica:
            await database.replica.engine.dispose()
    return 1 if server.force_exit else 0


def _open(config: Config, url: str) -> Database:
    """The database as it is served: through the pooler, and with the replica, if there are any."""
    size, seconds = config.pool_size, STATEMENT_SECONDS
    pooled = config.direct_database_url is not None
    served = config.database_url if pooled else None
    database = open_database(served or url, size=size, statement_seconds=seconds, pooled=pooled)
    database.direct_url = url
    if config.replica_url:
        replica = open_replica(config.replica_url, size=size, statement_seconds=seconds)
        database.replica = replica
    return database


def settings_of_server(app: ASGIApp, config: Config) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        http=LingeringHttpProtocol,
        ws=FrameProtocol,
        # Pages only listen; realtime/frames.py disconnects clients that send messages.
        ws_max_size=1_000,
        # Off: 24 kB a socket instead of up to 264, and half the work.
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        backlog=MOST_UNACCEPTED,
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="warning",
        proxy_headers=True,
        forwarded_allow_ips=config.trusted_proxies,
        timeout_graceful_shutdown=5,
    )


async def _leave_when_stuck(database: Database, server: SignalSafeServer) -> None:
    """Ends a process that serves nobody any more, so that its supervisor starts it again."""
    stuck = 0
    while stuck < STUCK_CHECKS:
        await asyncio.sleep(STUCK_EVERY_SECONDS)
        stuck = stuck + 1 if database.queue.is_stuck else 0
    log.critical("No request is served any more: this process ends, to be started anew")
    server.should_exit = server.force_exit = True


async def _keep_database(config: Config) -> None:
    """Starts the embedded server again when it, or the command that owned it, has ended."""
    while config.database_url is None:
        await asyncio.sleep(ENSURE_SECONDS)
        try:
            await asyncio.to_thread(embedded.ensure, config.var / "postgres")
        except (embedded.NoServer, OSError) as problem:
            print(f"ideahub: {problem}", flush=True)


def listen(config: Config) -> socket.socket:
    """The socket on which clients are accepted. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    # With the protocol named: asyncio's own loop sets TCP_NODELAY only where it is TCP. Without it
    # each answer on a kept connection waits 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
        listening.listen(MOST_UNACCEPTED)  # from here on clients wait instead of being refused
    except OSError as problem:
        listening.close()
        raise PortTaken(
            f"cannot listen on {config.host} port {config.port} ({problem.strerror}). "
            f"Choose another port, such as PORT={config.port + 1}."
        ) from None
    return listening


async def _when_up(
    server: SignalSafeServer, hub: Hub, begun: Callable[[], Awaitable[None]]
) -> None:
    await hub.up.wait()
    await server.accepts.wait()
    await begun()


async def announce(config: Config, database: Database) -> None:
    """Prints the address, and who one can be there."""
    print(f"\n  IdeaHub is ready: {config.public_url}\n", flush=True)
    if not config.demo:
        return
    async with database.reading() as db:
        people = await demo_people(db)
    if people:
        print("  Sign in with one click as one of the demo people:", flush=True)
    for person in people:
        print(f"    {person.name:<22} {person.title}", flush=True)
    print(f"\n  {config.public_url}/sign-in   (Ctrl-C stops)\n", flush=True)
