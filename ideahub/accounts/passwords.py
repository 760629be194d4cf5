"""Password hashes: Argon2id with the library's defaults, a few at a time, away from the loop."""

import asyncio
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Each takes 64 MiB and a tenth of a second: more at once would only get in each other's way.
AT_ONCE = 2

_hasher = PasswordHasher()
_turn = asyncio.Semaphore(AT_ONCE)


async def hash_secret(secret: str) -> str:
    """The hash to keep of a password or a code."""
    async with _turn:
        return await asyncio.to_thread(_hasher.hash, _normal(secret))


async def is_secret(kept: str | None, secret: str) -> bool:
    """Whether this is the password or code the hash was made of.

    Without a hash the answer is no, after the same work: nobody learns from the time it takes
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
    # The same password typed on two keyboards may come composed in two ways.
    return unicodedata.normalize("NFKC", secret)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
