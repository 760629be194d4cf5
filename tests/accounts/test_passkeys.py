"""Passkeys: adding one, signing in by it, and everything that is refused."""

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import AuthenticatorApp, Passkey, PasskeyChallenge, Session
from ideahub.accounts.passkey_challenges import find_relying_party
from ideahub.core.config import Config
from ideahub.core.events import Event, Kind
from tests.accounts.arriving import Arrive
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.software_passkey import SoftwarePasskey

HOME = "192.0.2.1"


@pytest.fixture
def device(config: Config) -> SoftwarePasskey:
    """Ada's telephone."""
    return SoftwarePasskey(find_relying_party(config.public_url).origins[0])


async def asked(browser: Browser, at: str = "/sign-in/passkey") -> dict[str, Any]:
    """What the page asks a passkey for."""
    answer = await browser.post(f"{at}/challenge")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add(browser: Browser, device: SoftwarePasskey, name: str = "Phone") -> Any:
    """Adds a passkey to the account; how that is answered."""
    options = await asked(browser, "/account/passkeys")
    sent = {"answer": device.made(options), "name": name}
    return await browser.post("/account/passkeys", sent)


async def use(browser: Browser, device: SoftwarePasskey) -> Any:
    """Signs in by a passkey; how that is answered."""
    return await browser.post("/sign-in/passkey", {"answer": device.used(await asked(browser))})


async def test_a_passkey_is_added_signs_in_and_is_removed(
    cast: Cast, browse: Browse, arrive: Arrive, device: SoftwarePasskey, db: AsyncSession
) -> None:
    ada = await browse(cast.ada)
    assert (await add(ada, device)).json() == {"next": "/account/ways"}
    assert "Phone" in (await ada.get("/account/ways")).text
    elsewhere = await arrive(HOME)
    assert (await use(elsewhere, device)).json() == {"next": "/"}
    assert "Ada Lind" in (await elsewhere.get("/account")).text
    passkey = (await db.scalars(select(Passkey))).one()
    assert passkey.used_at
    removed = await ada.post(f"/account/passkeys/{passkey.id}/removal")
    assert removed.headers["location"] == "/account/ways"
    assert (await use(await arrive(HOME), device)).status_code == 422
    kinds = set(await db.scalars(select(Event.kind).where(Event.subject_id == cast.ada.id)))
    assert {Kind.PASSKEY_ADDED, Kind.PASSKEY_REMOVED} <= kinds


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("origin", "https://ideas.evil.example"),
        ("rp", "evil.example"),
        ("verified", False),
        ("handle", b"somebody else"),
        ("credential", b"unknown"),
    ],
)
async def test_a_wrong_claim_signs_nobody_in(
    cast: Cast,
    browse: Browse,
    arrive: Arrive,
    device: SoftwarePasskey,
    db: AsyncSession,
    claim: str,
    value: Any,
) -> None:
    await add(await browse(cast.ada), device)
    before = await db.scalar(select(func.count(Session.id)))
    setattr(device, claim, value)
    answer = await use(await arrive(HOME), device)
    assert answer.status_code == 422
    assert "not accepted" in answer.json()["reason"]
    assert await db.scalar(select(func.count(Session.id))) == before


async def test_another_key_signs_nobody_in(
    cast: Cast, browse: Browse, arrive: Arrive, device: SoftwarePasskey
) -> None:
    await add(await browse(cast.ada), device)
    forged = SoftwarePasskey(device.origin, credential=device.credential, handle=device.handle)
    assert (await use(await arrive(HOME), forged)).status_code == 422


async def test_a_challenge_is_used_once_in_its_browser_and_in_time(
    cast: Cast, browse: Browse, arrive: Arrive, device: SoftwarePasskey, db: AsyncSession
) -> None:
    await add(await browse(cast.ada), device)
    here, elsewhere = await arrive(HOME), await arrive(HOME)
    sent = {"answer": device.used(await asked(here))}
    await asked(elsewhere)
    assert (await elsewhere.post("/sign-in/passkey", sent)).status_code == 422
    assert (await here.post("/sign-in/passkey", sent)).status_code == 200
    await here.post("/sign-out")
    assert (await here.post("/sign-in/passkey", sent)).status_code == 422
    late = {"answer": device.used(await asked(here))}
    await db.execute(update(PasskeyChallenge).values(expires_at=func.now()))
    await db.commit()
    assert (await here.post("/sign-in/passkey", late)).status_code == 422


