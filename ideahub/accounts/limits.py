"""How often something may be tried: counted in the database, so that all processes agree."""

from datetime import timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address

import msgspec
from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Attempt, EmailCode
from ideahub.accounts.recognising import Browser, is_known
from ideahub.dates import until
from ideahub.i18n import _
from ideahub.refusals import TooMany

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
SWEPT_AT_ONCE = 1_000


class Most(msgspec.Struct, frozen=True):
    """How many tries a quarter of an hour has room for.

    `own`: from one known browser, or from one network for one address; `network`: from one
    network for any address; `nearby`: from all networks that one subscriber may have, for one
    address; `together`: from everywhere for one address.
    """

    own: int
    network: int
    nearby: int
    together: int


def attempt_key(deed: str, who: str) -> str:
    """What a try is counted under; the address itself is not written down."""
    return f"{deed}:{sha256(who.lower().encode()).hexdigest()[:40]}"


def network(address: str) -> str:
    """The client a try comes from: an IPv4 address, or the IPv6 network (/64) of one household."""
    return _without_end(address, of_four=0, of_six=64)


def neighbourhood(address: str) -> str:
    """The networks that one subscriber may have: /48 of IPv6, and /24 of IPv4."""
    return _without_end(address, of_four=8, of_six=80)


def _without_end(address: str, *, of_four: int, of_six: int) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(IPv6Address(int(found) >> of_six << of_six))
    four = found.ipv4_mapped if isinstance(found, IPv6Address) else found
    return str(IPv4Address(int(four or found) >> of_four << of_four))


async def limit_tries(
    db: AsyncSession, deed: str, address: str, browser: Browser, most: Most, *, instead: str
) -> None:
    """Counts one try for an address, under what only whoever tries can fill; raises TooMany.

    A browser known to the owner of the address has a count of its own, which no stranger
    reaches. All others share counts, by network and by address. `instead` is what else to do.
    """
    if await is_known(db, browser, address):
        key = attempt_key(f"{deed} known", browser.known or "")
        await limit(db, key, most.own, WINDOW, instead=instead)
        return
    client = network(browser.client)
    # Always in this order: each waits for a lock, and two must not wait for each other.
    for who, room in (
        (client, most.network),
        (f"{client} {address}", most.own),
        (f"{neighbourhood(browser.client)}/ {address}", most.nearby),
        (address, most.together),
    ):
        await limit(db, attempt_key(deed, who), room, WINDOW, instead=instead)


async def limit(
    db: AsyncSession, key: str, most: int, per: timedelta, *, instead: str = ""
) -> None:
    """Counts one try; raises TooMany, with how long to wait, after `most` of them in `per`.

    The count stands when the caller's transaction commits. Where a refused try has to count
    too (a wrong password), call this in a transaction of its own before judging the try.
    """
    # Two at once would both see one free place.
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    recent = Attempt.created_at > func.statement_timestamp() - per
    count = select(func.count()).where(Attempt.key == key, recent).scalar_subquery()
    free = select(literal(key), func.statement_timestamp()).where(count < most)
    counted = await db.execute(
        insert(Attempt).from_select(["key", "created_at"], free).returning(Attempt.id)
    )
    if counted.one_or_none() is None:
        raise TooMany(f"{await _wait(db, key, most, per)} {instead}".rstrip())


async def _wait(db: AsyncSession, key: str, most: int, per: timedelta) -> str:
    # When the oldest of those that fill the limit falls out of the window, one place is free.
    oldest = await db.scalar(
        select(Attempt.created_at)
        .where(Attempt.key == key)
        .order_by(Attempt.created_at.desc())
        .offset(most - 1)
        .limit(1)
    )
    assert oldest is not None
    now = (await db.execute(select(func.statement_timestamp()))).scalar_one()
    wait = until(oldest + per, now)
    return _("That was too often in a short time. Try again in %s.") % wait


async def forget_attempts(db: AsyncSession) -> None:
    """Deletes tries and codes that are a day old; cheap enough for every tick of the clock."""
    for table in (Attempt, EmailCode):
        # The oldest rows have the lowest numbers: no index on the date is needed.
        oldest = select(table.id).order_by(table.id).limit(SWEPT_AT_ONCE)
        past = table.created_at < func.now() - KEPT
        await db.execute(delete(table).where(table.id.in_(oldest), past))
