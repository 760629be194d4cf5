"""The words on screen for pledges, in the current language.

Sentences name what is given. Each kind has a sentence of its own, because in most languages a noun
changes with the sentence that it is in.
"""

from decimal import Decimal
from typing import NamedTuple

from ideahub.core.i18n import _, ngettext
from ideahub.core.money import money
from ideahub.sponsorship.models import PledgeKind, PledgeState


class Gift(NamedTuple):
    """What a sponsor gives: a kind and, for hours and money, an amount."""

    kind: PledgeKind
    amount: Decimal | None
    currency: str

    @property
    def as_told(self) -> PledgeKind:
        """The kind whose words are used: a mandate for hours and money without an amount."""
        if self.kind is PledgeKind.ACCESS or self.amount is not None:
            return self.kind
        return PledgeKind.MANDATE

    @property
    def hours(self) -> Decimal:
        """The amount, which is the number of staff hours where the kind is hours; 0 without one."""
        return self.amount or Decimal(0)

    @property
    def money(self) -> str:
        """The amount with its currency; empty where the kind is not money."""
        return money(self.hours, self.currency) if self.as_told is PledgeKind.MONEY else ""


def what_is_given(gift: Gift) -> str:
    """The gift as a label after a colon: "40 staff hours", "€12,000", "a mandate"."""
    return {
        PledgeKind.MANDATE: _("a mandate"),
        PledgeKind.HOURS: ngettext("%(num)s staff hour", "%(num)s staff hours", gift.hours),
        PledgeKind.MONEY: gift.money,
        # Translators: to places, data, people or tools
        PledgeKind.ACCESS: _("access"),
    }[gift.as_told]


def heading(gift: Gift) -> str:
    """The gift at the beginning of a line: "A mandate"."""
    return {
        PledgeKind.MANDATE: _("A mandate"),
        PledgeKind.HOURS: ngettext("%(num)s staff hour", "%(num)s staff hours", gift.hours),
        PledgeKind.MONEY: gift.money,
        PledgeKind.ACCESS: _("Access"),
    }[gift.as_told]


def is_offered_by(gift: Gift, name: str, idea: str) -> str:
    """The sentence for the authors about an offer to their idea."""
    values = {"name": name, "idea": idea, "money": gift.money}
    return {
        PledgeKind.MANDATE: _("%(name)s offers a mandate for “%(idea)s”.", **values),
        PledgeKind.HOURS: ngettext(
            "%(name)s offers %(num)s staff hour for “%(idea)s”.",
            "%(name)s offers %(num)s staff hours for “%(idea)s”.",
            gift.hours,
            **values,
        ),
        PledgeKind.MONEY: _("%(name)s offers %(money)s for “%(idea)s”.", **values),
        PledgeKind.ACCESS: _("%(name)s offers access for “%(idea)s”.", **values),
    }[gift.as_told]


def you_promised(gift: Gift, idea: str) -> str:
    """The sentence for the sponsor about a pledge that they have to keep."""
    values = {"idea": idea, "money": gift.money}
    return {
        PledgeKind.MANDATE: _("You promised a mandate for “%(idea)s”.", **values),
        PledgeKind.HOURS: ngettext(
            "You promised %(num)s staff hour for “%(idea)s”.",
            "You promised %(num)s staff hours for “%(idea)s”.",
            gift.hours,
            **values,
        ),
        PledgeKind.MONEY: _("You promised %(money)s for “%(idea)s”.", **values),
        PledgeKind.ACCESS: _("You promised access for “%(idea)s”.", **values),
    }[gift.as_told]


def you_offered(gift: Gift, idea: str) -> str:
    """The sentence for the sponsor about an offer that nobody has answered."""
    values = {"idea": idea, "money": gift.money}
    return {
        PledgeKind.MANDATE: _("You offered a mandate for “%(idea)s”.", **values),
        PledgeKind.HOURS: ngettext(
            "You offered %(num)s staff hour for “%(idea)s”.",
            "You offered %(num)s staff hours for “%(idea)s”.",
            gift.hours,
            **values,
        ),
        PledgeKind.MONEY: _("You offered %(money)s for “%(idea)s”.", **values),
        PledgeKind.ACCESS: _("You offered access for “%(idea)s”.", **values),
    }[gift.as_told]


def is_over(gift: Gift, state: str, idea: str) -> str:
    """The sentence for the sponsor about a pledge that is over; `state` is its badge's word."""
    values = {"state": state, "idea": idea, "money": gift.money}
    return {
        PledgeKind.MANDATE: _("%(state)s: a mandate for “%(idea)s”.", **values),
        PledgeKind.HOURS: ngettext(
            "%(state)s: %(num)s staff hour for “%(idea)s”.",
            "%(state)s: %(num)s staff hours for “%(idea)s”.",
            gift.hours,
            **values,
        ),
        PledgeKind.MONEY: _("%(state)s: %(money)s for “%(idea)s”.", **values),
        PledgeKind.ACCESS: _("%(state)s: access for “%(idea)s”.", **values),
    }[gift.as_told]


def state_words(state: PledgeState, *, answered: bool) -> tuple[str, str]:
    """The words and the tone of a state's badge; `answered` is whether the offer was accepted."""
    return {
        PledgeState.OFFERED: (_("Offered"), "sun"),
        PledgeState.ACCEPTED: (_("Promised"), "civic"),
        PledgeState.DECLINED: (_("Declined"), "quiet"),
        PledgeState.KEPT: (_("Kept"), "leaf"),
        PledgeState.PART_KEPT: (_("Kept in part"), "sun"),
        PledgeState.LAPSED: (_("Lapsed") if answered else _("Ran out unanswered"), "quiet"),
        PledgeState.WITHDRAWN: (_("Withdrawn"), "quiet"),
    }[state]
