"""Signing in by password, and what may not be learned or taken on the way."""

from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts import passwords, signing_in
from ideahub.accounts.finding_viewer import find_viewer, hash_token
from ideahub.accounts.limiting_tries import TryLimits
from ideahub.accounts.models import Session
from ideahub.accounts.passwords import hash_secret
from ideahub.http.local_paths import local_path
from tests.conftest import Browse, Browser
from tests.support.cast import Cast

PASSWORD = "tramway orbit pickle lantern"


@pytest.fixture
async def ada(cast: Cast, db: AsyncSession) -> Cast:
    """Ada has a password."""
    cast.ada.password_hash = await hash_secret(PASSWORD)
    await db.commit()
    return cast


async def sign_in(browser: Browser, **fields: Any) -> httpx.Response:
    """Sends the form of the sign-in page."""
    sent = {"email": "ada@mail.example", "password": PASSWORD, "how": "password"}
    return await browser.post("/sign-in", sent | fields)


async def test_the_right_password_opens(browse: Browse, ada: Cast, db: AsyncSession) -> None:
    browser = await browse(None)
    came = await sign_in(browser, email="Ada@Mail.Example", next="/ideas/7")
    assert (came.status_code, came.headers["location"]) == (303, "/ideas/7")
    cookie = next(
        line for line in came.headers.get_list("set-cookie") if line.startswith("ideahub=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    viewer = await find_viewer(db, browser.client.cookies["ideahub"])
    assert viewer.id == ada.ada.id


async def test_a_wrong_password_and_an_unknown_address_look_the_same(
    browse: Browse, ada: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    verify = passwords._verify

    def watched(kept: str, secret: str) -> bool:
        checked.append(kept)
        return verify(kept, secret)

    monkeypatch.setattr(passwords, "_verify", watched)
    browser = await browse(None)
    wrong = await sign_in(browser, password="not this one, I think")
    unknown = await sign_in(browser, email="nobody@mail.example")
    without = await sign_in(browser, email="cem@mail.example")
    assert {wrong.status_code, unknown.status_code, without.status_code} == {422}
    texts = {
        one.text.replace(email, "…")
        for one, email in (
            (wrong, "ada@mail.example"),
            (unknown, "nobody@mail.example"),
            (without, "cem@mail.example"),
        )
    }
    assert len(texts) == 1
    # The same work each time: that is what makes the time the same.
    assert len(checked) == 3
    assert {passwords.is_outdated(kept) for kept in checked} == {False}


async def test_the_password_is_never_shown_back(browse: Browse, ada: Cast) -> None:
    shown = await sign_in(await browse(None), password="wrong but still mine, 12345")
    assert "wrong but still mine" not in shown.text
    assert 'value="ada@mail.example"' in shown.text


async def test_an_empty_password_asks_for_a_code(browse: Browse, ada: Cast) -> None:
    sent = await sign_in(await browse(None), password="")
    assert sent.headers["location"] == "/sign-in/code"


async def test_too_many_tries_are_refused_even_with_the_right_password(
    browse: Browse, ada: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "is_secret", AsyncMock(return_value=False))
    browser = await browse(None)
    for _try in range(signing_in.PASSWORDS.own):
        assert (await sign_in(browser, password="wrong")).status_code == 422
    monkeypatch.undo()
    refused = await sign_in(browser)
    assert refused.status_code == 429
    assert "Try again in" in refused.text


async def test_one_client_cannot_try_everybody(
    browse: Browse, ada: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "is_secret", AsyncMock(return_value=False))
    monkeypatch.setattr(
        signing_in, "PASSWORDS", TryLimits(own=10, network=3, nearby=100, together=100)
    )
    browser = await browse(None)
    for number in range(3):
        assert (await sign_in(browser, email=f"p{number}@mail.example")).status_code == 422
    assert (await sign_in(browser, email="p3@mail.example")).status_code == 429


async def test_the_session_before_signing_in_is_worth_nothing_after(
    browse: Browse, ada: Cast, db: AsyncSession
) -> None:
    browser = await browse(ada.zed)
    planted = browser.client.cookies["ideahub"]
    browser.client.cookies.clear()
    browser.client.cookies.set("ideahub", planted, domain="127.0.0.1", path="/")
    came = await sign_in(browser)
    assert came.status_code == 303
    fresh = browser.client.cookies["ideahub"]
    assert fresh != planted
    assert not (await find_viewer(db, planted)).signed_in
    assert (await find_viewer(db, fresh)).id == ada.ada.id


async def test_a_secret_of_ones_own_choice_is_not_taken(
    browse: Browse, ada: Cast, db: AsyncSession
) -> None:
    browser = await browse(None)
    browser.client.cookies.set("ideahub", "chosen by somebody else", domain="127.0.0.1")
    await sign_in(browser)
    chosen = hash_token("chosen by somebody else")
    assert await db.scalar(select(func.count()).where(Session.token_hash == chosen)) == 0


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "\\\\evil.example",
        " //evil.example",
        "/ideas\r\nSet-Cookie: a=b",
        "",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "/joining/name",
        "/" + "a" * 3_000,
    ],
)
async def test_one_is_sent_to_no_other_site(browse: Browse, ada: Cast, url: str) -> None:
    assert local_path(url) == "/"
    came = await sign_in(await browse(None), next=url)
    assert came.headers["location"] == "/"


@pytest.mark.parametrize("url", ["/", "/ideas", "/ideas?q=a%2Fb#top", "/%2Fevil.example", "/@x"])
async def test_pages_here_are_returned_to(url: str) -> None:
    assert local_path(url) == url


async def test_encoded_slashes_in_the_address_lead_nowhere_else(browse: Browse, ada: Cast) -> None:
    browser = await browse(ada.ada)
    for query in ("%2F%2Fevil.example", "%2F%5Cevil.example", "https%3A%2F%2Fevil.example"):
        shown = await browser.get(f"/sign-in?next={query}")
        assert (shown.status_code, shown.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/"},
    ],
)
async def test_a_form_on_another_site_signs_nobody_in(
    browse: Browse, ada: Cast, headers: dict[str, str]
) -> None:
    browser = await browse(None)
    fields = {"email": "ada@mail.example", "password": PASSWORD, "how": "password"}
    refused = await browser.client.post("/sign-in", data=fields, headers=headers)
    assert refused.status_code == 403
    assert "ideahub" not in browser.client.cookies


