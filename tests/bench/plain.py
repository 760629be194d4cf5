"""The yardstick: the framework alone, on the same server and loop as IdeaHub.

python -m tests.bench.plain PORT
"""

import asyncio
import gc
import sys

import uvloop
from litestar import Litestar, get

from ideahub.core.config import read_config
from ideahub.server.serving import SignalSafeServer, settings_of_server


@get("/", media_type="text/plain")
async def plain() -> str:
    """A text as short as that of /healthz."""
    return "ok\n"


def main(port: int) -> None:
    """Serves until Ctrl-C."""
    app = Litestar([plain], openapi_config=None, logging_config=None)
    settings = settings_of_server(app, read_config({"PORT": str(port)}))
    settings.host, settings.port = "127.0.0.1", port
    gc.collect()
    gc.freeze()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(SignalSafeServer(settings).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]))
