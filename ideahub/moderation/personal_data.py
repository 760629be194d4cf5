"""Finds in a text what looks like personal data, for whoever chooses what to mask."""

import re
from collections.abc import Iterator

import msgspec

from ideahub.core.i18n import N_, _

KINDS = {
    "mail address": N_("mail address"),
    "phone number": N_("phone number"),
    "account number": N_("account number"),
    "number plate": N_("number plate"),
    "personal data": N_("personal data"),
}
OTHER = "personal data"
LEAST_DIGITS, MOST_DIGITS = 7, 15
MOST = 50
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ()/.\-]{0,2}\d){6,14}(?![\w.]\d)")
# Letters, then digits, as on plates of many countries; with a hyphen or a space between.
_PLATE = re.compile(
    r"\b[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[ -]?\d{1,4}[EH]?\b|\b[A-Z]{2}[- ]?\d{3}[- ]?[A-Z]{2}\b"
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")


class PersonalPart(msgspec.Struct, frozen=True):
    """A part of a text, as it stands there, and what it looks like."""

    kind: str
    text: str

    @property
    def mask(self) -> str:
        """What stands in its place where moderators mask it, in the current language."""
        return _("[%(what)s removed by the moderators]", what=_(KINDS[self.kind]))

    @property
    def own_mask(self) -> str:
        """The same where its author does."""
        return _("[%(what)s removed by the author]", what=_(KINDS[self.kind]))

    @property
    def name(self) -> str:
        """What it looks like, in the current language."""
        return _(KINDS[self.kind])


def suggestions(words: str) -> list[PersonalPart]:
    """The parts of a text that look like personal data, each once, as they come."""
    found: dict[str, PersonalPart] = {}
    left = words
    for part in _found(words):
        # What is part of an address or an account number is no phone number as well.
        if part.text in left:
            found.setdefault(part.text, part)
            left = left.replace(part.text, "\n")
    return sorted(found.values(), key=lambda part: words.find(part.text))[:MOST]


def _found(words: str) -> Iterator[PersonalPart]:
    for match in _MAIL.finditer(words):
        yield PersonalPart("mail address", match.group().rstrip(".-"))
    for match in _IBAN.finditer(words):
        if _is_iban(match.group().replace(" ", "")):
            yield PersonalPart("account number", match.group())
    for match in _PLATE.finditer(words):
        yield PersonalPart("number plate", match.group())
    for match in _PHONE.finditer(words):
        digits = sum(sign.isdigit() for sign in match.group())
        if LEAST_DIGITS <= digits <= MOST_DIGITS and not _DATE.fullmatch(match.group()):
            yield PersonalPart("phone number", match.group())


def _is_iban(bare: str) -> bool:
    """Whether its check digits are right (ISO 7064, mod 97-10)."""
    turned = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
