"""Detects that somebody else changed what a form shows after it was opened (a lost update)."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any


def fingerprint(stored: Iterable[Any]) -> str:
    """A short hash of stored values: different values have different ones."""
    text = "\x1f".join(f"{value}" for value in stored)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def is_overtaken(seen: str, stored: Iterable[Any], sent: Iterable[Any]) -> bool:
    """Whether saving would replace values that the sender has not seen.

    `seen` is the fingerprint of the form when it was opened; an empty one tells nothing. False
    where the sent values are stored already, as when a form is sent twice.
    """
    stored = tuple(stored)
    return bool(seen) and seen != fingerprint(stored) and tuple(sent) != stored
