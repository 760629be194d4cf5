"""Numbers in the query of an address: which row a list is narrowed to, or where it begins."""

from ideahub.core.paging import MOST


def number_in_query(typed: str) -> int | None:
    """The number; None where there is none, for "all of them" is sent as an empty text, and for
    what can be no row's."""
    # Twenty digits are too many in any case; very many would take long to read.
    if not typed.isdecimal() or len(typed) > len(str(MOST)):
        return None
    number = int(typed)
    return number if number <= MOST else None
