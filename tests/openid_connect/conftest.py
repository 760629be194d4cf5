"""Providers that really run, and this site registered there."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.client_keys import keep_secret
from ideahub.openid_connect.discovery import directory_of
from ideahub.openid_connect.models import OpenIdProvider
from tests.conftest import Browse, Browser
from tests.openid_connect.forging import Forger
from tests.openid_connect.providers_of_tests import (
    ADA,
    CLIENT,
    NUMBER,
    SECRET,
    StrictProvider,
    client_of_site,
    strict_provider,
)
from tests.support.cast import Cast, add


@pytest.fixture(scope="session")
def strict(config: Config) -> Iterator[StrictProvider]:
    """The certified provider; every test gives it its people anew."""
    with strict_provider([client_of_site(config.public_url, NUMBER)], {"ada": ADA}) as running:
        yield running


@pytest.fixture
async def provider(
    cast: Cast, config: Config, db: AsyncSession, strict: StrictProvider
) -> OpenIdProvider:
    """The strict one, where the city's staff sign in."""
    strict.set_people({"ada": ADA})
    return await offer(db, config, cast, strict.issuer)


async def offer(db: AsyncSession, config: Config, cast: Cast, issuer: str) -> OpenIdProvider:
    """Lets the city's staff sign in at this issuer."""
    made = await enter(db, config, cast, issuer)
    await db.commit()
    return made


async def enter(db: AsyncSession, config: Config, cast: Cast, issuer: str) -> OpenIdProvider:
    """The same within the caller's transaction."""
    made = OpenIdProvider(
        id=NUMBER,
        organisation_id=cast.city.id,
        name="City login",
        issuer=issuer,
        client_id=CLIENT,
        proves_itself_by="client_secret_basic",
        scopes="openid profile email groups",
        groups_claim="groups",
        mail_domains=["city.example"],
        enabled_at=func.now(),
    )
    keep_secret(SiteKeys(config), await add(db, made), SECRET)
    return made


@pytest.fixture
async def visitor(browse: Browse) -> Browser:
    """A browser where nobody is signed in."""
    return await browse(None)


@pytest.fixture
async def forger(cast: Cast, config: Config, db: AsyncSession) -> AsyncIterator[Forger]:
    """A provider that signs whatever a test wants, where the city's staff sign in."""
    directory_of.cache_clear()
    with forged_answers() as made:
        await offer(db, config, cast, made.issuer)
        yield made
    directory_of.cache_clear()


@contextmanager
def forged_answers() -> Iterator[Forger]:
    """Runs a forger's provider on this machine."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    made = Forger(f"http://127.0.0.1:{server.server_port}")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.keys_asked += self.path == "/jwks"
            public = {"keys": [made.key.as_dict(private=False)]}
            self._answer({"/jwks": public, "/me": made.userinfo}.get(self.path))

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self._answer({"id_token": made.id_token, "access_token": "any"})

        def _answer(self, said: dict[str, Any] | None) -> None:
            answer = made.configuration() if said is None else said
            padding = "x" * 300_000 if self.path == made.too_long else ""
            body = json.dumps({**answer, "padding": padding}).encode()
            self.send_response(302 if self.path == made.moved else 200)
            self.send_header("location", f"{made.issuer}/elsewhere")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: Any) -> None:
            """Says nothing."""

    server.RequestHandlerClass = Answer
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
