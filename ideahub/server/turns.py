"""Begins what thousands ask for at once a few at a time, in the order in which they asked.

Where thousands of pages come back together, their handshakes take seconds in all. Done in one go,
they would keep every request waiting, and the system from handing over those who come meanwhile:
whose connection it drops tries again after seconds, then after ever more.
"""

import asyncio
from collections import deque
from collections.abc import Callable

# In each turn of the loop: these take some milliseconds.
MOST_IN_TURN = 10


class Turns:
    """Those who wait for their turn."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def await_turn(self, begin: Callable[[], None]) -> None:
        """Calls `begin` when it is its turn: in the next turn of the loop, or a later one."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._take_turn)
        self._waiting.append(begin)

    def _take_turn(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            for _one in range(min(MOST_IN_TURN, len(self._waiting))):
                self._waiting.popleft()()
        finally:
            if self._waiting:
                loop.call_soon(self._take_turn)
