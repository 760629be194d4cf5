"""People with a password, their letter box, and browsers from many places."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import signing_in
from ideahub.accounts.limiting_tries import TryLimits
from ideahub.app import guarded
from ideahub.core.config import Config
from ideahub.core.mailing import kept_mail
from tests.accounts.arriving import Arrive, give_password
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
    await give_password(db, cast.ada, cast.cem)
    return cast


@pytest.fixture
async def everyone(cast: Cast, db: AsyncSession) -> Cast:
    """All who write something have the same password."""
    await give_password(db, cast.ada, cast.ben, cast.cem, cast.mia, cast.sam, cast.ann)
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
