"""Keyset paging: the next page of a list begins after the last row of this one.

In an address such a place is one text: the value that the list is ordered by, and the row's number
for rows with the same value.
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
    """The `key` and the `number` of the row before the place, as parameters of a statement.

    Raises ValueError for what `place_after` has not written.
    """
    # Cut before it is parsed: `place_after` writes nothing longer.
    key, _separator, number = place[:LONGEST].rpartition("~")
    found = {"key": read_key(key), "number": int(number)}
    if not all(abs(value) <= MOST for value in found.values() if isinstance(value, int)):
        raise ValueError(place)
    return found


def read_moment(typed: str) -> datetime:
    """A moment in ISO 8601, in UTC where it names no zone; raises ValueError."""
    moment = datetime.fromisoformat(typed)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
