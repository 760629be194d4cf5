"""Orders that look random but follow from a recorded seed alone.

They come from SHA-256 and not from a random generator, so that they are the same in every version
of Python, and anybody can find them again by hand: `printf 'seed|what|name' | sha256sum`.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeVar

# What names an entry or a judge: a number of a row, or a pseudonymous key.
Name = int | str
N = TypeVar("N", bound=Name)


def in_seeded_order(seed: str, what: str, names: Iterable[N]) -> list[N]:
    """Each of the names once, by the SHA-256 of "seed|what|name"."""
    return sorted(set(names), key=lambda name: (_digest(seed, what, name), str(name)))


def reading_order(seed: str, judge: Name, entries: Iterable[N]) -> list[N]:
    """The order in which this judge reads these entries: another one for each judge, so that no
    entry is always read first or last. An entry that comes later changes no other's order."""
    return in_seeded_order(seed, f"reading|{judge}", entries)


def _digest(seed: str, what: str, name: Name) -> bytes:
    return sha256(f"{seed}|{what}|{name}".encode()).digest()
