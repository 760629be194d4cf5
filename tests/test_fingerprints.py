"""What tests of deeds compare: whatever is written is seen, and what is undone is as before."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.db import Database
from tests.support.cast import Cast
from tests.support.fingerprints import fingerprints
from tests.test_bad_input import undone

WRITING = {
    "added": "insert into organisation (name) values ('Harbour')",
    "changed": "update organisation set name = name || '!' where mail_domain = 'city.example'",
    "removed": "delete from role_grant where id = (select min(id) from role_grant)",
}


@pytest.mark.parametrize("written", WRITING)
async def test_whatever_is_written_is_seen(
    db: AsyncSession, database: Database, cast: Cast, written: str
) -> None:
    before = await fingerprints(db)
    assert await fingerprints(db) == before
    table = "role_grant" if written == "removed" else "organisation"
    for _time in range(2):
        async with undone(database):
            await db.execute(text(WRITING[written]))
            after = await fingerprints(db)
            assert {name for name in before if before[name] != after[name]} == {table}
        assert await fingerprints(db) == before


async def test_tables_can_be_left_out(db: AsyncSession) -> None:
    found = await fingerprints(db, but=("session",))
    assert "session" not in found and len(found) > 100
