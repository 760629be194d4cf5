"""What `ideahub check` says of providers: whether each one that is offered works."""

from collections.abc import AsyncIterator

from sqlalchemy import select

from ideahub.core.config import Config
from ideahub.core.db import Database
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.queries import ENABLED
from ideahub.openid_connect.trying import try_provider


async def check_providers(config: Config, database: Database) -> AsyncIterator[tuple[bool, str]]:
    """For each provider that is offered, whether it works, and a sentence."""
    async with database.reading() as db:
        found = (await db.scalars(select(OpenIdProvider).where(ENABLED))).all()
    for provider in found:
        wrong = await try_provider(config, SiteKeys(config), provider)
        yield not wrong, f"sign-ins at {provider.name}: {wrong or 'the provider answers'}"
