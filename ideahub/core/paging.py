"""Where the next page of a list begins: after the last row of this one, by what it is ordered by.

In an address such a place is one text: the row's key, and its number for rows of one key.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

LONGEST = 60
MOST = 2**63 - 1


def place_after(key: Any, number: int) -> str:
    """The place after the row with this key and number, as an address names it."""
    return f"{key.isoformat() if isinstance(key, datetime) else key}~{number}"


def read_place(place: str, read_key: Callable[[str], Any]) -> dict[str, Any]:
    """The `key` and the `number` of the row before the place, to be bound in a statement.

    Raises ValueError for what `place_after` has not written.
    """
    # What is longer was not written by us, and would be no number of 64 bits.
    key, _separator, number = place[:LONGEST].rpartition("~")
    found = {"key": read_key(key), "number": int(number)}
    if not all(abs(value) <= MOST for value in found.values() if isinstance(value, int)):
        raise ValueError(place)
    return found


def read_moment(typed: str) -> datetime:
    """A moment, by UTC where no zone is named; raises ValueError."""
    moment = datetime.fromisoformat(typed)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
