"""A provider that is slow, gone, changes its keys, or would lead us into our own network: people
read what to do, and nobody is signed in by what cannot be trusted."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.openid_connect import discovery, fetching
from ideahub.openid_connect.discovery import Directory, directory_of
from ideahub.openid_connect.fetching import ProviderUnusable, away, fetch_json
from ideahub.openid_connect.web import signing_in
from tests.conftest import Browse, Browser
from tests.openid_connect.a_mock_provider import MockProvider, way_back
from tests.openid_connect.conftest import offer
from tests.openid_connect.forging import Forger, logout_claims
from tests.openid_connect.providers_of_tests import NUMBER, leave, path_of
from tests.openid_connect.test_forged_sign_ins import must_be_refused
from tests.openid_connect.test_logging_out import TOKENS, standing_sessions
from tests.support.cast import Cast

START = f"/openid-connect/{NUMBER}/sign-ins"
DOWN = "City login does not work just now"


@pytest.fixture(scope="module")
def mock() -> Iterator[MockProvider]:
    """A provider whose process the tests stop and kill."""
    made = MockProvider()
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def mocked(
    mock: MockProvider,
    cast: Cast,
    config: Config,
    db: AsyncSession,
) -> MockProvider:
    """It runs, the city's staff sign in there, and this site has not asked it for anything yet."""
    directory_of.cache_clear()
    await offer(db, config, cast, mock.issuer)
    return mock


async def test_one_signs_in_there_and_a_changed_key_is_found_at_once(
    browse: Browse, mocked: MockProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "ASKED_AGAIN_AFTER", 3_600.0)
    assert (await first_try(await browse(None), mocked)) == 303
    mocked.kill()
    mocked.start()
    # Just asked: what does not fit is refused, and the provider is left in peace.
    assert (await first_try(await browse(None), mocked)) == 400
    monkeypatch.setattr(discovery, "ASKED_AGAIN_AFTER", 0.0)
    assert (await first_try(await browse(None), mocked)) == 303


async def first_try(browser: Browser, mock: MockProvider) -> int:
    """Signs in at the mock; how coming back is answered."""
    return (await browser.get(path_of(await way_back(browser, mock)))).status_code


async def test_it_is_slow_and_later_it_answers(
    visitor: Browser, mocked: MockProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.1)
    monkeypatch.setattr(discovery, "AWAY_SECONDS", 0.0)
    with mocked.standing_still():
        page = await visitor.post(START, {"next": "/campaigns"})
    assert page.status_code == 502
    assert DOWN in page.text
    assert 'href="/sign-in?next=%2Fcampaigns"' in page.text
    monkeypatch.setattr(fetching, "SECONDS", 5.0)
    assert (await first_try(visitor, mocked)) == 303


async def test_it_is_gone_while_somebody_signs_in_there(
    visitor: Browser, mocked: MockProvider, db: AsyncSession
) -> None:
    back = await way_back(visitor, mocked)
    mocked.kill()
    try:
        answer = await visitor.get(path_of(back))
        await must_be_refused(answer, db, status=502)
        assert DOWN in answer.text
        # What it says of itself is still known; where not even that is, leaving is refused.
        directory_of.cache_clear()
        assert DOWN in (await visitor.post(START)).text
        assert "City login" in (await visitor.get("/sign-in")).text
    finally:
        mocked.start()


