"""Hashes that cost little, so that the tests of accounts run fast."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from ideahub.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[PasswordHasher]:
    """Gives the hasher the site really has, for the test that looks at it."""
    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 64, 1))
    passwords._nobodys_hash.cache_clear()
    yield real
    passwords._nobodys_hash.cache_clear()
