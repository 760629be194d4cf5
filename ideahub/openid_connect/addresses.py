"""The addresses of this site that are entered at a provider."""

import msgspec

from ideahub.core.config import Config
from ideahub.openid_connect.exchanging import callback_of
from ideahub.openid_connect.models import OpenIdProvider
from ideahub.openid_connect.proofs import ProvesItselfBy


class Addresses(msgspec.Struct, frozen=True):
    """Where it sends people back to, where it sends logout tokens, where people are once they have
    signed out, and where our public keys and their certificate are (empty without a key)."""

    callback: str
    logout: str
    home: str
    jwks: str
    certificate: str


def addresses_of(config: Config, provider: OpenIdProvider) -> Addresses:
    """What has to be entered at this provider."""
    own = f"{config.public_url}/openid-connect/{provider.id}"
    signs = provider.proves_itself_by == ProvesItselfBy.PRIVATE_KEY
    return Addresses(
        callback=callback_of(config, provider),
        logout=f"{own}/logout-tokens",
        home=f"{config.public_url}/",
        jwks=f"{own}/keys" if signs else "",
        certificate=f"{own}/certificate" if signs else "",
    )
