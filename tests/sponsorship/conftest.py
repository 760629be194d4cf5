"""Counting what a look costs."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine


class Counted:
    """How many queries were sent."""

    number = 0


@pytest.fixture
def count_queries(engine: AsyncEngine) -> Callable[[], AbstractContextManager[Counted]]:
    """`with count_queries() as counted:` counts the queries within."""

    @contextmanager
    def count() -> Iterator[Counted]:
        counted = Counted()

        def one_more(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            counted.number += not statement.startswith(("SAVEPOINT", "RELEASE"))

        event.listen(engine.sync_engine, "before_cursor_execute", one_more)
        try:
            yield counted
        finally:
            event.remove(engine.sync_engine, "before_cursor_execute", one_more)

    return count