async def test_a_hash_of_older_parameters_is_renewed(
    browse: Browse, ada: Cast, db: AsyncSession
) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    ada.ada.password_hash = older
    await db.commit()
    assert (await sign_in(await browse(None))).status_code == 303
    await db.refresh(ada.ada)
    assert ada.ada.password_hash not in {None, older}
    assert not passwords.is_outdated(str(ada.ada.password_hash))
    assert (await sign_in(await browse(None))).status_code == 303


async def test_overlong_fields_are_refused_and_cost_no_hash(
    browse: Browse, ada: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = AsyncMock(return_value=False)
    monkeypatch.setattr(signing_in, "is_secret", verify)
    browser = await browse(None)
    assert (await sign_in(browser, password="x" * 30_000)).status_code == 422
    # Of a stranger, more is not even read; a cookie that opens nothing changes that.
    assert (await sign_in(browser, password="x" * 300_000)).status_code == 403
    browser.client.cookies.set("ideahub", "opens-nothing")
    assert (await sign_in(browser, password="x" * 300_000)).status_code == 422
    verify.assert_not_awaited()


async def test_who_is_in_already_goes_on(browse: Browse, ada: Cast) -> None:
    shown = await (await browse(ada.ada)).get("/sign-in?next=/ideas/7")
    assert shown.headers["location"] == "/ideas/7"
    assert (await (await browse(ada.ada)).get("/joining")).headers["location"] == "/"
