"""Talks to a provider in the code flow: where to send people, and what a code is exchanged for."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote_plus

import msgspec

from ideahub.core.config import Config
from ideahub.core.i18n import _
from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.client_keys import client_key, client_secret
from ideahub.openid_connect.discovery import Metadata
from ideahub.openid_connect.fetching import ProviderUnusable, send_form
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.proofs import ProvesItselfBy

if TYPE_CHECKING:
    import httpx

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# With these a provider says that it is our registration that is wrong, and not the code.
OUR_FAULT = {"invalid_client", "unauthorized_client"}


class Request(msgspec.Struct, frozen=True):
    """One request for a sign-in: its state, and the browser's secret from which the rest is made,
    so that nothing of it has to be stored."""

    state: str
    secret: str

    @property
    def nonce(self) -> str:
        """What the ID token must repeat."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """The PKCE verifier (RFC 7636), 256 bits."""
        return self._made("verifier")

    def _made(self, what: str) -> str:
        made = hmac.digest(self.secret.encode(), f"{what}:{self.state}".encode(), hashlib.sha256)
        return urlsafe_b64encode(made).decode().rstrip("=")


class Tokens(msgspec.Struct, frozen=True):
    """What a code was exchanged for."""

    id_token: str
    access_token: str


class RefusedByProvider(ProviderUnusable):
    """The provider did not take the code; `code` is its word for why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def callback_of(config: Config, provider: OpenIdProvider) -> str:
    """The address to which the provider sends people back: each provider has its own, so that
    none can pass off its answer as another's."""
    return f"{config.public_url}/openid-connect/{provider.id}/callback"


def address_to_sign_in(
    config: Config, metadata: Metadata, provider: OpenIdProvider, request: Request, language: str
) -> str:
    """The provider's page to sign in, for this request."""
    # Imported late, here and below: not every site has a provider.
    import httpx
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": callback_of(config, provider),
        "scope": provider.scopes,
        "state": request.state,
        "nonce": request.nonce,
        "code_challenge": create_s256_code_challenge(request.verifier),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    if provider.acr_values:
        asked["acr_values"] = provider.acr_values
    return str(httpx.URL(metadata.authorization_endpoint).copy_merge_params(asked))


async def exchange_code(
    config: Config,
    keys: SiteKeys,
    metadata: Metadata,
    provider: OpenIdProvider,
    code: str,
    verifier: str,
) -> Tokens:
    """What the code is exchanged for; raises RefusedByProvider, ProviderUnusable."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_of(config, provider),
        "code_verifier": verifier,
    }
    auth = _proved(keys, metadata, provider, form)
    answer = await send_form(config, metadata.token_endpoint, form, auth)
    if "error" in answer:
        _refuse(str(answer["error"]), provider)
    tokens = answer.get("id_token"), answer.get("access_token")
    if not (isinstance(tokens[0], str) and isinstance(tokens[1], str)):
        raise ProviderUnusable(
            _("%(name)s sent no ID token. Its scopes must begin with openid.", name=provider.name)
        )
    return Tokens(tokens[0], tokens[1])


def _refuse(code: str, provider: OpenIdProvider) -> NoReturn:
    if code in OUR_FAULT:
        said = _(
            "%(name)s does not accept our client id with our secret or key. Whoever administers "
            "this site has to enter them again.",
            name=provider.name,
        )
    else:
        said = _(
            "%(name)s did not accept the answer that your browser brought: it was used already, "
            "or too old. Sign in again.",
            name=provider.name,
        )
    raise RefusedByProvider(code, said)


def _proved(
    keys: SiteKeys, metadata: Metadata, provider: OpenIdProvider, form: dict[str, str]
) -> "httpx.BasicAuth | None":
    """Adds to the form how we prove that it is we who ask, or returns what goes into a header."""
    import httpx
    from authlib.oauth2.rfc7523 import private_key_jwt_sign

    way = ProvesItselfBy(provider.proves_itself_by)
    if way == ProvesItselfBy.BASIC:
        # Both are encoded as in a form first (RFC 6749, 2.3.1).
        named = provider.client_id, client_secret(keys, provider)
        return httpx.BasicAuth(*map(quote_plus, named))
    form["client_id"] = provider.client_id
    if way == ProvesItselfBy.POST:
        form["client_secret"] = client_secret(keys, provider)
    if way == ProvesItselfBy.PRIVATE_KEY:
        key = client_key(keys, provider)
        form["client_assertion_type"] = ASSERTION
        form["client_assertion"] = private_key_jwt_sign(
            key,
            client_id=provider.client_id,
            token_endpoint=metadata.token_endpoint,
            alg="RS256",
            header={"kid": key.kid},
        )
    return None
