"""The embedded PostgreSQL: a child process, for `ideahub run` and the tests.

Our own: the managers that come with the binaries leave a server running when the app is killed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ideahub.server.embedded.binaries import NoServer
from ideahub.server.embedded.server import EmbeddedServer

__all__ = ["NoServer", "database", "ensure"]

_joined: dict[Path, EmbeddedServer] = {}


@contextmanager
def database(data_dir: Path, *, durable: bool = True) -> Iterator[str]:
    """Gives the URL of the database in this directory, which is made at the first use.

    A server that already runs there is used and left running; otherwise one is started, and
    stopped at the end. With `durable=False`, for tests, a power cut may lose everything.
    Raises `NoServer`.
    """
    server = EmbeddedServer(data_dir.absolute(), durable=durable)
    try:
        server.join()
        _joined.setdefault(server.data, server)
        yield f"postgresql+asyncpg://ideahub@/ideahub?host={server.sockets}"
    finally:
        if _joined.get(server.data) is server:
            del _joined[server.data]
        server.leave()


def ensure(data_dir: Path) -> bool:
    """Starts the server again if it has ended, or the command that owned it; returns whether.

    To be called every few seconds within `database(data_dir)`, from any thread. It returns at once
    while the server runs. Raises `NoServer` where the start fails; then call it again later.
    """
    server = _joined.get(data_dir.absolute())
    return server is not None and server.ensure()
