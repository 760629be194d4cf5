"""Announcements by Redis or Valkey, for sites with more commits than NOTIFY can take."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from ideahub.core.events import CHANNEL

log = logging.getLogger(__name__)

CONNECT_SECONDS, KEEPALIVE_SECONDS, RETRY_SECONDS = 2.0, 5.0, 1.0
# What can be lost is an announcement, never an event.
AWAY = (RedisError, OSError, TimeoutError)


class RedisBus:
    """Tells the bus of commits in this process, and hears of those in all.

    Where the bus is away, nothing is lost and nobody waits for it: the hub looks into the table of
    events every second as long as the site uses a bus at all.
    """

    look_seconds = 1.0

    def __init__(self, url: str) -> None:
        self._url = url
        self._committed = asyncio.Event()
        # The number of the present subscription, see Announcements.
        self.connection = 0
        self._subscriptions = 0

    def announce(self) -> None:
        """Announces soon that something was committed: several commits at once are one
        announcement."""
        self._committed.set()

    @asynccontextmanager
    async def listening(self, woken: Callable[[], None]) -> AsyncIterator[None]:
        """Publishes and listens during the block, and connects again whenever it has to."""
        tasks = [
            asyncio.create_task(self._again_and_again("publish", self._publish)),
            asyncio.create_task(self._again_and_again("listen", lambda: self._subscribe(woken))),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def must_hear(self) -> None:
        """Never raises: without the bus it takes a second longer."""

    async def _again_and_again(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await work()
            except AWAY as problem:
                log.warning("The bus is away, so it could not %s: %s", what, problem)
            await asyncio.sleep(RETRY_SECONDS)

    async def _publish(self) -> None:
        async with _connected(self._url) as redis:
            while True:
                await self._committed.wait()
                self._committed.clear()
                try:
                    async with asyncio.timeout(CONNECT_SECONDS):
                        await redis.publish(CHANNEL, b"")
                except AWAY:
                    self._committed.set()
                    raise

    async def _subscribe(self, woken: Callable[[], None]) -> None:
        try:
            async with _connected(self._url) as redis, redis.pubsub() as channel:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await channel.subscribe(CHANNEL)
                    await channel.get_message(timeout=CONNECT_SECONDS)
                self._subscriptions += 1
                self.connection = self._subscriptions
                # What was published before is not sent again.
                woken()
                while True:
                    await _hear(channel)
                    woken()
        finally:
            self.connection = 0


async def try_bus(url: str) -> None:
    """Announces something, to see whether the bus is there. Raises one of AWAY."""
    async with asyncio.timeout(2 * CONNECT_SECONDS), _connected(url) as redis:
        await redis.publish(CHANNEL, b"")


def _connected(url: str) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=CONNECT_SECONDS)


async def _hear(channel: PubSub) -> None:
    """Returns after a message; raises one of AWAY where not even an answer comes in time."""
    asked = False
    while True:
        message = await channel.get_message(timeout=KEEPALIVE_SECONDS)
        if message is not None and message["type"] == "message":
            return
        if message is None and asked:
            raise TimeoutError("no answer in time")
        asked = message is None
        if asked:
            await channel.ping()
