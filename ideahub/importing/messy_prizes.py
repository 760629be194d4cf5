"""Parses prizes as exports of other platforms write them: amounts of money in texts."""

import re
from decimal import Decimal
from typing import NamedTuple

from ideahub.importing.messy_dates import line_of


class ParsedPrize(NamedTuple):
    """The prize in a text; `amount` is None where only the text is known."""

    amount: Decimal | None
    currency: str
    text: str
    # False for "up to", "at least" and ranges, where the amount is a limit; of a range the upper.
    exact: bool


CURRENCIES = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP"}
CODES = "aud|bam|cad|chf|czk|dkk|eur|gbp|huf|jpy|mkd|nok|nzd|pln|ron|rsd|sek|usd"
SCALES = {
    **dict.fromkeys(("k", "thousand"), Decimal(10**3)),
    **dict.fromkeys(("m", "mm", "million", "mio", "mln"), Decimal(10**6)),
    **dict.fromkeys(("b", "bn", "billion"), Decimal(10**9)),
}
MAX_AMOUNT = Decimal(10) ** 12
MOST_DIGITS = 30

_SIGN = rf"us\$|[$€£]|{CODES}"
_NUMBER = r"\d{1,3}(?:[,.' ]\d{3})+(?:[,.]\d{1,2})?|\d{1,15}(?:[,.]\d{1,3})?"
_MONEY = (
    rf"(?P<before{{0}}>{_SIGN})? ?(?P<number{{0}}>{_NUMBER})"
    rf"(?: ?(?P<scale{{0}}>{'|'.join(SCALES)})\b)?(?: ?(?P<after{{0}}>{_SIGN}))?"
)
_PRIZE = re.compile(
    r"(?P<about>up to|about|approximately|around|over|more than|at least|at most|maximum)? ?"
    r"(?:a )?(?:total(?: prize)?(?: of)?:? )?"
    + _MONEY.replace("{0}", "1")
    + r"(?: ?(?:-|–|—|to) ?"
    + _MONEY.replace("{0}", "2")
    + r")?(?P<plus> ?\+)?(?: (?:in )?(?:total|cash|cash prizes|prizes|prize money))?\.?",
    re.ASCII,
)


def parse_prize(value: object, default_currency: str = "USD") -> ParsedPrize:
    """The prize, with an amount where the text is nothing but an amount, a limit or a range.

    For any other text ("five prizes of $20,000") there is none: computing it would be guessing.
    Raises ValueError for what is neither text nor a number.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        # Not formatted with a large exponent, which would fill the memory when written out.
        plain = isinstance(value, Decimal) and abs(value.adjusted()) < MOST_DIGITS
        value = f"{value:f}" if plain else str(value)
    line = line_of(value)
    found = _PRIZE.fullmatch(line.lower())
    if not found:
        return ParsedPrize(None, "", line, exact=False)
    parts = [part for part in "12" if found[f"number{part}"]]
    amounts = [_amount(found[f"number{part}"], found[f"scale{part}"]) for part in parts]
    known = [amount for amount in amounts if amount is not None and amount <= MAX_AMOUNT]
    if len(known) < len(amounts):
        return ParsedPrize(None, "", line, exact=False)
    exact = len(known) == 1 and not found["about"] and not found["plus"]
    return ParsedPrize(max(known), _currency(found) or default_currency, line, exact)


def _currency(found: re.Match[str]) -> str:
    signs = (found[name] for name in ("before1", "after1", "before2", "after2"))
    sign = next(filter(None, signs), "")
    return CURRENCIES.get(sign, sign.upper())


def _amount(number: str, scale: str | None) -> Decimal | None:
    """The number; None where it is not clear what points and commas mean."""
    digits = re.sub("[' ]", "", number)
    marks = re.findall("[.,]", digits)
    tail = len(re.split("[.,]", digits)[-1])
    if len(marks) > 1 and (tail == 3) != (len(set(marks)) == 1):
        return None
    # One mark before three digits separates thousands, as money has no third decimal; but 1.250
    # million is a decimal number.
    is_decimal = len(set(marks)) > 1 or tail < 3 or (scale is not None and marks == ["."])
    if marks and is_decimal:
        whole, _, part = digits.rpartition(marks[-1])
        digits = f"{re.sub('[.,]', '', whole)}.{part}"
    else:
        digits = "".join(re.findall(r"\d+", digits))
    return Decimal(digits) * (SCALES[scale] if scale else 1)