async def test_a_withdrawn_key_is_trusted_for_minutes_only(
    browse: Browse, forger: Forger, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    await forger.signed_in(await browse(None))
    forger.key, forger.other = forger.other, forger.key
    by_the_old = forger.signed_by_another(logout_claims(forger.issuer))
    monkeypatch.setattr(discovery, "KEYS_KEPT_SECONDS", 0.0)
    called = await browse(None)
    answer = await called.client.post(TOKENS, data={"logout_token": by_the_old})
    assert answer.status_code == 400
    assert await standing_sessions(db) == 1


async def test_logout_tokens_do_not_ask_again_and_again_while_it_is_away(
    browse: Browse, forger: Forger, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    called = await browse(None)

    async def stay_away(_config: Config, url: str) -> None:
        asked.append(url)
        await asyncio.sleep(0)
        raise away(url)

    monkeypatch.setattr(discovery, "fetch_json", stay_away)
    for _token in range(3):
        token = forger.sign(logout_claims(forger.issuer))
        answer = await called.client.post(TOKENS, data={"logout_token": token})
        assert answer.status_code == 400
    assert len(asked) == 1
    # Whoever tries the provider is not told what was so before.
    with pytest.raises(ProviderUnusable):
        await directory_of(config).metadata(forger.issuer, anew=True)
    assert len(asked) == 2
    # Nor do several at once.
    another = Directory(config)
    at_once = [another.keys(forger.issuer) for _one in range(3)]
    found = await asyncio.gather(*at_once, return_exceptions=True)
    assert [type(one) for one in found] == [ProviderUnusable] * 3
    assert len(asked) == 3


@pytest.mark.parametrize("endpoint", discovery.ENDPOINTS)
@pytest.mark.parametrize("address", ["http://login.city.example/x", "javascript:alert(1)", "x"])
async def test_every_endpoint_is_reached_by_https(
    config: Config, monkeypatch: pytest.MonkeyPatch, endpoint: str, address: str
) -> None:
    issuer = "https://login.city.example"
    said = {name: f"{issuer}/{name}" for name in discovery.ENDPOINTS}

    async def answer(_config: Config, _url: str) -> dict[str, str]:
        return {"issuer": issuer, **said}

    monkeypatch.setattr(discovery, "fetch_json", answer)
    assert (await Directory(config).metadata(issuer)).issuer == issuer
    said[endpoint] = address
    with pytest.raises(ProviderUnusable, match="has to begin with https"):
        await Directory(config).metadata(issuer)


ENDPOINTS = ("token_endpoint", "jwks_uri", "userinfo_endpoint")
INSIDE = ("169.254.169.254", "10.0.0.1", "[fd00::1]", "192.168.0.1")
ADDRESSES = ("/.well-known/openid-configuration", "/token", "/jwks", "/me")


async def come_back(visitor: Browser, forger: Forger) -> httpx.Response:
    """Comes back with a right token that says no address, so that all endpoints are asked; or the
    page that says why one cannot leave."""
    left = await visitor.post(START)
    if left.status_code != 200:
        return left
    return await forger.come_back(
        visitor, lambda nonce: forger.sign(forger.claims(nonce, email=None))
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("host", INSIDE)
async def test_no_endpoint_leads_into_our_own_network(
    endpoint: str, host: str, visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    forger.metadata = {endpoint: f"https://{host}/x"}
    answer = await come_back(visitor, forger)
    await must_be_refused(answer, db, status=502)
    assert "is within a private network" in answer.text


async def test_the_provider_itself_may_not_be_there_either(config: Config) -> None:
    in_public = replace(config, development=False)
    for address in ("https://127.0.0.1/", "https://localhost/", "https://[::1]/"):
        with pytest.raises(ProviderUnusable, match="is within a private network"):
            await fetch_json(in_public, address)
    with pytest.raises(ProviderUnusable, match="by https only"):
        await fetch_json(in_public, "http://127.0.0.1/")


@pytest.mark.parametrize("address", ADDRESSES)
async def test_no_answer_is_read_beyond_its_limit_and_none_leads_elsewhere(
    address: str, visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    forger.metadata = {"userinfo_endpoint": f"{forger.issuer}/me"}
    forger.too_long = address
    answer = await come_back(visitor, forger)
    await must_be_refused(answer, db, status=502)
    assert "answer is too long" in answer.text
    forger.too_long, forger.moved = "", address
    directory_of.cache_clear()
    answer = await come_back(visitor, forger)
    await must_be_refused(answer, db, status=502)
    assert "was answered with status 302" in answer.text


async def test_one_network_begins_so_many_sign_ins_and_no_more(
    visitor: Browser, forger: Forger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "MOST_BEGUN", 3)
    for _time in range(3):
        await leave(visitor)
    refused = await visitor.post(START, {"next": "/campaigns"})
    assert refused.status_code == 429
    assert "You are not signed in" in refused.text
    assert 'href="/sign-in?next=%2Fcampaigns"' in refused.text
