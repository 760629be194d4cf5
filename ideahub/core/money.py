"""Amounts of money in words, and the currencies of the world."""

from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_currency, get_currency_name, get_currency_symbol

from ideahub.core.languages import locale

# The currencies in use by ISO 4217, without those of funds and metals; first the more frequent.
_CODES = (
    "EUR USD GBP CHF SEK NOK DKK ISK PLN CZK HUF RON UAH TRY CAD AUD NZD JPY KRW INR BRL MXN "
    "ZAR AED AFN ALL AMD ANG AOA ARS AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BSD BTN BWP "
    "BYN BZD CDF CLP CNY COP CRC CUP CVE DJF DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF "
    "GTQ GYD HKD HNL HTG IDR ILS IQD IRR JMD JOD KES KGS KHR KMF KPW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MYR MZN NAD NGN NIO NPR OMR PAB "
    "PEN PGK PHP PKR PYG QAR RSD RUB RWF SAR SBD SCR SDG SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TND TOP TTD TWD TZS UGX UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER "
    "ZMW ZWG"
)
CURRENCIES = tuple(_CODES.split())
WITHOUT_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, without decimals where they are zero."""
    spoken = locale()
    pattern: str = spoken.currency_formats["standard"].pattern
    if not amount % 1:
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(currency, locale=spoken).isalpha() and pattern.startswith("¤"):
        pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")
    shown: str = format_currency(amount, currency, pattern, spoken, currency_digits=False)
    return shown


def currency_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    """The code of each currency, and its label of code and name."""
    spoken = locale()
    return [(code, f"{code} – {get_currency_name(code, locale=spoken)}") for code in codes]


def has_decimals(currency: str) -> bool:
    """Whether the currency has a smaller unit, as the yen does not."""
    return currency not in WITHOUT_DECIMALS
