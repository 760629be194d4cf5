"""Rules for passwords: refuses short ones, and those that are easy to guess.

Our own: zxcvbn knows English only, lets the site's own name through and reads 72 characters.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from ideahub.core.i18n import _, ngettext
from ideahub.core.refusals import Invalid

SHORTEST = 15
LONGEST = 256
SITE = "ideahub"

# Words that many passwords consist of, with digits or signs added; chosen by hand.
# fmt: off
OBVIOUS = (
    "password", "passwort", "passphrase", "secret", "letmein", "welcome", "changeme", "default",
    "master", "admin", "login", "qwerty", "qwertz", "azerty", "asdf", "zxcv", "iloveyou",
    "sunshine", "summer", "winter", "spring", "autumn", "monday", "football", "dragon",
    "monkey", "computer", "internet", "government", "ministry", "citizen",
)
# fmt: on
_ROWS = ("qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
LEAST_OTHER_LETTERS = 6
LEAST_DIFFERENT = 6


def check_password(password: str, *, about: Iterable[str] = (), field: str = "password") -> None:
    """Raises Invalid for a password that is too short, too long, or easy to guess.

    `about` are the person's name and address, which it must not contain; `field` is the field of
    the form that gets the error.
    """
    if problem := _what_is_weak(password, about):
        raise Invalid(problem, field=field)


def _what_is_weak(password: str, about: Iterable[str]) -> str:
    if len(password) < SHORTEST:
        return ngettext(
            "Use at least %(num)s character. Four or five words that do not belong together "
            "are easy to remember.",
            "Use at least %(num)s characters. Four or five words that do not belong together "
            "are easy to remember.",
            SHORTEST,
        )
    if len(password) > LONGEST:
        return too_long()
    if _contains(password, about):
        return _("Leave your name, your address and the name of this site out of it.")
    if _is_obvious(password.casefold()):
        return _("This one is easy to guess. Use words that do not belong together.")
    return ""


def too_long() -> str:
    """The error of a password that is longer than LONGEST."""
    return ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", LONGEST)


def _contains(password: str, about: Iterable[str]) -> bool:
    folded = password.casefold()
    plain = folded.translate(_LOOKALIKES)
    words = {SITE, *(word for text in about for word in re.split(r"[\W_]+", text.casefold()))}
    # Very short names can be part of a good password by chance.
    return any(word in folded or word in plain for word in words if len(word) >= 4)


def _is_obvious(password: str) -> bool:
    return (
        len(set(password)) < LEAST_DIFFERENT
        or _is_repeated(password)
        or _is_sequence(password)
        or _is_padded(password)
    )


def _is_repeated(password: str) -> bool:
    """Whether it is one piece repeated: "summer26summer26"."""
    length = len(password)
    pieces = (password[:size] for size in range(1, length // 2 + 1))
    return any((piece * length)[:length] == password for piece in pieces)


def _is_sequence(password: str) -> bool:
    """Whether most characters follow each other in the alphabet, in numbers or on a keyboard."""
    steps = sum(
        _are_neighbours(character, following) for character, following in pairwise(password)
    )
    return steps * 3 >= len(password) * 2


def _are_neighbours(character: str, other: str) -> bool:
    on_keys = any(character + other in row or other + character in row for row in _ROWS)
    return abs(ord(character) - ord(other)) <= 1 or on_keys


def _is_padded(password: str) -> bool:
    """Whether it has an obvious word, and besides only few other letters."""
    return any(
        any(word in text for word in OBVIOUS) and _other_letters(text) < LEAST_OTHER_LETTERS
        for text in (password, password.translate(_LOOKALIKES))
    )


def _other_letters(text: str) -> int:
    for word in OBVIOUS:
        text = text.replace(word, "")
    return sum(character.isalpha() for character in text)
