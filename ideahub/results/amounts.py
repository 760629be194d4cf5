"""Amounts of money in words."""

from decimal import Decimal

from babel.numbers import format_currency

from ideahub.core.languages import locale


def money_words(amount: Decimal | None, currency: str | None) -> str:
    """An amount with its currency, as the language writes it; empty where there is none."""
    if amount is None or not currency:
        return ""
    return format_currency(amount, currency, locale=locale())
