"""Hashes passwords and codes: Argon2id with the library's defaults, in threads, two at a time."""

import asyncio
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each hash takes 64 MiB and a tenth of a second of CPU: more at once would only be slower.
AT_ONCE = 2

_hasher = PasswordHasher()
_turn = asyncio.Semaphore(AT_ONCE)


async def hash_secret(secret: str) -> str:
    """The hash of a password or code, to be stored."""
    async with _turn:
        return await asyncio.to_thread(_hasher.hash, _normal(secret))


async def is_secret(kept: str | None, secret: str) -> bool:
    """Whether this is the password or code that the hash `kept` was made of.

    Without a hash the answer is no, after the same work, so that the time it takes does not tell
    whether an address has an account.
    """
    async with _turn:
        right = await asyncio.to_thread(_verify, kept or _nobodys_hash(), _normal(secret))
    return right and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


def _verify(kept: str, secret: str) -> bool:
    try:
        return _hasher.verify(kept, secret)
    except (VerificationError, InvalidHashError):
        return False


def _normal(secret: str) -> str:
    # Keyboards may send the same accented letter as one character or as two.
    return unicodedata.normalize("NFKC", secret)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
