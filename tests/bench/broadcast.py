"""The yardstick of pushes: `websockets` alone, which sends each line that it is given to all.

python -m tests.bench.broadcast PORT; for each line (a text as JSON) it prints when it began, by
the machine's clock.
"""

import asyncio
import gc
import sys
import time

import msgspec
import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve

connections: set[ServerConnection] = set()


async def hold(connection: ServerConnection) -> None:
    """Keeps the socket until its client leaves."""
    connections.add(connection)
    try:
        await connection.wait_closed()
    finally:
        connections.discard(connection)


async def main(port: int) -> None:
    """Serves, and sends what it is told to, until its input ends."""
    loop = asyncio.get_running_loop()
    async with serve(hold, "127.0.0.1", port, compression=None, backlog=2048):
        gc.collect()
        gc.freeze()
        while line := await loop.run_in_executor(None, sys.stdin.buffer.readline):
            text = msgspec.json.decode(line, type=str)
            began = time.monotonic()
            broadcast(connections, text)
            print(began, flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(int(sys.argv[1])))
