"""Checks what providers sign: ID tokens, and logout tokens.

Signatures by the libraries; which claims must say what is listed here, as the specifications do
(OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6).
"""

import base64
import binascii
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ideahub.core.i18n import N_, _
from ideahub.core.refusals import Invalid
from ideahub.openid_connect.discovery import ANY_TENANT, Directory, Metadata
from ideahub.openid_connect.models import OpenIdProvider

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

log = logging.getLogger(__name__)

# Never "none", nor a secret that both sides have: with HS256 a public key would pass for one.
ALGORITHMS = ("RS256", "PS256", "ES256")
# How far the clocks of the two may differ.
SKEW = 120
LONGEST_TOKEN = 64_000
LONGEST_NAME = 255
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
# A logout token is for now; older ones are refused even where they say that they last longer.
LOGOUT_SECONDS = 600

FALSE = N_("What the provider sent cannot be trusted (%(why)s). Nothing was done; sign in again.")


class Untrusted(Invalid):
    """A token that is not what it has to be; `why` says in English what is wrong."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(_(FALSE, why=why))
        log.warning("A provider of sign-ins sent what cannot be trusted: %s", why)


class WrongTenant(Invalid):
    """Somebody from a tenant that may not sign in here."""

    status = 403


class Expected(msgspec.Struct, frozen=True):
    """What an ID token must say: whose it is, and to which request it is the answer."""

    provider: OpenIdProvider
    metadata: Metadata
    nonce: str
    access_token: str = ""


async def read_id_token(directory: Directory, token: str, expected: Expected) -> dict[str, Any]:
    """The claims of an ID token; raises Untrusted, WrongTenant, ProviderUnusable."""
    header, claims = await _verified(directory, expected.provider, token)
    _check_addressee(expected.metadata, expected.provider, claims)
    _check_times(claims)
    _is(hmac.compare_digest(_text(claims, "nonce").encode(), expected.nonce.encode()), "nonce")
    if "at_hash" in claims:
        made = _half_hash(expected.access_token, header["alg"])
        _is(hmac.compare_digest(_text(claims, "at_hash").encode(), made), "at_hash")
    wanted = expected.provider.acr_values.split()
    _is(not wanted or claims.get("acr") in wanted, "acr")
    _check_tenant(expected.metadata, expected.provider, claims)
    _is(0 < len(_text(claims, "sub")) <= LONGEST_NAME, "sub")
    return claims


async def read_logout_token(
    directory: Directory, metadata: Metadata, provider: OpenIdProvider, token: str
) -> dict[str, Any]:
    """The claims of a logout token; raises Untrusted, ProviderUnusable. Whether it was used before
    is not known here."""
    _header, claims = await _verified(directory, provider, token)
    _check_addressee(metadata, provider, claims)
    _check_times(claims)
    _is(claims["iat"] > time.time() - LOGOUT_SECONDS - SKEW, "iat")
    _is("nonce" not in claims, "nonce")
    events = claims.get("events")
    _is(isinstance(events, dict) and isinstance(events.get(LOGOUT), dict), "events")
    _is(0 < len(_text(claims, "jti")) <= LONGEST_NAME, "jti")
    named = [claims[name] for name in ("sub", "sid") if name in claims]
    _is(bool(named) and all(isinstance(one, str) and one for one in named), "sub")
    return claims


async def _verified(
    directory: Directory, provider: OpenIdProvider, token: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    header = _header(token)
    _is(header.get("alg") in ALGORITHMS, "alg")
    _is(isinstance(header.get("kid", ""), str), "kid")
    claims = _signed(token, header, await directory.keys(provider.issuer))
    if claims is None:
        # The provider may have changed its keys, and need not have named them otherwise.
        claims = _signed(token, header, await directory.newest_keys(provider.issuer))
    if claims is None:
        raise Untrusted("signature")
    return header, claims


def _signed(token: str, header: dict[str, Any], keys: "KeySet") -> dict[str, Any] | None:
    """The claims, if one of the keys signed them."""
    # Imported late: not every site has a provider.
    from joserfc import jwt
    from joserfc.errors import JoseError

    # Without a name it must be the only one of its kind.
    kind = "EC" if header["alg"].startswith("ES") else "RSA"
    kid = header.get("kid")
    fitting = [key for key in keys.keys if key.key_type == kind and kid in (None, key.kid)]
    if len(fitting) != 1:
        return None
    try:
        return dict(jwt.decode(token, fitting[0], algorithms=list(ALGORITHMS)).claims)
    except (JoseError, ValueError):
        return None


def _header(token: str) -> dict[str, Any]:
    _is(len(token) <= LONGEST_TOKEN and token.count(".") == 2, "form")
    try:
        part = token.partition(".")[0]
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        raise Untrusted("form") from None
    _is(isinstance(found, dict), "form")
    return dict(found)


def _check_addressee(
    metadata: Metadata, provider: OpenIdProvider, claims: Mapping[str, Any]
) -> None:
    _is(claims.get("iss") == metadata.issuer_of(claims), "iss")
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    _is(isinstance(named, list) and provider.client_id in named, "aud")
    # For others as well: only if it was issued to us.
    _is(len(named or []) == 1 or "azp" in claims, "azp")
    _is(claims.get("azp", provider.client_id) == provider.client_id, "azp")


def _check_times(claims: Mapping[str, Any]) -> None:
    now = time.time()
    for name in ("exp", "iat"):
        is_number = isinstance(claims.get(name), (int, float)) and claims[name] is not True
        _is(is_number, name)
    _is(claims["exp"] > now - SKEW, "exp")
    _is(claims["iat"] < now + SKEW, "iat")


def _check_tenant(metadata: Metadata, provider: OpenIdProvider, claims: Mapping[str, Any]) -> None:
    needed = bool(provider.tenants) or metadata.has_many_tenants
    names = ("tid",) if ANY_TENANT in metadata.issuer else ("tid", "hd")
    said = {str(claims[name]).lower() for name in names if name in claims}
    if needed and not said & {one.lower() for one in provider.tenants}:
        raise WrongTenant(
            _(
                "You signed in with an account of another organisation than those that may sign "
                "in here through %(name)s. Sign in there with your account at work.",
                name=provider.name,
            )
        )


def _half_hash(access_token: str, alg: str) -> bytes:
    made = hashlib.new(f"sha{alg[2:]}", access_token.encode()).digest()
    return base64.urlsafe_b64encode(made[: len(made) // 2]).rstrip(b"=")


def _text(claims: Mapping[str, Any], name: str) -> str:
    found = claims.get(name)
    return found if isinstance(found, str) else ""


def _is(right: bool, what: str) -> None:
    if not right:
        raise Untrusted(what)
