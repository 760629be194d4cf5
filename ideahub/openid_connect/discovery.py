"""What a provider says of itself (OpenID Connect Discovery), and its keys: asked for and kept for a
while."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.openid_connect.fetching import ProviderUnusable, away, fetch_json

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT_SECONDS = 3_600.0
# A key that the provider withdrew is trusted no longer than this.
KEYS_KEPT_SECONDS = 600.0
# Tokens by unknown keys, which anybody can send, do not make us ask more often than this.
ASKED_AGAIN_AFTER = 30.0
# Nor does anything, while it does not answer; people who try again lose no more than this.
AWAY_SECONDS = 5.0
# In the issuer that Entra ID gives for all of its tenants.
ANY_TENANT = "{tenantid}"
WELL_KNOWN = "/.well-known/openid-configuration"
LONGEST_SHOWN = 200
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)


class Metadata(msgspec.Struct, frozen=True):
    """What we use of a provider's configuration, by the names in the specification."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    code_challenge_methods_supported: list[str] | None = None
    id_token_signing_alg_values_supported: list[str] = []
    scopes_supported: list[str] | None = None
    authorization_response_iss_parameter_supported: bool = False
    backchannel_logout_supported: bool = False

    def issuer_of(self, claims: Mapping[str, Any]) -> str:
        """The issuer that a token with these claims must have."""
        tenant = claims.get("tid")
        return self.issuer.replace(ANY_TENANT, tenant if isinstance(tenant, str) else "")

    @property
    def has_many_tenants(self) -> bool:
        """Whether anybody's tenant signs in here, so that those allowed must be listed."""
        return ANY_TENANT in self.issuer or self.issuer == "https://accounts.google.com"


class _Known(msgspec.Struct):
    metadata: Metadata | None = None
    until: float = 0.0
    keys: "KeySet | None" = None
    keys_asked_at: float = 0.0
    # Until then it is not asked, as it did not answer, or not in a way that can be used.
    away_until: float = 0.0
    # Of each its own: one that is slow keeps nobody from the others.
    asking: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class Directory:
    """Asks providers what they say of themselves, and remembers it for an hour; their keys for
    minutes; and for seconds that they did not answer."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = monotonic) -> None:
        self._config = config
        self._clock = clock
        self._known: dict[str, _Known] = {}

    async def metadata(self, issuer: str, *, anew: bool = False) -> Metadata:
        """What the issuer says of itself; raises ProviderUnusable. It is asked `anew` also where it
        just did not answer."""
        known = self._known.setdefault(issuer, _Known())
        if not anew and (kept := self._kept(known)):
            return kept
        async with known.asking:
            if not anew and (kept := self._kept(known)):
                return kept
            with self._asking(known, issuer, anew=anew):
                known.metadata = await self._ask_metadata(issuer)
            known.until, known.keys = self._clock() + KEPT_SECONDS, None
            return known.metadata

    async def keys(self, issuer: str) -> "KeySet":
        """The issuer's keys; raises ProviderUnusable."""
        return await self._keys(issuer, KEYS_KEPT_SECONDS)

    async def newest_keys(self, issuer: str) -> "KeySet":
        """The issuer's keys, for a token that fits none of those that are kept: asked for again,
        unless they just were. Raises ProviderUnusable."""
        return await self._keys(issuer, ASKED_AGAIN_AFTER)

    async def _keys(self, issuer: str, oldest: float) -> "KeySet":
        metadata = await self.metadata(issuer)
        known = self._known[issuer]
        async with known.asking:
            if known.keys is None or self._clock() - known.keys_asked_at > oldest:
                with self._asking(known, issuer):
                    known.keys = await self._ask_keys(metadata.jwks_uri)
                known.keys_asked_at = self._clock()
            return known.keys

    def _kept(self, known: _Known) -> Metadata | None:
        return known.metadata if self._clock() <= known.until else None

    @contextmanager
    def _asking(self, known: _Known, issuer: str, *, anew: bool = False) -> Iterator[None]:
        """Notes whether the provider answers; raises ProviderUnusable where it just did not."""
        if not anew and self._clock() < known.away_until:
            raise away(issuer)
        try:
            yield
        except ProviderUnusable:
            known.away_until = self._clock() + AWAY_SECONDS
            raise
        known.away_until = 0.0

    async def _ask_metadata(self, issuer: str) -> Metadata:
        said = await fetch_json(self._config, issuer.rstrip("/") + WELL_KNOWN)
        try:
            found = msgspec.convert(said, Metadata)
        except msgspec.ValidationError as problem:
            raise ProviderUnusable(
                _("The provider's configuration cannot be used: %(why)s.", why=str(problem))
            ) from None
        _must_be_itself(issuer, found)
        _must_be_by_https(issuer, found)
        return found

    async def _ask_keys(self, url: str) -> "KeySet":
        # Imported late: not every site has a provider.
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        said = (await fetch_json(self._config, url)).get("keys")
        keys = [key for key in said if _is_for_signatures(key)] if isinstance(said, list) else []
        try:
            if keys:
                return KeySet.import_key_set({"keys": keys})
        except (JoseError, ValueError, TypeError, KeyError):
            pass
        raise ProviderUnusable(_("The provider gives no keys for signatures that we can use."))


@cache
def directory_of(config: Config) -> Directory:
    """The directory of this process."""
    return Directory(config)


def _is_for_signatures(key: Any) -> bool:
    # A key that both sides have ("oct") would let whoever reads it sign for the provider.
    return isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use") != "enc"


def _must_be_itself(issuer: str, found: Metadata) -> None:
    """The issuer must be named as it was asked for; for all tenants, it has a place for theirs."""
    for_all = ANY_TENANT in found.issuer and _host(found.issuer) == _host(issuer)
    if found.issuer != issuer and not for_all:
        raise ProviderUnusable(
            _(
                "The provider calls itself %(said)s. Enter exactly that as the issuer, if it is "
                "the one that you mean.",
                said=found.issuer,
            )
        )


def _must_be_by_https(issuer: str, found: Metadata) -> None:
    """People are led to these addresses, and our secret is sent there. By http only from an issuer
    that is so itself, which is asked in development alone."""
    fit = {"https", urlsplit(issuer).scheme}
    for name in ENDPOINTS:
        address = getattr(found, name)
        if address and (urlsplit(address).scheme not in fit or not urlsplit(address).hostname):
            raise ProviderUnusable(
                _(
                    "The provider names %(address)s as its %(name)s. That has to begin with "
                    "https://, so mend it at the provider.",
                    address=address[:LONGEST_SHOWN],
                    name=name,
                )
            )


def _host(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname
