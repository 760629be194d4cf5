"""What can be won in a campaign: its prizes as pages show them, and their sums."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ideahub.core.i18n import _, listed, ngettext
from ideahub.core.money import money


class MilestoneView(msgspec.Struct, frozen=True):
    """A part of a prize that is paid when something is reached; in the currency of the prize."""

    id: int
    title: str
    amount: Decimal | None
    due_on: date | None
    due_note: str


class PrizeView(msgspec.Struct, frozen=True):
    """A prize; `amount` is what each of its winners gets."""

    id: int
    title: str
    rank: int | None
    category: str
    description: str
    amount: Decimal | None
    currency: str | None
    non_money: str
    winners: int
    paid_on: date | None
    paid_note: str
    milestones: list[MilestoneView] = []

    @property
    def heading(self) -> str:
        """The title of the prize; without one its rank, else its category."""
        if self.title or not self.rank:
            return self.title or self.category or _("Prize")
        return _("Rank %(rank)s", rank=self.rank)

    @property
    def money(self) -> str:
        """What each winner gets, with its currency; empty where it is no money."""
        return self.in_currency(self.amount)

    def in_currency(self, amount: Decimal | None) -> str:
        """An amount in the currency of the prize; empty where there is none."""
        return money(amount, self.currency) if amount and self.currency else ""


def sums_of(prizes: Iterable[PrizeView]) -> dict[str, Decimal]:
    """How much money all winners get together, for each currency in the order of the prizes."""
    sums: dict[str, Decimal] = {}
    for prize in prizes:
        if prize.amount and prize.currency:
            so_far = sums.get(prize.currency, Decimal(0))
            sums[prize.currency] = so_far + prize.amount * prize.winners
    return sums


def sums_in_words(sums: Mapping[str, Decimal]) -> str:
    """The sums in one line, such as "€60,000 and $5,000"; empty where there are none."""
    return listed([money(amount, currency) for currency, amount in sums.items()])


def prizes_in_words(count: int, sums: Mapping[str, Decimal], summary: str) -> str:
    """What can be won in one line: the sums, else how many prizes there are; where there are none,
    the summary that a manager wrote."""
    if sums:
        return _("%(sums)s in prizes", sums=sums_in_words(sums))
    return ngettext("%(num)s prize", "%(num)s prizes", count) if count else summary
