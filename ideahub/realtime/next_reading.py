"""The next time that the hub reads what happened, for those who must be shown no less than that."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What comes in meanwhile waits for the same reading: thousands may come back at once.
GATHER_SECONDS = 0.03
PATIENCE_SECONDS = 2.0


class NextReading:
    """A reading that has not begun yet. `wake` makes the hub begin it."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._ended: asyncio.Future[bool] | None = None

    async def ended(self) -> bool:
        """Waits until a reading has ended that began after the call; whether there was one, and it
        read all."""
        if self._ended is None:
            loop = asyncio.get_running_loop()
            self._ended = loop.create_future()
            loop.call_later(GATHER_SECONDS, self._wake)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await asyncio.shield(self._ended)
        except TimeoutError:
            return False

    @contextmanager
    def begun(self) -> Iterator[None]:
        """The block reads what happened; whoever calls from here on waits for the next reading."""
        ended, self._ended = self._ended, None
        has_read = False
        try:
            yield
            has_read = True
        finally:
            if ended is not None:
                ended.set_result(has_read)
