"""What attackers try: each is refused on a page that says what to do, and nobody is signed in."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.openid_connect.models import Identity, OpenIdProvider
from ideahub.organisations.models import Person
from tests.conftest import Browse, Browser
from tests.openid_connect.forging import Forger, In, at_last
from tests.openid_connect.providers_of_tests import ADA, NUMBER


async def must_be_refused(answer: Any, db: AsyncSession, *, status: int = 400) -> None:
    """Answered by the page that says so, without a session or account."""
    assert answer.status_code == status, answer.text
    assert "You are not signed in" in answer.text
    assert (await db.execute(select(func.count()).select_from(Session))).scalar_one() == 0
    assert (await db.execute(select(func.count()).select_from(Identity))).scalar_one() == 0


@pytest.mark.parametrize(
    "forged",
    [
        {"iss": "https://another.example"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": ["ideahub", "another"]},
        {"aud": ["ideahub", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": In(-121)},
        {"exp": None},
        {"exp": True},
        {"iat": In(1_000)},
        {"iat": "now"},
        {"sub": ""},
        {"sub": "x" * 256},
        {"sub": None},
        {"at_hash": "another"},
    ],
)
async def test_an_id_token_that_is_not_right_in_one_point(
    forged: dict[str, Any], visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    answer = await forger.come_back(
        visitor, lambda nonce: forger.sign(forger.claims(nonce, **at_last(forged)))
    )
    await must_be_refused(answer, db)


@pytest.mark.parametrize("how", ["unsigned", "signed_by_another", "with_public_key"])
async def test_an_id_token_that_the_provider_did_not_sign(
    how: str, visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    answer = await forger.come_back(
        visitor, lambda nonce: getattr(forger, how)(forger.claims(nonce))
    )
    await must_be_refused(answer, db)


async def test_clocks_may_differ_by_two_minutes(visitor: Browser, forger: Forger) -> None:
    late = {"exp": time.time() - 90, "iat": time.time() + 90}
    answer = await forger.come_back(
        visitor, lambda nonce: forger.sign(forger.claims(nonce, **late))
    )
    assert answer.status_code == 303


async def test_an_answer_works_once_and_only_in_the_browser_that_asked(
    browse: Browse, forger: Forger, db: AsyncSession
) -> None:
    visitor, other = await browse(None), await browse(None)
    seen: list[str] = []

    def make(nonce: str) -> str:
        return forger.sign(forger.claims(nonce))

    answer = await forger.come_back(visitor, make, state="another")
    await must_be_refused(answer, db, status=409)
    answer = await forger.come_back(visitor, make)
    seen.append(str(answer.request.url.query.decode()))
    assert answer.status_code == 303
    for again in (visitor, other):
        replayed = await again.get(f"/openid-connect/{NUMBER}/callback?{seen[0]}")
        assert replayed.status_code == 409
        assert "began in another browser" in replayed.text


async def test_the_answer_of_another_provider(
    visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    def make(nonce: str) -> str:
        return forger.sign(forger.claims(nonce))

    answer = await forger.come_back(visitor, make, iss="https://another.example")
    await must_be_refused(answer, db)
    assert (await forger.come_back(visitor, make, iss=forger.issuer)).status_code == 303


@pytest.mark.parametrize(
    "said",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email": "ada@elsewhere.example"},
        {"email": "ada@notcity.example"},
        {"email": None},
    ],
)
@pytest.mark.parametrize("has_account", [True, False])
async def test_an_address_that_the_provider_may_not_name_whether_or_not_it_has_an_account(
    said: dict[str, Any], has_account: bool, visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    if has_account and said.get("email", ADA["email"]):
        db.add(Person(name="Old", email=str(said.get("email", ADA["email"])).strip()))
        await db.commit()
    answer = await forger.come_back(
        visitor, lambda nonce: forger.sign(forger.claims(nonce, **said))
    )
    await must_be_refused(answer, db, status=403)
    assert "does not say that your mail address is verified" in answer.text


async def test_keys_are_not_asked_for_again_for_each_unknown_name(
    visitor: Browser, forger: Forger
) -> None:
    for _try in range(5):
        await forger.come_back(
            visitor, lambda nonce: forger.sign(forger.claims(nonce), kid="unknown")
        )
    assert forger.keys_asked == 1


@pytest.mark.parametrize("tenants", [[], ["allowed"]])
async def test_a_tenant_that_is_not_listed(
    tenants: list[str], visitor: Browser, forger: Forger, db: AsyncSession
) -> None:
    forger.metadata = {"issuer": f"{forger.issuer}/{{tenantid}}/v2.0"}
    await db.execute(update(OpenIdProvider).values(tenants=tenants))
    await db.commit()

    def of(tenant: str) -> Any:
        said = {"tid": tenant, "iss": f"{forger.issuer}/{tenant}/v2.0"}
        return lambda nonce: forger.sign(forger.claims(nonce, **said))

    answer = await forger.come_back(visitor, of("stranger"))
    await must_be_refused(answer, db, status=403)
    assert "another organisation than those" in answer.text
    if tenants:
        assert (await forger.come_back(visitor, of("allowed"))).status_code == 303


async def test_it_leads_on_to_own_pages_only(visitor: Browser, forger: Forger) -> None:
    data = {"next": "https://evil.example/"}
    page = await visitor.post(f"/openid-connect/{NUMBER}/sign-ins", data)
    assert page.headers["refresh"].startswith(f"0; url={forger.issuer}/auth?")
    asked = parse_qs(urlsplit(page.headers["refresh"].removeprefix("0; url=")).query)
    forger.id_token = forger.sign(forger.claims(asked["nonce"][0]))
    back = {"code": "good", "state": asked["state"][0]}
    answer = await visitor.get(f"/openid-connect/{NUMBER}/callback", params=back)
    assert answer.headers["location"] == "/"
