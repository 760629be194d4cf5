"""Tries whether a provider can be signed in at, and says what is wrong in a sentence."""

import secrets

from ideahub.core.config import Config
from ideahub.core.i18n import _, listed
from ideahub.core.site_keys import CannotUnseal, SiteKeys
from ideahub.openid_connect.configuring import WITH_SECRET
from ideahub.openid_connect.discovery import Metadata, directory_of
from ideahub.openid_connect.exchanging import (
    OUR_FAULT,
    RefusedByProvider,
    Request,
    address_to_sign_in,
    callback_of,
    exchange_code,
)
from ideahub.openid_connect.fetching import ProviderUnusable, refuses
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.tokens import ALGORITHMS


async def try_provider(config: Config, keys: SiteKeys, provider: OpenIdProvider) -> str:
    """What is wrong with the provider, or with how it is entered here; empty where all is well."""
    if provider.proves_itself_by in WITH_SECRET and provider.sealed_secret is None:
        return _("First enter the secret that the provider gave for this site.")
    directory = directory_of(config)
    try:
        metadata = await directory.metadata(provider.issuer, anew=True)
        await directory.keys(provider.issuer)
    except ProviderUnusable as problem:
        return problem.reason
    return (
        _wrong_in(metadata, provider)
        or await _wrong_with_us(config, keys, metadata, provider)
        or await _wrong_address(config, metadata, provider)
    )


def _wrong_in(metadata: Metadata, provider: OpenIdProvider) -> str:
    methods = metadata.code_challenge_methods_supported
    signs = metadata.id_token_signing_alg_values_supported
    if methods is not None and "S256" not in methods:
        return _("The provider says that it does not know PKCE with S256, which is needed here.")
    if signs and not set(signs) & set(ALGORITHMS):
        return _(
            "The provider signs by %(methods)s only; we can check %(known)s.",
            methods=listed(signs),
            known=listed(ALGORITHMS),
        )
    if metadata.has_many_tenants and not provider.tenants:
        return _(
            "Anybody's organisation can sign in there. List the tenants that may sign in here."
        )
    return ""


async def _wrong_address(config: Config, metadata: Metadata, provider: OpenIdProvider) -> str:
    # Where the address to come back to is not registered, providers refuse to show their page: to
    # send somebody back there with an error would be to trust it.
    begun = Request(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    url = address_to_sign_in(config, metadata, provider, begun, config.language)
    try:
        if not await refuses(config, url):
            return ""
    except ProviderUnusable as problem:
        return problem.reason
    return _(
        "The provider does not begin a sign-in of this site. Enter there, as redirect address, "
        "exactly %(address)s; and check the client id.",
        address=callback_of(config, provider),
    )


async def _wrong_with_us(
    config: Config, keys: SiteKeys, metadata: Metadata, provider: OpenIdProvider
) -> str:
    # A code that nobody was given: a provider that knows us says that it is the code that is wrong.
    try:
        made_up = secrets.token_urlsafe(32)
        await exchange_code(config, keys, metadata, provider, made_up, made_up)
    except RefusedByProvider as refused:
        return refused.reason if refused.code in OUR_FAULT else ""
    except ProviderUnusable as problem:
        return problem.reason
    except CannotUnseal:
        return _("The secret was sealed with a key that this site no longer has. Enter it again.")
    return _("The provider takes codes that it never gave, so it cannot be trusted.")
