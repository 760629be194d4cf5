"""An operator names a provider in the settings, and staff sign in there on a new site."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.core.db import Database
from ideahub.core.first_provider import FirstProvider
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.checking import check_providers
from ideahub.openid_connect.client_keys import client_secret, public_keys
from ideahub.openid_connect.first_provider import add_first_provider
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.organisations.models import Organisation
from tests.conftest import Browser
from tests.openid_connect.providers_of_tests import CLIENT, NUMBER, SECRET, StrictProvider
from tests.support.cast import Cast

GIVEN = {
    "IDEAHUB_OPENID_ISSUER": "https://login.city.example/realms/staff",
    "IDEAHUB_OPENID_CLIENT_ID": "ideahub",
    "IDEAHUB_OPENID_CLIENT_SECRET": "of tests only",
    "IDEAHUB_OPENID_ORGANISATION": "City of Lindenau",
    "IDEAHUB_OPENID_MAIL_DOMAINS": "City.example, office.city.example",
}

Start = Callable[[FirstProvider], Awaitable[OpenIdProvider | None]]


def given(**changed: str) -> FirstProvider:
    """The settings, with some of them changed."""
    names = {f"IDEAHUB_OPENID_{name}": value for name, value in changed.items()}
    found = read_config(GIVEN | names).first_provider
    assert found
    return found


@pytest.fixture
def start(app: Litestar, database: Database) -> Start:
    """`await start(settings)` begins the site with these; the provider that was added, if any."""

    async def begin(settings: FirstProvider) -> OpenIdProvider | None:
        async with database.transaction() as db:
            return await add_first_provider(db, settings)

    return begin


async def test_a_new_site_offers_it_from_its_first_start_on_and_only_then(
    start: Start, config: Config, visitor: Browser, db: AsyncSession
) -> None:
    made = await start(given())
    assert made
    assert made.mail_domains == ["city.example", "office.city.example"]
    assert client_secret(SiteKeys(config), made) == "of tests only"
    place = await db.get_one(Organisation, made.organisation_id)
    assert place.name == "City of Lindenau"
    assert "City of Lindenau" in (await visitor.get("/sign-in")).text
    assert await start(given(ISSUER="https://another.example")) is None
    assert (await db.execute(select(func.count(OpenIdProvider.id)))).scalar_one() == 1


async def test_without_a_secret_the_site_has_a_key_of_its_own(
    start: Start, config: Config, cast: Cast
) -> None:
    made = await start(given(CLIENT_SECRET="", ORGANISATION=cast.city.name, NAME="City login"))
    assert made
    assert (made.organisation_id, made.name) == (cast.city.id, "City login")
    assert public_keys(SiteKeys(config), made)["keys"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ISSUER", "login", "IDEAHUB_OPENID_ISSUER: Enter the provider's address"),
        ("MAIL_DOMAINS", "not a domain!", "IDEAHUB_OPENID_MAIL_DOMAINS: Enter a domain"),
        ("NAME", "x" * 61, "IDEAHUB_OPENID_NAME has more than 60 characters"),
    ],
)
async def test_what_cannot_be_used_is_said_at_the_start(
    name: str, value: str, said: str, start: Start
) -> None:
    with pytest.raises(Misconfigured, match=said):
        await start(given(**{name: value}))


@pytest.mark.parametrize("name", ["CLIENT_ID", "ORGANISATION", "MAIL_DOMAINS"])
def test_what_is_missing_is_said(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"needs IDEAHUB_OPENID_{name}, too"):
        read_config(GIVEN | {f"IDEAHUB_OPENID_{name}": " "})
    assert read_config({}).first_provider is None


def test_its_secret_is_shown_nowhere() -> None:
    assert SECRET not in repr(read_config(GIVEN))


async def test_the_command_says_what_works(
    config: Config, database: Database, provider: OpenIdProvider, strict: StrictProvider
) -> None:
    lines = [line async for line in check_providers(config, database)]
    assert [right for right, _said in lines] == [True, True, True, True, None]
    said = "\n".join(text for _right, text in lines)
    assert f"sign-ins at City login: {strict.issuer} answers, and calls itself so" in said
    assert f"knows this site as {CLIENT}, by client_secret_basic" in said
    assert f"/openid-connect/{NUMBER}/callback" in said
    assert f"/openid-connect/{NUMBER}/logout-tokens is entered there" in said


async def test_the_command_says_where_the_redirect_address_is_not_registered(
    config: Config, database: Database, provider: OpenIdProvider
) -> None:
    elsewhere = replace(config, public_url="http://127.0.0.1:9")
    lines = [line async for line in check_providers(elsewhere, database)]
    assert [right for right, _said in lines] == [False, None]
    assert "exactly http://127.0.0.1:9/openid-connect/701/callback" in lines[0][1]
