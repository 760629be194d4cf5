"""What is old is deleted by the clock: of the oldest rows alone, however many there are."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core import sweeping
from ideahub.core.outbox import OutgoingMail, send_later


async def test_only_the_oldest_rows_are_looked_at(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "SWEPT_AT_ONCE", 2)
    statement = sweeping.old_rows_deleted(OutgoingMail, OutgoingMail.subject == "Old")
    for subject in ("Old", "New", "Old"):
        await send_later(db, to="ada@mail.lindenau", subject=subject, text="So it is.")
    left = select(OutgoingMail.subject).order_by(OutgoingMail.id)
    for subjects in (["New", "Old"], ["New"], ["New"]):
        await db.execute(statement)
        assert list(await db.scalars(left)) == subjects
