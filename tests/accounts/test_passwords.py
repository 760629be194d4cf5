"""Which passwords are refused."""

import pytest
from argon2 import PasswordHasher

from ideahub.accounts.password_rules import check_password
from ideahub.accounts.passwords import hash_secret, is_secret
from ideahub.core.refusals import Invalid

ABOUT = ("Ada Lind-Okoye", "ada.lind@city.example")


@pytest.mark.parametrize(
    "password",
    [
        "tramway orbit pickle lantern",
        "829471058392746",
        "ляля хмара потяг дощ",
        "correct-horse-but-mine",
        "kdjfwqpxnzvbgtr",
        "    spaces count too    ",
    ],
)
def test_long_ones_are_taken_whatever_they_are_made_of(password: str) -> None:
    check_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "fourteen chars",
        "x" * 257,
        "aaaaaaaaaaaaaaaaaaa",
        "ababababababababab",
        "tramtramtramtramtram",
        "summer26summer26",
        "abcdefghijklmnopqrstuvwxyz",
        "123456789012345678",
        "987654321098765432",
        "qwertyuiopasdfghjkl",
        "password123456789",
        "P@ssw0rd!!P@ssw0rd!!",
        "Welcome2026!!!!!!!",
        "letmeinletmein12345",
        "okoye tramway orbit",
        "ada.lind@city.example",
        "my ideahub account here",
        "my 1d3ahub account here",
    ],
)
def test_short_obvious_and_personal_ones_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        check_password(password, about=ABOUT)


async def test_the_same_password_from_two_keyboards_is_one() -> None:
    kept = await hash_secret("Ångström caf\u00e9 tramway")
    assert await is_secret(kept, "A\u030angstro\u0308m cafe\u0301 tramway")
    assert not await is_secret(kept, "angstrom cafe tramway")


def test_hashes_are_as_dear_as_the_library_advises(cheap_hashes: PasswordHasher) -> None:
    advised = PasswordHasher()
    for name in ("time_cost", "memory_cost", "parallelism", "hash_len", "salt_len", "type"):
        assert getattr(cheap_hashes, name) == getattr(advised, name)


async def test_without_a_hash_nothing_is_right() -> None:
    assert not await is_secret(None, "")
    assert not await is_secret("not a hash", "not a hash")
