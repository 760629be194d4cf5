"""Pledges in words, in the language of the request."""

from collections.abc import Sequence
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_name, get_currency_symbol

from ideahub.core.i18n import _, language, ngettext, number
from ideahub.sponsorship.models import PledgeKind, PledgeState


def what_is_given(kind: PledgeKind, amount: Decimal | None, currency: str) -> str:
    """What a sponsor gives, as a noun: "40 staff hours", "€12,000", "a mandate"."""
    if kind is PledgeKind.MONEY and amount is not None:
        return money(amount, currency)
    if kind is PledgeKind.HOURS and amount is not None:
        hours = amount if amount % 1 else int(amount)
        return ngettext("%s staff hour", "%s staff hours", int(amount == 1) or 2) % number(hours)
    return _("access") if kind is PledgeKind.ACCESS else _("a mandate")


def money(amount: Decimal, currency: str) -> str:
    """An amount in its currency, without decimals where they are nought."""
    locale = Locale.parse(language.get())
    pattern: str = locale.currency_formats["standard"].pattern
    if not amount % 1:
        pattern = pattern.replace(".00", "")
    if get_currency_symbol(currency, locale=locale).isalpha() and pattern.startswith("¤"):
        pattern = pattern.replace("¤", "¤\N{NO-BREAK SPACE}")
    shown: str = format_currency(amount, currency, pattern, locale, currency_digits=False)
    return shown


def currency_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Currencies for a list to choose from: code, then code and name."""
    return [(code, f"{code} – {get_currency_name(code, locale=language.get())}") for code in codes]


def state_words(state: PledgeState, *, answered: bool) -> tuple[str, str]:
    """A state as a badge: its words and its tone."""
    return {
        PledgeState.OFFERED: (_("Offered"), "sun"),
        PledgeState.ACCEPTED: (_("Promised"), "civic"),
        PledgeState.DECLINED: (_("Declined"), "quiet"),
        PledgeState.KEPT: (_("Kept"), "leaf"),
        PledgeState.LAPSED: (_("Lapsed") if answered else _("Ran out unanswered"), "quiet"),
        PledgeState.WITHDRAWN: (_("Withdrawn"), "quiet"),
    }[state]
