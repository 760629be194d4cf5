"""Signing in by real https, at a provider whose certificate an own authority issued."""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Thread
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config, Misconfigured, read_config
from ideahub.core.db import Database
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.careful_transport import trusted
from ideahub.openid_connect.client_keys import KEY, public_keys
from ideahub.openid_connect.fetching import ProviderUnusable, fetch_json
from ideahub.openid_connect.models import Identity, OpenIdProvider
from ideahub.openid_connect.trying import try_provider
from tests.conftest import Browser
from tests.openid_connect.certificates import Authority
from tests.openid_connect.conftest import offer
from tests.openid_connect.providers_of_tests import (
    ADA,
    NUMBER,
    AtProvider,
    StrictProvider,
    client_of_site,
    leave,
    path_of,
    strict_provider,
)
from tests.support.cast import Cast
from tests.support.wiring import client_of

SIGNING = "ideahub-with-a-key"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whom only this file's sites trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def key() -> RSAKey:
    """The site's own, which the provider knows."""
    return RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture(scope="module")
def secured(config: Config, authority: Authority, key: RSAKey) -> Iterator[StrictProvider]:
    """The strict one by https, which knows this site by a secret, and by a key."""
    public = {**key.as_dict(private=False), "use": "sig", "alg": "RS256"}
    by_key = {
        "client_id": SIGNING,
        "client_secret": None,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "RS256",
        "jwks": {"keys": [public]},
    }
    clients = [
        client_of_site(config.public_url, NUMBER),
        without_nothing(client_of_site(config.public_url, NUMBER, **by_key)),
    ]
    with strict_provider(clients, {"ada": ADA}, authority.issue("localhost")) as running:
        yield running


def without_nothing(client: dict[str, Any]) -> dict[str, Any]:
    """The client without what it does not have."""
    return {name: value for name, value in client.items() if value is not None}


@pytest.fixture
def in_public(config: Config, authority: Authority) -> Config:
    """A site as its operator would set it up: the provider stands within the own network."""
    own = replace(config, development=False, openid_inside=("localhost",))
    return replace(own, openid_authorities=authority.path)


async def sign_in(config: Config, database: Database, authority: Authority) -> Any:
    """Signs in at the provider and comes back; the answer."""
    async with client_of(config, database) as client:
        with AtProvider(trusted(authority.path)) as there:
            back = there.sign_in(await leave(Browser(client, None)))
        return await client.get(path_of(back))


async def test_one_signs_in_by_https(
    in_public: Config,
    authority: Authority,
    secured: StrictProvider,
    cast: Cast,
    database: Database,
    db: AsyncSession,
) -> None:
    assert secured.issuer.startswith("https://localhost:")
    made = await offer(db, in_public, cast, secured.issuer)
    assert await try_provider(in_public, SiteKeys(in_public), made) == ""
    answer = await sign_in(in_public, database, authority)
    assert answer.status_code == 303, answer.text
    assert (await db.scalars(select(Identity.issuer))).one() == secured.issuer


async def test_a_key_of_this_site_proves_it_at_the_token_endpoint(
    in_public: Config,
    authority: Authority,
    secured: StrictProvider,
    key: RSAKey,
    cast: Cast,
    database: Database,
    db: AsyncSession,
) -> None:
    made, keys = await offer(db, in_public, cast, secured.issuer), SiteKeys(in_public)
    made.client_id, made.proves_itself_by = SIGNING, "private_key_jwt"
    sealed = keys.seal(KEY, json.dumps(key.as_dict(private=True)).encode(), of=row_of(made))
    made.sealed_key = sealed
    await db.commit()
    assert public_keys(keys, made)["keys"][0]["kid"] == key.kid
    answer = await sign_in(in_public, database, authority)
    assert answer.status_code == 303, answer.text
    another = RSAKey.generate_key(2048, {"kid": str(key.kid)}).as_dict(private=True)
    sealed = keys.seal(KEY, json.dumps(another).encode(), of=row_of(made))
    await db.execute(update(OpenIdProvider).values(sealed_key=sealed))
    await db.commit()
    refused = await sign_in(in_public, database, authority)
    assert "does not accept our client id with our secret or key" in refused.text


def row_of(provider: OpenIdProvider) -> str:
    """What its key is sealed for."""
    return f"openid_provider:{provider.id}"


async def test_a_certificate_of_an_unknown_authority_is_refused_and_it_is_said_why(
    in_public: Config, secured: StrictProvider
) -> None:
    strange = replace(in_public, openid_authorities=None)
    with pytest.raises(ProviderUnusable, match="is not trusted here") as found:
        await fetch_json(strange, f"{secured.issuer}/jwks")
    assert "IDEAHUB_OPENID_AUTHORITIES" in found.value.reason


async def test_a_certificate_for_another_name_is_refused(
    in_public: Config, authority: Authority
) -> None:
    with (
        https_server(authority.issue("login.city.example")) as port,
        pytest.raises(ProviderUnusable, match="is not trusted here") as found,
    ):
        await fetch_json(in_public, f"https://localhost:{port}/")
    assert "localhost" in found.value.reason


@contextmanager
def https_server(tls: Mapping[str, str]) -> Iterator[int]:
    """Takes one connection with this certificate, and says nothing; its port."""
    speaking = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with NamedTemporaryFile("w", suffix=".pem") as chain:
        chain.write(tls["cert"] + tls["key"])
        chain.flush()
        speaking.load_cert_chain(chain.name)

    def greet() -> None:
        with suppress(OSError):
            speaking.wrap_socket(listening.accept()[0], server_side=True).close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        greeting = Thread(target=greet)
        greeting.start()
        yield listening.getsockname()[1]
        greeting.join()


def test_a_file_without_certificates_is_said_before_the_site_starts(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        if path.name == "empty.pem":
            path.write_text("nothing")
        with pytest.raises(Misconfigured, match="IDEAHUB_OPENID_AUTHORITIES must be a file"):
            read_config({"IDEAHUB_OPENID_AUTHORITIES": str(path)})
