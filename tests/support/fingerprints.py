"""What stands in each table of a test's database, told apart by a short text for each."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import NestedTransaction, text
from sqlalchemy.ext.asyncio import AsyncSession

# The server counts what a transaction writes to a table, also what is undone later. Where it is
# told not to count, the division fails.
_WRITTEN = text("""
    select relname as name, pg_current_xact_id()::text as transaction,
      (pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)) / current_setting('track_counts')::bool::int
        as written
    from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
""")


@dataclass(frozen=True)
class _Read:
    """A table's digest, after how much was written to it, and in which savepoint it was read."""

    written: tuple[str, int]
    savepoint: NestedTransaction | None
    digest: str


def _is_known(read: _Read | None, written: tuple[str, int]) -> bool:
    """Whether this stands there now: nothing was written since it was read, nor undone."""
    is_undone = read and read.savepoint and not read.savepoint.is_active
    return read is not None and read.written == written and not is_undone


async def fingerprints(db: AsyncSession, but: Iterable[str] = ()) -> dict[str, str]:
    """Table → a digest of all its rows, without some tables.

    A table to which this transaction wrote nothing since it was last asked for is not read again:
    nobody else writes while a test runs that is undone at its end.
    """
    kept: dict[str, _Read] = db.info.setdefault("fingerprints", {})
    connection = (await db.connection()).sync_connection
    savepoint = connection.get_nested_transaction() if connection else None
    found = await db.execute(_WRITTEN)
    written = {name: (transaction, times) for name, transaction, times in found}
    stale = [name for name in sorted(written) if not _is_known(kept.get(name), written[name])]
    if stale:
        for name, digest in await db.execute(text(" union all ".join(map(_digest, stale)))):
            kept[name] = _Read(written[name], savepoint, digest)
    return {name: kept[name].digest for name in written.keys() - set(but)}


def _digest(table: str) -> str:
    rows = "coalesce(string_agg(t::text, '|' order by t::text), '')"
    return f"select '{table}', md5({rows}) from \"{table}\" t"
