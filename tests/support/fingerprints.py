"""What stands in each table of a test's database, told apart by a short text for each."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import TextClause, text
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


async def fingerprints(db: AsyncSession, but: Iterable[str] = ()) -> dict[str, str]:
    """Table → a digest of all its rows, without some tables.

    A table to which this transaction has written nothing at all is read once: nobody else writes
    while a test runs that is undone at its end.
    """
    kept: dict[tuple[str, str], str] = db.info.setdefault("fingerprints", {})
    tables = list(await db.execute(_WRITTEN))
    wanted = sorted(
        one.name for one in tables if one.written or (one.transaction, one.name) not in kept
    )
    read = {}
    if wanted:
        read = {one.name: one.digest for one in await db.execute(_digests(tuple(wanted)))}
    for one in tables:
        if not one.written:
            kept.setdefault((one.transaction, one.name), read.get(one.name, ""))
    found = {one.name: read.get(one.name) or kept[one.transaction, one.name] for one in tables}
    return {name: digest for name, digest in found.items() if name not in set(but)}


@cache
def _digests(tables: tuple[str, ...]) -> TextClause:
    rows = "coalesce(string_agg(t::text, '|' order by t::text), '')"
    each = "select '{table}' as name, md5({rows}) as digest from \"{table}\" t"
    return text(" union all ".join(each.format(table=table, rows=rows) for table in tables))
