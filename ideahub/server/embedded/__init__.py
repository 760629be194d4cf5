"""The embedded PostgreSQL: a supervised child of ours, for `ideahub run` and the tests.

Our own: the managers that come with the binaries leave a server behind when the app is killed.
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
    """Yield the URL of the database kept in this directory, made at the first use.

    A server that already runs there is used and left running; otherwise one is started, and
    stopped at the end. With `durable=False` a power cut may lose everything: for tests.
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
    """Start the server again if it, or the command that owned it, has gone; say whether it did.

    For the time inside `database(data_dir)`: call it every few seconds, from any thread. It
    returns at once while all is well. Raises `NoServer` when the start fails; call it again.
    """
    server = _joined.get(data_dir.absolute())
    return server is not None and server.ensure()
