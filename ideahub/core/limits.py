"""Rate limits, counted in the database so that all processes share them."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Index, String, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ideahub.core.dates import wait
from ideahub.core.db import Base, Dated, Numbered
from ideahub.core.i18n import _, sentences
from ideahub.core.refusals import TooMany
from ideahub.core.sweeping import old_rows_deleted

KEPT = timedelta(days=1)


class Attempt(Numbered, Dated, Base):
    """An attempt that is counted against a limit: signing in, asking for a code, posting."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_created_at", "key", "created_at"),)

    key: Mapped[str] = mapped_column(String(200))


def attempt_key(deed: str, who: str) -> str:
    """The key that attempts of one person are counted under; a hash, so that no address is kept."""
    return f"{deed}:{sha256(who.lower().encode()).hexdigest()[:40]}"


async def limit(
    db: AsyncSession, key: str, most: int, per: timedelta, *, instead: str = ""
) -> None:
    """Counts one attempt; raises TooMany, with how long to wait, after `most` of them in `per`.

    `instead` is a sentence that the refusal adds. The count is kept only if the caller's
    transaction commits: where a refused attempt has to count too (a wrong password), call this
    in a transaction of its own first.
    """
    # Otherwise two attempts at the same time could both get the last free place.
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    recent = Attempt.created_at > func.statement_timestamp() - per
    count = select(func.count()).where(Attempt.key == key, recent).scalar_subquery()
    free = select(literal(key), func.statement_timestamp()).where(count < most)
    counted = await db.execute(
        insert(Attempt).from_select(["key", "created_at"], free).returning(Attempt.id)
    )
    if counted.one_or_none() is None:
        raise TooMany(sentences(await _wait(db, key, most, per), instead))


async def _wait(db: AsyncSession, key: str, most: int, per: timedelta) -> str:
    # A place becomes free when the oldest attempt that fills the limit leaves the window.
    oldest = await db.scalar(
        select(Attempt.created_at)
        .where(Attempt.key == key)
        .order_by(Attempt.created_at.desc())
        .offset(most - 1)
        .limit(1)
    )
    assert oldest is not None
    now = (await db.execute(select(func.statement_timestamp()))).scalar_one()
    # Translators: %(time)s is such as “3 minutes”
    return _(
        "That was too often in a short time. Try again in %(time)s.", time=wait(oldest + per - now)
    )


OLD_DELETED = old_rows_deleted(Attempt, Attempt.created_at < func.now() - KEPT)


async def forget_attempts(db: AsyncSession) -> None:
    """Deletes attempts that are older than a day, bit by bit."""
    await db.execute(OLD_DELETED)
