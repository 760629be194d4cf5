"""Limits on how often anybody may try to sign in, or ask for a code."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.recognising import Browser, is_known
from ideahub.core.limits import attempt_key, limit

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


def network(address: str) -> str:
    """The network of a client: its IPv4 address, or its IPv6 network (/64), as of a household."""
    return _without_end(address, of_four=0, of_six=64)


def neighbourhood(address: str) -> str:
    """The range of networks that one subscriber may have: /48 of IPv6, /24 of IPv4."""
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
