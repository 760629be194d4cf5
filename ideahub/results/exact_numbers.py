"""Exact numbers: decimals as they are typed, fractions inside, both as text in what is stored."""

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import msgspec

from ideahub.core.i18n import _
from ideahub.core.refusals import Invalid

DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Rounding(StrEnum):
    """What becomes of a half where a number is shown with fewer digits."""

    HALF_EVEN = "half_even"
    HALF_UP = "half_up"


class Exact(msgspec.Struct, frozen=True, gc=False):
    """A number: exactly, as "a/b" in lowest terms, and rounded as it is shown."""

    fraction: str
    shown: str

    @property
    def value(self) -> Fraction:
        """The exact number."""
        return Fraction(self.fraction)


def fraction_of(text: str, field: str = "") -> Fraction:
    """The number that a decimal such as "-4.50" stands for; raises Invalid."""
    if not DECIMAL.fullmatch(text):
        raise Invalid(_("“%(text)s” is not a number such as 4.5.", text=text), field=field)
    return Fraction(text)


def decimal_text(number: Decimal | int | str, field: str = "") -> str:
    """The one way to write a decimal number: "4.5", not "4.50" or "+4.5"; raises Invalid."""
    text = str(number) if isinstance(number, int | str) else f"{number:f}"
    if not DECIMAL.fullmatch(text):
        raise Invalid(_("“%(text)s” is not a number such as 4.5.", text=text), field=field)
    plain = f"{Decimal(text):f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def exact(number: Fraction, decimals: int, rounding: Rounding) -> Exact:
    """The number as a fraction, and rounded to so many decimals."""
    written = f"{number.numerator}/{number.denominator}"
    return Exact(written, rounded(number, decimals, rounding))


def rounded(number: Fraction, decimals: int, rounding: Rounding) -> str:
    """The number with so many decimals; a half goes to the even digit, or away from zero."""
    power = 10**decimals
    whole, rest = divmod(abs(number.numerator) * power, number.denominator)
    twice = 2 * rest
    if twice > number.denominator or (
        twice == number.denominator and (rounding is Rounding.HALF_UP or whole % 2)
    ):
        whole += 1
    digits = f"{whole:0{decimals + 1}d}"
    sign = "-" if number < 0 and whole else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
