"""The secret, or key of our own, by which this site proves itself to a provider; both sealed."""

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ideahub.core.site_keys import SiteKeys
from ideahub.openid_connect.models import OpenIdProvider

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

SECRET, KEY = "openid client secret", "openid client key"
BITS = 2048
# Of a certificate, in which only the key matters.
VALID = timedelta(days=10 * 365)
LONGEST_NAME = 64


def keep_secret(keys: SiteKeys, provider: OpenIdProvider, secret: str) -> None:
    """Seals the secret into the provider's row, which must have its number."""
    provider.sealed_secret = keys.seal(SECRET, secret.encode(), of=_row(provider))


def client_secret(keys: SiteKeys, provider: OpenIdProvider) -> str:
    """The secret; empty where there is none. Raises CannotUnseal."""
    if provider.sealed_secret is None:
        return ""
    return keys.unseal(SECRET, provider.sealed_secret, of=_row(provider)).decode()


def make_key(keys: SiteKeys, provider: OpenIdProvider) -> None:
    """Makes a key for the provider's row, unless it has one: takes a tenth of a second."""
    if provider.sealed_key is not None:
        return
    # Imported late, here and below: few sites have a key of their own.
    from joserfc.jwk import RSAKey

    made = RSAKey.generate_key(BITS, auto_kid=True).as_dict(private=True)
    provider.sealed_key = keys.seal(KEY, json.dumps(made).encode(), of=_row(provider))


def client_key(keys: SiteKeys, provider: OpenIdProvider) -> "RSAKey":
    """The provider's private key, which must have been made. Raises CannotUnseal."""
    from joserfc.jwk import RSAKey

    assert provider.sealed_key is not None
    opened = keys.unseal(KEY, provider.sealed_key, of=_row(provider))
    return RSAKey.import_key(json.loads(opened))


def public_keys(keys: SiteKeys, provider: OpenIdProvider) -> dict[str, Any]:
    """What the provider checks our signatures with (JWKS)."""
    if provider.sealed_key is None:
        return {"keys": []}
    shown = client_key(keys, provider).as_dict(private=False)
    return {"keys": [{**shown, "use": "sig", "alg": "RS256"}]}


def certificate(keys: SiteKeys, provider: OpenIdProvider, host: str) -> str:
    """The public key in PEM, as a certificate that it signs itself: some providers take no other
    form. The same one each time. The provider must have a key."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    key = client_key(keys, provider)
    private = key.get_op_key("sign")
    assert isinstance(private, RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host[:LONGEST_NAME])])
    number = int.from_bytes(hashlib.sha256(key.thumbprint().encode()).digest()[:16])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name)
        .public_key(private.public_key())
        .serial_number(number)
        .not_valid_before(provider.created_at)
        .not_valid_after(provider.created_at + VALID)
    )
    return made.sign(private, SHA256()).public_bytes(Encoding.PEM).decode()


def _row(provider: OpenIdProvider) -> str:
    return f"openid_provider:{provider.id}"
