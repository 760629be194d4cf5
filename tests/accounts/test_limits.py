"""Limits on how often something is tried."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.codes import forget_codes
from ideahub.accounts.limiting_tries import TryLimits, limit_tries
from ideahub.accounts.models import EmailCode
from ideahub.accounts.recognising import Browser
from ideahub.core.db import Database
from ideahub.core.limits import Attempt, attempt_key, forget_attempts, limit
from ideahub.core.networks import network
from ideahub.core.refusals import TooMany
from tests.support.cast import add

QUARTER = timedelta(minutes=15)


async def test_so_many_and_no_more(db: AsyncSession) -> None:
    for _try in range(3):
        await limit(db, "posting:7", 3, QUARTER)
    with pytest.raises(TooMany, match="Try again in 15 minutes"):
        await limit(db, "posting:7", 3, QUARTER)
    await limit(db, "posting:8", 3, QUARTER)


async def test_the_oldest_try_makes_room(db: AsyncSession) -> None:
    for _try in range(3):
        await limit(db, "posting:7", 3, QUARTER)
    first = await db.scalar(select(func.min(Attempt.id)))
    before = func.now() - timedelta(minutes=5)
    await db.execute(update(Attempt).where(Attempt.id == first).values(created_at=before))
    with pytest.raises(TooMany, match="Try again in 10 minutes"):
        await limit(db, "posting:7", 3, QUARTER)
    await db.execute(update(Attempt).values(created_at=func.now() - QUARTER))
    await limit(db, "posting:7", 3, QUARTER)


async def test_many_at_once_are_counted_exactly(committing: Database) -> None:
    async def attempt() -> bool:
        try:
            async with committing.transaction() as db:
                await limit(db, "posting:7", 4, QUARTER)
        except TooMany:
            return False
        return True

    assert sum(await asyncio.gather(*(attempt() for _one in range(20)))) == 4


@pytest.mark.slow
async def test_many_strangers_at_once_are_counted_exactly(committing: Database) -> None:
    most = TryLimits(own=10, network=30, nearby=30, together=12)

    async def attempt(number: int) -> int:
        address, browser = f"{number % 2}@city.example", Browser(client=f"192.0.2.{number % 3}")
        try:
            async with committing.transaction() as db:
                await limit_tries(db, "guess", address, browser, most, instead="")
        except TooMany:
            return 0
        return 1

    # Each waits for four locks: none may wait for one who waits for it.
    assert sum(await asyncio.gather(*map(attempt, range(60)))) == 24


def test_a_key_tells_no_address() -> None:
    key = attempt_key("code for", "Ada@City.example")
    assert key == attempt_key("code for", "ada@city.example")
    assert "ada" not in key
    assert len(key) <= 200


def test_a_household_is_one_client() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::9") != network("2001:db8:1:2::9")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") == "192.0.2.7"
    assert network("testclient") == "testclient"


async def test_old_tries_and_codes_are_forgotten(db: AsyncSession) -> None:
    day = timedelta(days=1)
    await limit(db, "old", 3, QUARTER)
    await add(db, EmailCode(email="a@b.example", code_hash=b"", expires_at=func.now()))
    await db.execute(update(Attempt).values(created_at=func.now() - day - QUARTER))
    await db.execute(update(EmailCode).values(created_at=func.now() - day - QUARTER))
    await limit(db, "new", 3, QUARTER)
    await add(db, EmailCode(email="c@d.example", code_hash=b"", expires_at=func.now()))
    await forget_attempts(db)
    await forget_codes(db)
    assert (await db.scalars(select(Attempt.key))).all() == ["new"]
    assert (await db.scalars(select(EmailCode.email))).all() == ["c@d.example"]
