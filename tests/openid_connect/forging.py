"""A provider in the hands of an attacker: it really answers over the network, and signs whatever a
test wants, rightly or wrongly."""

import base64
import json
import time
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.conftest import Browser
from tests.openid_connect.providers_of_tests import ADA, CLIENT, NUMBER, leave


class In(NamedTuple):
    """A moment so many seconds after a test has begun; lists of tests are made long before."""

    seconds: float


def at_last(claims: dict[str, Any]) -> dict[str, Any]:
    """The claims, with each moment as the time that it is."""
    now = time.time()
    return {
        name: now + value.seconds if isinstance(value, In) else value
        for name, value in claims.items()
    }


LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


def logout_claims(issuer: str) -> dict[str, Any]:
    """What a right logout token says of Ada."""
    now = time.time()
    times = {"iat": now, "exp": now + 120}
    events: dict[str, Any] = {LOGOUT: {}}
    return {
        "iss": issuer,
        "aud": CLIENT,
        "jti": uuid4().hex,
        "sub": "ada",
        "events": events,
    } | times


@cache
def two_keys() -> tuple[RSAKey, RSAKey]:
    """Two of the same name, made once: each takes a quarter of a second."""
    return RSAKey.generate_key(2048, {"kid": "real"}), RSAKey.generate_key(2048, {"kid": "real"})


class Forger:
    """What the provider answers, and how it signs."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key, self.other = two_keys()
        self.id_token = ""
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.keys_asked = 0
        # The addresses of what is too long, and of what is said to be elsewhere.
        self.too_long = ""
        self.moved = ""

    def configuration(self) -> dict[str, Any]:
        """What it says of itself."""
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
        }
        return said | self.metadata

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        """A token as it should be."""
        return jwt.encode({"alg": "RS256", "kid": "real", **header}, claims, self.key)

    def signed_by_another(self, claims: dict[str, Any]) -> str:
        """By a key that has the same name."""
        return jwt.encode({"alg": "RS256", "kid": "real"}, claims, self.other)

    def unsigned(self, claims: dict[str, Any]) -> str:
        """With `none` for an algorithm."""
        parts = ({"alg": "none", "kid": "real"}, claims)
        texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
        return ".".join([*(text.rstrip("=") for text in texts), ""])

    def with_public_key(self, claims: dict[str, Any]) -> str:
        """By HS256, with the public key for a secret."""
        public = self.key.as_pem(private=False)
        return jwt.encode(
            {"alg": "HS256", "kid": "real"}, claims, OctKey.import_key(base64.b64encode(public))
        )

    def claims(self, nonce: str, /, **more: Any) -> dict[str, Any]:
        """What a right ID token says of Ada; None leaves a claim out."""
        now = time.time()
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "ada",
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **ADA,
            **more,
        }
        return {name: value for name, value in said.items() if value is not None}

    async def come_back(self, browser: Browser, make: Any, **query: str) -> httpx.Response:
        """Goes to the provider and comes back with the token that `make` makes of the nonce."""
        asked = parse_qs(urlsplit(await leave(browser)).query)
        self.id_token = make(asked["nonce"][0])
        back = {"code": "good", "state": asked["state"][0], **query}
        return await browser.get(f"/openid-connect/{NUMBER}/callback", params=back)

    async def signed_in(self, browser: Browser) -> Browser:
        """The browser, where Ada has signed in by a right token."""
        answer = await self.come_back(browser, lambda nonce: self.sign(self.claims(nonce)))
        assert answer.status_code == 303, answer.text
        return browser
