"""The provider ends sessions here (back-channel), and people sign out at the provider as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.accounts.models import Session
from ideahub.core.config import Config
from ideahub.openid_connect import logging_out
from ideahub.openid_connect.logging_out import EndedSession, address_to_sign_out, forget_id_tokens
from ideahub.openid_connect.models import OpenIdProvider, OpenIdSession
from tests.conftest import Browse, Browser
from tests.openid_connect.conftest import offer
from tests.openid_connect.forging import Forger, In, at_last, logout_claims
from tests.openid_connect.providers_of_tests import (
    ADA,
    NUMBER,
    AtProvider,
    client_of_site,
    leave,
    path_of,
    sign_in_there,
    strict_provider,
)
from tests.support.cast import Cast

TOKENS = f"/openid-connect/{NUMBER}/logout-tokens"


@contextmanager
def catcher() -> Iterator[tuple[str, list[str]]]:
    """An address that takes logout tokens, and those that it took."""
    caught: list[str] = []

    class Catch(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"])).decode()
            caught.extend(parse_qs(sent)["logout_token"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_what: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Catch)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", caught
    finally:
        server.shutdown()
        server.server_close()


async def standing_sessions(db: AsyncSession) -> int:
    """How many sessions stand."""
    counted = select(func.count()).select_from(Session).where(Session.ended_at.is_(None))
    return (await db.execute(counted)).scalar_one()


async def test_who_signs_out_at_the_provider_is_signed_out_here(
    visitor: Browser, browse: Browse, cast: Cast, config: Config, db: AsyncSession
) -> None:
    called = await browse(None)
    with catcher() as (url, caught):
        calls = {"backchannel_logout_uri": url, "backchannel_logout_session_required": True}
        clients = [client_of_site(config.public_url, NUMBER, **calls)]
        with strict_provider(clients, {"ada": ADA}) as running, AtProvider() as there:
            await offer(db, config, cast, running.issuer)
            back = there.sign_in(await leave(visitor))
            assert (await visitor.get(path_of(back))).status_code == 303
            assert await standing_sessions(db) == 1
            there.sign_out(f"{running.issuer}/session/end?client_id=ideahub")
            (token,) = caught
            answer = await called.client.post(TOKENS, data={"logout_token": token})
            assert answer.status_code == 200, answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert await standing_sessions(db) == 0
            again = await called.client.post(TOKENS, data={"logout_token": token})
            assert (again.status_code, again.json()) == (400, {"error": "invalid_request"})


async def test_who_signs_out_here_can_sign_out_there_as_well(
    visitor: Browser, provider: Any, db: AsyncSession
) -> None:
    for _session in range(2):
        assert (await sign_in_there(visitor)).status_code == 303
    answer = await visitor.post("/sign-out")
    assert answer.headers["location"] == "/openid-connect/signed-out"
    page = await visitor.get("/openid-connect/signed-out")
    assert "You are signed out here" in page.text
    asked = parse_qs(urlsplit(page.text.partition('href="http')[2].partition('"')[0]).query)
    assert "id_token_hint" in {name.removeprefix("amp;") for name in asked}
    # Not for whoever comes next to this browser.
    again = await visitor.get("/openid-connect/signed-out")
    assert (again.status_code, again.headers["location"]) == (303, "/")
    assert set(await db.scalars(select(OpenIdSession.sealed_token))) == {None}


@pytest.mark.parametrize(
    ("ended", "seen", "is_kept"),
    [(None, 1, True), (5, 70, True), (15, 20, False), (None, 70, False)],
)
async def test_an_id_token_is_kept_no_longer_than_it_is_of_use(
    visitor: Browser,
    provider: OpenIdProvider,
    db: AsyncSession,
    ended: int | None,
    seen: int,
    is_kept: bool,
) -> None:
    await sign_in_there(visitor)
    session = (await db.scalars(select(Session))).one()
    now = datetime.now(UTC)
    session.ended_at = None if ended is None else now - timedelta(minutes=ended)
    session.seen_at = now - timedelta(minutes=seen)
    await db.flush()
    await forget_id_tokens(db)
    kept = await db.scalar(select(OpenIdSession.sealed_token))
    assert (kept is not None) is is_kept


@pytest.mark.parametrize(
    ("host", "is_sent"),
    [
        ("secure.login.gov", False),
        ("idp.int.identitysandbox.gov", False),
        ("login.gov.example", True),
        ("notlogin.gov", True),
    ],
)
async def test_the_id_token_goes_to_those_who_take_it(
    config: Config, monkeypatch: pytest.MonkeyPatch, host: str, is_sent: bool
) -> None:
    class Known:
        async def metadata(self, _issuer: str) -> SimpleNamespace:
            return SimpleNamespace(end_session_endpoint=f"https://{host}/logout?a=1")

    monkeypatch.setattr(logging_out, "directory_of", lambda _config: Known())
    provider = OpenIdProvider(issuer=f"https://{host}", client_id="ideahub")
    address = await address_to_sign_out(config, EndedSession(provider, "the token"))
    asked = parse_qs(urlsplit(address).query)
    assert asked.pop("id_token_hint", []) == ["the token"] * is_sent
    assert asked == {
        "a": ["1"],
        "client_id": ["ideahub"],
        "post_logout_redirect_uri": [f"{config.public_url}/"],
    }


async def test_who_signed_in_otherwise_is_led_home(browse: Browse, cast: Cast) -> None:
    ada = await browse(cast.ada)
    assert (await ada.post("/sign-out")).headers["location"] == "/"
    assert (await ada.get("/openid-connect/signed-out")).headers["location"] == "/"


@pytest.mark.parametrize(
    "forged",
    [
        {"nonce": "7"},
        {"events": {}},
        {"events": {"http://schemas.openid.net/event/backchannel-logout": "yes"}},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"iat": In(1_000)},
        {"iat": In(-4_000)},
        {"exp": In(-1_000)},
        {"exp": None},
        {"jti": ""},
        {"sub": None, "sid": None},
    ],
)
async def test_a_logout_token_that_is_not_right_in_one_point_ends_nothing(
    forged: dict[str, Any], browse: Browse, forger: Forger, db: AsyncSession
) -> None:
    await forger.signed_in(await browse(None))
    called = await browse(None)
    claims = {**logout_claims(forger.issuer), **at_last(forged)}
    token = forger.sign({name: value for name, value in claims.items() if value is not None})
    answer = await called.client.post(TOKENS, data={"logout_token": token})
    assert answer.status_code == 400
    assert await standing_sessions(db) == 1
    right = forger.sign(logout_claims(forger.issuer))
    assert (await called.client.post(TOKENS, data={"logout_token": right})).status_code == 200
    assert await standing_sessions(db) == 0


async def test_a_logout_token_of_another_key_or_of_none_ends_nothing(
    browse: Browse, forger: Forger, db: AsyncSession
) -> None:
    await forger.signed_in(await browse(None))
    called = await browse(None)
    claims = logout_claims(forger.issuer)
    for token in (
        forger.signed_by_another(claims),
        forger.unsigned(claims),
        forger.with_public_key(claims),
        "",
        "a.b",
        "a.b.c",
    ):
        answer = await called.client.post(TOKENS, data={"logout_token": token})
        assert answer.status_code == 400
    assert await standing_sessions(db) == 1
