"""Form fields for decimal numbers: figures with four decimals, money and hours with two."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from ideahub.core.i18n import _
from ideahub.http.form_fields import SHORT, FieldError, own_field

THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([,\s]\d{3})+(\.\d+)?")
# A number such as 1e999999999 is short as typed, but would fill the memory when written out.
MOST_EXPONENT = SHORT
# As many decimals as the tables keep.
PLACES = 4
_DIGITS = re.compile(r"\d[\d.,]*")
_DECIMALS = re.compile(r"[.,](\d{1,2})\Z")
LONGEST_MONEY = 30
# Digits alone, or in groups of three with one and the same mark; then at most two decimals.
_EXACT = re.compile(r"(\d{1,20}|[1-9]\d{0,2}(,\d{3})+|[1-9]\d{0,2}(\.\d{3})+)([.,]\d{1,2})?")


def amount(maximum: str = "999999999999", *, required: bool = False, negative: bool = False) -> Any:
    """A field for a decimal number from 0 (with `negative`, from -maximum) to `maximum`.

    12.5 and 12,5 are read alike, and 12,500 as thousands. The value is rounded to four decimals.
    """

    def parse(typed: str) -> Decimal:
        bare = typed.strip()
        if THOUSANDS.fullmatch(bare):
            bare = re.sub(r"[,\s]", "", bare)
        try:
            value = Decimal(bare.replace(",", "."))
        except InvalidOperation:
            raise FieldError(_("Enter a number, such as 12.5.")) from None
        least = -Decimal(maximum) if negative else Decimal(0)
        if not value.is_finite() or abs(int(value.as_tuple().exponent)) > MOST_EXPONENT:
            raise FieldError(_("Enter a number, such as 12.5."))
        if not least <= value <= Decimal(maximum):
            raise FieldError(
                _("Enter a number from %(least)s to %(most)s.", least=least, most=Decimal(maximum))
            )
        # Rounded here as the table would, so that a figure sent again equals the stored one.
        rounded = round(value, PLACES)
        return value if value == rounded else rounded

    return own_field(parse, None, required=required)


def money() -> Any:
    """An optional field for hours or money, read by `read_money`."""
    return own_field(read_money, None)


def exact_money(maximum: str = "999999999999.99") -> Any:
    """An optional field for an amount of money above nothing: 60000, 60,000 or 60.000,50. What is
    not clear is refused, such as a third decimal."""

    def parse(typed: str) -> Decimal:
        bare = re.sub(r"[\s'’_]", "", typed)
        if bare.startswith(("-", "−")):
            raise FieldError(_("An amount cannot be negative."))
        if not _EXACT.fullmatch(bare) or not bare.isascii():
            raise FieldError(_("Enter an amount with at most two decimals, such as 12,500.50."))
        value = read_money(bare)
        if not value:
            raise FieldError(_("Enter more than nothing, or leave this empty."))
        if value > Decimal(maximum):
            raise FieldError(_("This is more than can be kept: at most %(most)s.", most=maximum))
        return value

    return own_field(parse, None)


def read_money(typed: str) -> Decimal:
    """Hours or money as people write them: 12000, 12,000, 12.000,50, 1 250.5.

    They have two decimals at most, so a last group of three digits is thousands. Raises FieldError.
    """
    bare = re.sub(r"[\s'’_]", "", typed)
    if len(bare) > LONGEST_MONEY or not _DIGITS.fullmatch(bare) or not bare.isascii():
        raise FieldError(_("Enter a number, such as 40 or 12,500."))
    decimals = _DECIMALS.search(bare)
    whole = re.sub(r"[.,]", "", bare[: decimals.start()] if decimals else bare)
    return Decimal(f"{whole}.{decimals[1]}" if decimals else whole)
