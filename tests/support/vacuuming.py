"""Brings a test's database into the state that the server's own housekeeping would, sooner or
later."""

from sqlalchemy import text

from ideahub.core.db import Database

# Where commits do not wait for the disk, as those of tests, a vacuum that comes soon after them
# cannot yet mark their rows as visible to everyone, and an index cannot answer alone. One commit
# that waits takes the earlier ones along; the vacuum's own are to wait as well.
_STEPS = (
    "set synchronous_commit = on",
    "select pg_logical_emit_message(true, 'test', 'what was committed before is on the disk')",
    "vacuum analyze",
    "reset synchronous_commit",
)


async def vacuum(database: Database) -> None:
    """Vacuums and analyses every table, after all that was committed is on the disk."""
    async with database.reading() as db:
        for step in _STEPS:
            await db.execute(text(step))
