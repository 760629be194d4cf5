"""The site's secret key: what is signed or sealed with keys made from it cannot be forged or read
by somebody who has only a copy of the database.

It comes from IDEAHUB_SECRET_KEY, or from a file that the first process makes. Each purpose has a
key of its own (HKDF, RFC 5869), so that what was signed for one is worth nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from ideahub.core.config import Config, Misconfigured

# The key under which a session's `info` has them.
IN_SESSION = "site_keys"
FILE = "secret-key"
# Of the key itself, and of those made from it.
BYTES = 32
NONCE = 12


class CannotUnseal(Exception):
    """It was sealed with another key, for another purpose or row, or was changed since."""


class SiteKeys:
    """Signs and seals with the first key; older ones, after it, still check and unseal.

    Raises Misconfigured for a setting that is no key.
    """

    def __init__(self, config: Config) -> None:
        self._file = config.var / FILE
        self._given = [_key(text) for text in config.secret_keys]

    @cached_property
    def _keys(self) -> Sequence[bytes]:
        # Made when it is first needed: commands that sign nothing leave no file.
        return self._given or [_kept(self._file)]

    def signature(self, purpose: str, text: str) -> str:
        """A signature of the text, safe in addresses: 22 characters, 128 bits."""
        return _signature(self._keys[0], purpose, text)

    def signatures(self, purpose: str, text: str) -> list[str]:
        """The signatures of the text with each key, the present one first: to find what was stored
        under an older one."""
        return [_signature(key, purpose, text) for key in self._keys]

    def is_signature(self, purpose: str, text: str, signature: str) -> bool:
        """Whether it is the signature of this text for this purpose."""
        given = signature.encode()
        made = (_signature(key, purpose, text).encode() for key in self._keys)
        return any(hmac.compare_digest(one, given) for one in made)

    def seal(self, purpose: str, data: bytes, *, of: str) -> bytes:
        """The data encrypted (AES-256-GCM); `of` names the row that it belongs to, so that it is
        worth nothing in another."""
        # Imported late: not every process needs its four megabytes.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(_made_from(self._keys[0], purpose)).encrypt(nonce, data, of.encode())
        return nonce + sealed

    def unseal(self, purpose: str, sealed: bytes, *, of: str) -> bytes:
        """What was sealed for this purpose and row; raises CannotUnseal."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        for key in self._keys:
            with suppress(InvalidTag, ValueError):
                opened = AESGCM(_made_from(key, purpose))
                return opened.decrypt(sealed[:NONCE], sealed[NONCE:], of.encode())
        raise CannotUnseal


def keys_of(db: AsyncSession) -> SiteKeys:
    """The keys of the site that this transaction's session belongs to."""
    keys: SiteKeys = db.info[IN_SESSION]
    return keys


def _signature(key: bytes, purpose: str, text: str) -> str:
    made = hmac.digest(_made_from(key, purpose), text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")


def _made_from(key: bytes, purpose: str) -> bytes:
    # One round of HKDF-Expand is enough for 32 bytes; the key is random already.
    return hmac.digest(key, purpose.encode() + b"\x01", hashlib.sha256)


def _key(text: str) -> bytes:
    with suppress(binascii.Error, ValueError):
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(key) >= BYTES:
            return key
    raise Misconfigured(
        "IDEAHUB_SECRET_KEY must be at least 32 random bytes in base64; "
        "`openssl rand -base64 32` makes such a one"
    )


def _kept(file: Path) -> bytes:
    """The key in the file, which is made where there is none. Of several processes that make it at
    the same moment, the first one's holds."""
    with suppress(FileNotFoundError):
        return _key(file.read_text().strip())
    file.parent.mkdir(parents=True, exist_ok=True)
    mine = file.with_name(f"{FILE}-{os.getpid()}-{secrets.token_hex(4)}")
    handle = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(base64.urlsafe_b64encode(secrets.token_bytes(BYTES)).decode() + "\n")
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(mine, file)
    mine.unlink()
    return _key(file.read_text().strip())
