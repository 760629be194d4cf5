"""Reads numbers of rows from the query of an address."""

from ideahub.core.paging import MOST


def number_in_query(typed: str) -> int | None:
    """The number; None for an empty text, which filters send for "all", and for what cannot be
    a row's number."""
    # Checked before parsing, as very many digits take long to parse.
    if not typed.isdecimal() or len(typed) > len(str(MOST)):
        return None
    number = int(typed)
    return number if number <= MOST else None
