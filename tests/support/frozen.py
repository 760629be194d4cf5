"""One moment for everything: the application's clock and the database's stand still.

What is rendered is then the same whenever it is rendered, to the byte.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

MOMENT = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
_NOW = f"to_timestamp({int(MOMENT.timestamp())})"
# What asks the database for the time, and what it is told.
_ASKING = (
    (re.compile(r"\b(now|(statement|transaction|clock)_timestamp)\(\)", re.IGNORECASE), _NOW),
    (re.compile(r"\b(current_timestamp|localtimestamp)\b", re.IGNORECASE), _NOW),
    (re.compile(r"\bcurrent_date\b", re.IGNORECASE), f"{_NOW}::date"),
)


def freeze_database(engine: Engine) -> None:
    """From here on, all that is sent by the engine happens at MOMENT, by the same dice.

    Before the migrations: the defaults of columns are frozen with them.
    """

    def freeze(_c: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> Any:
        for pattern, moment in _ASKING:
            statement = pattern.sub(moment, statement)
        return statement, given

    def load_dice(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("select setseed(0.5)")
        cursor.close()

    event.listen(engine, "before_cursor_execute", freeze, retval=True)
    event.listen(engine, "connect", load_dice)


class _Kind(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)

    def __call__(cls, *parts: Any, **more: Any) -> datetime:
        return datetime(*parts, **more)  # noqa: DTZ001  whoever calls says which zone

    def __getattr__(cls, name: str) -> Any:
        return getattr(datetime, name)


class Frozen(metaclass=_Kind):
    """Stands in for `datetime`: the same, but that it is always MOMENT."""

    @staticmethod
    def now(tz: tzinfo | None = None) -> datetime:
        """The moment, in this zone."""
        return MOMENT.astimezone(tz) if tz else MOMENT.replace(tzinfo=None)


@contextmanager
def frozen(package: str) -> Iterator[None]:
    """Every module of the package sees MOMENT as the present, within the block.

    After the application was made: what reads types from annotations has read them then.
    """
    root = import_module(package)
    names = [found.name for found in walk_packages(root.__path__, f"{package}.")]
    modules = [import_module(name) for name in names if not name.endswith(".__main__")]
    changed = [module for module in modules if vars(module).get("datetime") is datetime]
    for module in changed:
        vars(module)["datetime"] = Frozen
    try:
        yield
    finally:
        for module in changed:
            vars(module)["datetime"] = datetime
