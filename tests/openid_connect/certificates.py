"""An authority of the tests' own, and a certificate that it issued for this machine."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

VALID = timedelta(days=2)


class Authority:
    """Issues certificates; `path` is the file with its own, in PEM."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Authority of tests")
        is_authority = x509.BasicConstraints(ca=True, path_length=0)
        made = _unsigned(self._name, self._name, self._key)
        own = made.add_extension(is_authority, critical=True).sign(self._key, SHA256())
        self.path = folder / "authority.pem"
        self.path.write_bytes(own.public_bytes(Encoding.PEM))

    def issue(self, host: str) -> Mapping[str, str]:
        """A certificate for a name, as `cert`, and its `key`, in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _unsigned(_named(host), self._name, key)
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        signed = made.add_extension(names, critical=False).sign(self._key, SHA256())
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {"cert": signed.public_bytes(Encoding.PEM).decode(), "key": plain.decode()}


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _unsigned(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - VALID)
        .not_valid_after(now + VALID)
    )
