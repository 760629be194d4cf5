"""Checks a prize before it is stored."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ideahub.campaigns.ordered_rows import PlannedRow
from ideahub.core.i18n import _
from ideahub.core.money import CURRENCIES, has_decimals, money


def prize_problems(planned: PlannedRow) -> Mapping[str, str]:
    """A sentence for each field of the prize that has to be mended."""
    values = planned.values
    found: dict[str, str] = {}
    if not (values["amount"] or values["non_money"] or values["title"]):
        found["title"] = _("Say what is won: an amount, or what it is.")
    if values["amount"]:
        found |= _money_problems(values["amount"], values["currency"])
    if "currency" not in found:
        found |= _milestone_problems(values["amount"], values["currency"], planned.within)
    return found


def milestone_problems(planned: PlannedRow) -> Mapping[str, str]:
    """A sentence for each field of a part of a prize that has to be mended."""
    return {} if planned.values["title"] else {"title": _("Say what this part is paid for.")}


def _money_problems(amount: Decimal, currency: str | None) -> dict[str, str]:
    if not currency:
        return {"currency": _("Choose a currency.")}
    if currency not in CURRENCIES:
        return {"currency": _("Choose a currency from the list.")}
    if amount % 1 and not has_decimals(currency):
        return {"amount": _("This currency has no smaller unit: enter a whole number.")}
    if amount != round(amount, 2):
        return {"amount": _("Enter an amount with at most two decimals, such as 12,500.50.")}
    return {}


def _milestone_problems(
    whole: Decimal | None, currency: str | None, within: Sequence[PlannedRow]
) -> dict[str, str]:
    parts = [one.values["amount"] for one in within if one.values["amount"] is not None]
    if any(milestone_problems(one) for one in within):
        return {"milestones": _("Say of each part what it is paid for.")}
    if not parts:
        return {}
    if not whole or not currency:
        return {"amount": _("Its parts have amounts, so say the whole amount here.")}
    if sum(parts) == whole and len(parts) == len(within):
        return {}
    if len(parts) < len(within):
        return {"amount": _("Give every part its amount, or none of them.")}
    said = {"sum": money(sum(parts, Decimal(0)), currency), "whole": money(whole, currency)}
    return {"amount": _("The parts add up to %(sum)s, not to %(whole)s.", **said)}
