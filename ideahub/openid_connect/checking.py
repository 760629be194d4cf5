"""What `ideahub check` says of providers: whether each one that is offered works."""

from collections.abc import AsyncIterator

from sqlalchemy import select

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.addresses import addresses_of
from ideahub.openid_connect.discovery import directory_of
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.queries import ENABLED
from ideahub.openid_connect.trying import try_provider

Line = tuple[bool | None, str]


async def check_providers(config: Config, database: Database) -> AsyncIterator[Line]:
    """Lines for each provider that is offered: whether it is right, None where that cannot be
    known, and a sentence."""
    async with database.reading() as db:
        found = (await db.scalars(select(OpenIdProvider).where(ENABLED))).all()
    for provider in found:
        wrong = await try_provider(config, SiteKeys(config), provider)
        lines: list[Line] = [(False, wrong)] if wrong else await _lines(config, provider)
        addresses = addresses_of(config, provider)
        lines.append((None, f"whether {addresses.logout} is entered there for back-channel logout"))
        for right, said in lines:
            yield right, f"sign-ins at {provider.name}: {said}"


async def _lines(config: Config, provider: OpenIdProvider) -> list[Line]:
    directory = directory_of(config)
    metadata = await directory.metadata(provider.issuer)
    keys = await directory.keys(provider.issuer)
    shown: list[Line] = [
        (True, f"{metadata.issuer} answers, and calls itself so"),
        (True, f"{len(keys.keys)} keys for signatures"),
        (True, f"knows this site as {provider.client_id}, by {provider.proves_itself_by}"),
        (True, f"comes back to {addresses_of(config, provider).callback}"),
    ]
    if not metadata.backchannel_logout_supported:
        shown.append((None, "does not say that it knows back-channel logout"))
    return shown
