"""Amounts are read as people write them, and shown as their language does."""

from decimal import Decimal

import pytest

from ideahub.core.languages import in_language
from ideahub.http.amounts import read_money
from ideahub.http.forms import FieldError
from ideahub.sponsorship.labels import Gift, what_is_given
from ideahub.sponsorship.models import PledgeKind


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("40", "40"),
        ("12000", "12000"),
        ("12,000", "12000"),
        ("12.000", "12000"),
        ("12 000", "12000"),
        ("12\N{NARROW NO-BREAK SPACE}000,50", "12000.50"),
        ("12'000", "12000"),
        ("12,000.50", "12000.50"),
        ("12.000,50", "12000.50"),
        ("1,234,567", "1234567"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("0,50", "0.50"),
        ("7.", "7"),
    ],
)
def test_an_amount_is_read_as_meant(typed: str, meant: str) -> None:
    assert read_money(typed) == Decimal(meant)


@pytest.mark.parametrize(
    "typed", ["", "abc", "-5", "1e6", "NaN", "∞", "٤٠", "€5", ".5.", "4\x00", "9" * 31, "²"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(FieldError, match="Enter a number"):
        read_money(typed)


@pytest.mark.parametrize(
    ("code", "amount", "currency", "shown"),
    [
        ("en", "12000", "EUR", "€12,000"),
        ("en", "12000.50", "EUR", "€12,000.50"),
        ("en", "999999999.99", "USD", "$999,999,999.99"),
        ("en", "1000", "SEK", "SEK\N{NO-BREAK SPACE}1,000"),
        ("en", "1000", "JPY", "¥1,000"),
        ("de", "12000", "EUR", "12.000\N{NO-BREAK SPACE}€"),
        ("de", "12000.5", "EUR", "12.000,50\N{NO-BREAK SPACE}€"),
    ],
)
def test_money_is_shown_as_the_language_does(
    code: str, amount: str, currency: str, shown: str
) -> None:
    with in_language(code):
        assert what_is_given(Gift(PledgeKind.MONEY, Decimal(amount), currency)) == shown


@pytest.mark.parametrize(
    ("kind", "amount", "shown"),
    [
        (PledgeKind.HOURS, "1.00", "1 staff hour"),
        (PledgeKind.HOURS, "40.00", "40 staff hours"),
        (PledgeKind.HOURS, "1.50", "1.5 staff hours"),
        (PledgeKind.HOURS, "12000.00", "12,000 staff hours"),
        (PledgeKind.MANDATE, None, "a mandate"),
        (PledgeKind.ACCESS, None, "access"),
    ],
)
def test_other_gifts_are_named(kind: PledgeKind, amount: str | None, shown: str) -> None:
    assert what_is_given(Gift(kind, Decimal(amount) if amount else None, "")) == shown
