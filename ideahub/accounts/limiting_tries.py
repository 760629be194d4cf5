"""Limits on how often anybody may try to sign in, or ask for a code."""

from datetime import timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.recognising import Browser, is_known
from ideahub.core.limits import attempt_key, limit
from ideahub.core.networks import neighbourhood, network

WINDOW = timedelta(minutes=15)


class TryLimits(msgspec.Struct, frozen=True):
    """How many tries are allowed in a WINDOW.

    `own`: from one known browser, or from one network for one address; `network`: from one
    network for all addresses; `nearby`: from all networks that one internet subscriber may have,
    for one address; `together`: from everywhere for one address.
    """

    own: int
    network: int
    nearby: int
    together: int


async def limit_tries(
    db: AsyncSession, deed: str, address: str, browser: Browser, most: TryLimits, *, instead: str
) -> None:
    """Counts one try for an address; raises TooMany, with the sentence `instead`, which says what
    else one can do.

    A browser on which the address's owner has signed in before has a count of its own, which
    strangers cannot use up. All others share counts, by network and by address.
    """
    if await is_known(db, browser, address):
        key = attempt_key(f"{deed} known", browser.known or "")
        await limit(db, key, most.own, WINDOW, instead=instead)
        return
    client = network(browser.client)
    # Always in this order: each waits for a lock, and two requests must not wait for each other.
    for who, room in (
        (client, most.network),
        (f"{client} {address}", most.own),
        (f"{neighbourhood(browser.client)}/ {address}", most.nearby),
        (address, most.together),
    ):
        await limit(db, attempt_key(deed, who), room, WINDOW, instead=instead)
