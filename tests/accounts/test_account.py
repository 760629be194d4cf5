"""One's own account: name, password, light or dark."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.passwords import hash_secret, is_secret
from ideahub.core.config import Config
from ideahub.core.db import Database
from tests.conftest import Browse, Browser
from tests.support.cast import Cast
from tests.support.letters import newest_code
from tests.support.wiring import client_of

OLD = "tramway orbit pickle lantern"
NEW = "seven quiet herons by the lock"


@pytest.fixture
async def ada(cast: Cast, db: AsyncSession) -> Cast:
    """Ada has a password."""
    cast.ada.password_hash = await hash_secret(OLD)
    await db.commit()
    return cast


async def has_password(db: AsyncSession, cast: Cast, password: str) -> bool:
    """Whether this is Ada's password now."""
    await db.refresh(cast.ada)
    return await is_secret(cast.ada.password_hash, password)


async def test_one_takes_another_name(browse: Browse, cast: Cast, db: AsyncSession) -> None:
    browser = await browse(cast.ada)
    saved = await browser.post("/account", {"name": " Ada  Lind-Okoye ", "title": "Planner"})
    assert saved.headers["location"] == "/account"
    await db.refresh(cast.ada)
    assert (cast.ada.name, cast.ada.title) == ("Ada Lind-Okoye", "Planner")


async def test_whoever_is_suspended_takes_no_other_name(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    cast.ada.suspended_until = datetime.now(UTC) + timedelta(days=7)
    await db.commit()
    name, browser = cast.ada.name, await browse(cast.ada)
    refused = await browser.post("/account", {"name": name, "title": "A fool to all of you"})
    assert refused.status_code == 403
    await db.refresh(cast.ada)
    assert cast.ada.title == ""
    # What others do not read stays theirs to choose.
    assert (await browser.post("/account", {"name": name})).status_code == 303


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "x" * 121])
async def test_a_name_is_needed_and_fits(
    browse: Browse, cast: Cast, db: AsyncSession, name: str
) -> None:
    browser = await browse(cast.ada)
    refused = await browser.post("/account", {"name": name, "title": "Kept & shown"})
    assert refused.status_code == 422
    assert "Kept &amp; shown" in refused.text
    await db.refresh(cast.ada)
    assert cast.ada.name == "Ada Lind"


async def test_a_stranger_is_asked_to_sign_in(browse: Browse) -> None:
    browser = await browse(None)
    for path in ("/account", "/account/password", "/account/sessions"):
        answer = await browser.get(path)
        assert answer.headers["location"] == f"/sign-in?next={path.replace('/', '%2F')}"
    for path in (
        "/account",
        "/account/password",
        "/account/code",
        "/account/sessions/others/sign-out",
    ):
        answer = await browser.post(path, {"name": "Mallory"})
        assert answer.headers["location"].startswith("/sign-in")


async def test_the_present_password_allows_a_new_one(
    browse: Browse, ada: Cast, db: AsyncSession
) -> None:
    here, there = await browse(ada.ada), await browse(ada.ada)
    fields = {"password": OLD, "new_password": NEW, "end_others": "yes"}
    saved = await here.post("/account/password", fields)
    assert saved.headers["location"] == "/account"
    assert await has_password(db, ada, NEW)
    assert (await there.get("/account")).status_code == 303
    assert (await here.get("/account")).status_code == 200


async def test_others_stay_signed_in_if_so_wished(
    browse: Browse, ada: Cast, db: AsyncSession
) -> None:
    here, there = await browse(ada.ada), await browse(ada.ada)
    await here.post("/account/password", {"password": OLD, "new_password": NEW})
    assert await has_password(db, ada, NEW)
    assert (await there.get("/account")).status_code == 200


async def test_a_code_does_as_well(
    browse: Browse, cast: Cast, db: AsyncSession, config: Config
) -> None:
    browser = await browse(cast.ada)
    await browser.post("/account/code")
    code = newest_code(config)
    saved = await browser.post("/account/password", {"code": code, "new_password": NEW})
    assert saved.status_code == 303
    assert await has_password(db, cast, NEW)
    again = await browser.post("/account/password", {"code": code, "new_password": OLD})
    assert again.status_code == 422
    assert await has_password(db, cast, NEW)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "not the present one", "new_password": NEW}, "not your present password"),
        ({"password": "", "new_password": NEW}, "not your present password"),
        ({"code": "AAAAAAAA", "new_password": NEW}, "not right"),
        ({"password": OLD, "new_password": "too short"}, "at least 15"),
        ({"password": OLD, "new_password": "ada lind, city planner"}, "Leave your name"),
        ({"password": OLD, "new_password": ""}, "Enter the new password"),
    ],
)
async def test_without_proof_or_with_a_weak_one_nothing_changes(
    browse: Browse, ada: Cast, db: AsyncSession, fields: dict[str, str], said: str
) -> None:
    browser = await browse(ada.ada)
    refused = await browser.post("/account/password", fields)
    assert refused.status_code == 422
    assert said in refused.text
    assert NEW not in refused.text
    assert OLD not in refused.text
    assert await has_password(db, ada, OLD)


async def test_without_a_password_only_a_code_counts(
    browse: Browse, cast: Cast, db: AsyncSession
) -> None:
    refused = await (await browse(cast.ada)).post("/account/password", {"new_password": NEW})
    assert refused.status_code == 422
    await db.refresh(cast.ada)
    assert cast.ada.password_hash is None


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ("auto", "")])
async def test_light_or_dark_is_remembered(browse: Browse, theme: str, shown: str) -> None:
    browser = await browse(None)
    went = await browser.post("/preferences/theme", {"theme": theme, "next": "/sign-in?next=/a"})
    assert (went.status_code, went.headers["location"]) == (303, "/sign-in?next=/a")
    text = (await browser.get("/sign-in")).text
    assert (f'data-theme="{shown}"' in text) is bool(shown)


async def test_a_theme_leads_to_no_other_site_and_holds_no_nonsense(browse: Browse) -> None:
    browser = await browse(None)
    went = await browser.post("/preferences/theme", {"theme": '"><b>', "next": "//evil.example"})
    assert went.headers["location"] == "/"
    assert "data-theme=" not in (await browser.get("/sign-in")).text


async def test_over_https_cookies_are_bound_to_the_host(
    app: Litestar, config: Config, database: Database, ada: Cast
) -> None:
    secure = replace(config, public_url="https://ideas.example")
    async with client_of(secure, database) as client:
        fields = {"email": "ada@mail.example", "password": OLD}
        came = await client.post("/sign-in", data=fields)
        assert came.status_code == 303
        cookies = came.headers.get_list("set-cookie")
        kept = [line for line in cookies if line.startswith("__Host-ideahub=")]
        assert len(kept) == 1
        for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
            assert part in kept[0]
        [known] = [line for line in cookies if line.startswith("__Host-known=")]
        assert "Secure" in known
        browser = Browser(client, client.cookies["__Host-ideahub"])
        out = await browser.post("/sign-out")
        gone = [
            line
            for line in out.headers.get_list("set-cookie")
            if line.startswith('__Host-ideahub="";')
        ]
        # Without Secure a browser would not let this cookie go.
        assert gone
        assert "Secure" in gone[0]
        assert "Path=/" in gone[0]