async def test_a_challenge_for_signing_in_proves_nothing_else(
    cast: Cast, browse: Browse, device: SoftwarePasskey
) -> None:
    ada = await browse(cast.ada)
    await add(ada, device)
    sent = {"answer": device.used(await asked(ada, "/sign-in/passkey"))}
    assert (await ada.post("/proof/passkey", sent)).status_code == 422
    sent = {"answer": device.used(await asked(ada, "/proof/passkey"))}
    assert (await ada.post("/proof/passkey", sent)).status_code == 200


async def test_somebody_elses_passkey_proves_nothing_and_is_not_removed(
    cast: Cast, browse: Browse, device: SoftwarePasskey, db: AsyncSession
) -> None:
    await add(await browse(cast.ada), device)
    ben = await browse(cast.ben)
    sent = {"answer": device.used(await asked(ben, "/proof/passkey"))}
    assert (await ben.post("/proof/passkey", sent)).status_code == 422
    number = await db.scalar(select(Passkey.id))
    assert (await ben.post(f"/account/passkeys/{number}/removal")).status_code == 404
    assert (await add(ben, device)).status_code == 409


async def test_a_count_that_went_back_is_noted_and_told(
    cast: Cast, browse: Browse, arrive: Arrive, device: SoftwarePasskey, db: AsyncSession
) -> None:
    device.count = 7
    await add(await browse(cast.ada), device)
    device.count = 8
    assert (await use(await arrive(HOME), device)).status_code == 200
    assert not (await db.scalars(select(Passkey))).one().doubted_at
    device.count = 3
    assert (await use(await arrive(HOME), device)).status_code == 200
    passkey = (await db.scalars(select(Passkey))).one()
    await db.refresh(passkey)
    assert passkey.doubted_at
    assert passkey.signatures == 8
    doubted = select(Event.subject_id).where(Event.kind == Kind.PASSKEY_DOUBTED)
    assert await db.scalar(doubted) == cast.ada.id


@pytest.mark.parametrize(
    "answer",
    [
        *("", "{", "[]", "null", "7", '{"response": 7}', '{"response": {}}'),
        *("[" * 20_000, "a" * 20_001, '{"response": {"clientDataJSON": 7}}'),
        '{"rawId": 7, "response": {"clientDataJSON": "eyJ9"}}',
    ],
    ids=range(11),
)
async def test_nonsense_is_refused_in_words(arrive: Arrive, answer: str) -> None:
    browser = await arrive(HOME)
    await asked(browser)
    refused = await browser.post("/sign-in/passkey", {"answer": answer})
    assert refused.status_code == 422
    assert refused.json()["reason"]


@pytest.mark.parametrize(
    ("url", "name", "origin"),
    [
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("https://ideas.example.org", "ideas.example.org", "https://ideas.example.org"),
    ],
)
def test_the_site_is_known_by_its_name(url: str, name: str, origin: str) -> None:
    site = find_relying_party(url)
    assert (site.id, *site.origins) == (name, origin)


async def test_a_passkey_ends_a_row_of_wrong_codes_of_the_app(
    cast: Cast, browse: Browse, arrive: Arrive, device: SoftwarePasskey, db: AsyncSession
) -> None:
    ada = await browse(cast.ada)
    await add(ada, device)
    await ada.post("/account/authenticator/secret")
    blocked = {"confirmed_at": func.now(), "wrong_in_a_row": 100}
    await db.execute(update(AuthenticatorApp).values(blocked))
    await db.commit()
    assert (await use(await arrive(HOME), device)).status_code == 200
    assert await db.scalar(select(AuthenticatorApp.wrong_in_a_row)) == 0
