"""Which statements a page runs: the objects themselves, to see whether they are new."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def statements_run(engine: Engine) -> Iterator[list[Any]]:
    """The statements that are run on the engine's connections within the block, in order."""
    run: list[Any] = []

    def note(_connection: Any, statement: Any, *_rest: Any) -> None:
        run.append(statement)

    event.listen(engine, "before_execute", note)
    try:
        yield run
    finally:
        event.remove(engine, "before_execute", note)


def made_anew(before: list[Any], after: list[Any]) -> list[str]:
    """The SQL of those statements that were not run before, but built for this occasion."""
    known = {id(statement) for statement in before}
    return [str(statement) for statement in after if id(statement) not in known]
