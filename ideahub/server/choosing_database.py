"""Which database is used: the configured one, or the embedded one, which is started for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from ideahub.core.config import Config
from ideahub.server import embedded


@contextmanager
def database_url(config: Config) -> Iterator[str]:
    """The URL of the configured database, or of the embedded one, which runs during the block.

    It is the server's own: migrations and commands do not go through a pooler.
    """
    if given := config.direct_database_url or config.database_url:
        yield given
    else:
        with embedded.database(config.var / "postgres") as url:
            yield url


@contextmanager
def database_starting(config: Config) -> Iterator[Callable[[], str]]:
    """`database_url`, but the block begins at once, while the embedded database still starts; it
    calls what it is given to wait for the URL."""
    with ExitStack() as ending, ThreadPoolExecutor(1, "database-starting") as beside:
        yield beside.submit(ending.enter_context, database_url(config)).result
