"""What a provider says of itself (OpenID Connect Discovery), and its keys: asked for and kept for a
while."""

import asyncio
from collections.abc import Callable, Mapping
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.openid_connect.fetching import ProviderUnusable, fetch_json

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

KEPT_SECONDS = 3_600.0
# A key that the provider withdrew is trusted no longer than this.
KEYS_KEPT_SECONDS = 600.0
# Tokens by unknown keys, which anybody can send, do not make us ask more often than this.
ASKED_AGAIN_AFTER = 30.0
# In the issuer that Entra ID gives for all of its tenants.
ANY_TENANT = "{tenantid}"
WELL_KNOWN = "/.well-known/openid-configuration"


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


class _Kept(msgspec.Struct):
    metadata: Metadata
    until: float
    keys: "KeySet | None" = None
    keys_asked_at: float = 0.0
    # Of each its own: one that is slow keeps nobody from the others.
    asking: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class Directory:
    """Asks providers what they say of themselves, and remembers it for an hour; their keys for
    minutes."""

    def __init__(self, config: Config, *, clock: Callable[[], float] = monotonic) -> None:
        self._config = config
        self._clock = clock
        self._known: dict[str, _Kept] = {}

    async def metadata(self, issuer: str, *, anew: bool = False) -> Metadata:
        """What the issuer says of itself; raises ProviderUnusable."""
        return (await self._find(issuer, anew=anew)).metadata

    async def keys(self, issuer: str, *, anew: bool = False) -> "KeySet":
        """The issuer's keys; raises ProviderUnusable."""
        return await self._keys(await self._find(issuer, anew=anew), KEYS_KEPT_SECONDS)

    async def newest_keys(self, issuer: str) -> "KeySet":
        """The issuer's keys, for a token that fits none of those that are kept: asked for again,
        unless they just were. Raises ProviderUnusable."""
        return await self._keys(await self._find(issuer, anew=False), ASKED_AGAIN_AFTER)

    async def _keys(self, kept: _Kept, oldest: float) -> "KeySet":
        async with kept.asking:
            if kept.keys is None or self._clock() - kept.keys_asked_at > oldest:
                kept.keys = await self._ask_keys(kept.metadata.jwks_uri)
                kept.keys_asked_at = self._clock()
            return kept.keys

    async def _find(self, issuer: str, *, anew: bool) -> _Kept:
        kept = self._known.get(issuer)
        if kept is None or anew or kept.until < self._clock():
            metadata = await self._ask_metadata(issuer)
            kept = _Kept(metadata, self._clock() + KEPT_SECONDS)
            self._known[issuer] = kept
        return kept

    async def _ask_metadata(self, issuer: str) -> Metadata:
        said = await fetch_json(self._config, issuer.rstrip("/") + WELL_KNOWN)
        try:
            found = msgspec.convert(said, Metadata)
        except msgspec.ValidationError as problem:
            raise ProviderUnusable(
                _("The provider's configuration cannot be used: %(why)s.", why=str(problem))
            ) from None
        _must_be_itself(issuer, found)
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


def _host(url: str) -> tuple[str, str | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname
