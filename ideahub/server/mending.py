"""`ideahub check --mend`: sets kept counts right where they differ from the rows."""

from itertools import islice

from ideahub.core.db import Database, rows_of
from ideahub.core.kept_counts import MOST_NAMED, KeptCount, WrongCount

# Rows that are locked together, each for as long as these few are counted.
AT_ONCE = 200


async def mend(database: Database, count: KeptCount) -> tuple[int, list[WrongCount]]:
    """Sets one kind of count right, AT_ONCE rows in a transaction, while people go on; returns how
    many rows it changed, and the first MOST_NAMED of them."""
    async with database.reading() as db:
        found = await rows_of(db, count.differences, {})
    numbers = iter(dict.fromkeys(row[0] for row in found))
    changed, named = 0, list[WrongCount]()
    while some := list(islice(numbers, AT_ONCE)):
        async with database.transaction() as db:
            rows = await count.mend(db, some)
        changed += len(rows)
        named += [count.described(row) for row in rows[: MOST_NAMED - len(named)]]
    return changed, named
