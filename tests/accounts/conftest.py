"""People with a password, their letter box, and browsers from many places."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import signing_in
from ideahub.accounts.limiting_tries import TryLimits
from ideahub.accounts.passwords import hash_secret
from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.core.mailing import kept_mail
from tests.accounts.arriving import PASSWORD, Arrive
from tests.conftest import Browser
from tests.support.cast import Cast


@pytest.fixture
def letter_box(config: Config) -> None:
    """An empty letter box."""
    for path in kept_mail(config):
        path.unlink()


@pytest.fixture
async def owners(cast: Cast, db: AsyncSession) -> Cast:
    """Ada and Cem have the same password."""
    cast.ada.password_hash = cast.cem.password_hash = await hash_secret(PASSWORD)
    await db.commit()
    return cast


@pytest.fixture
async def arrive(app: Litestar, config: Config) -> AsyncIterator[Arrive]:
    """`await arrive(client)` is a new browser at that network address."""
    async with AsyncExitStack() as stack:

        async def make(client: str) -> Browser:
            served = guarded(app, config)
            transport = httpx.ASGITransport(app=served, client=(client, 4_000))  # type: ignore[arg-type]
            browser = httpx.AsyncClient(transport=transport, base_url=config.public_url)
            return Browser(await stack.enter_async_context(browser), None)

        yield make


@pytest.fixture
def small_crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen guesses of strangers use up what they have together."""
    monkeypatch.setattr(
        signing_in, "PASSWORDS", TryLimits(own=10, network=120, nearby=30, together=15)
    )
